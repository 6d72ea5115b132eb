using System.Globalization;
using System.Web;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using VaultPortal.Components.Pages.Expiry;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class ExpiryAddressTests
{
    private static readonly DateTimeOffset Now = At("2026-11-21T12:00:00Z");
    private static readonly TimeZoneInfo Vienna = TimeZoneInfo.FindSystemTimeZoneById(
        "Europe/Vienna"
    );

    [Theory]
    [InlineData("")]
    [InlineData("?view=calendar&month=2027-02&day=2027-02-14")]
    [InlineData("?view=calendar&as=agenda")]
    [InlineData("?view=timeline&by=vault&span=365")]
    [InlineData(
        "?q=db&state=expired%2Cdue-soon&kind=api-key%2Cfield&vault=507f1f77bcf86cd799439011&owner=507f1f77bcf86cd799439012&due=30"
    )]
    [InlineData("?after=2026-11-01&before=2026-12-01")]
    public void Address_says_what_it_was_read_from(string query)
    {
        using var context = new BunitContext();
        var navigation = context.Services.GetRequiredService<NavigationManager>();

        var uri = new Uri(Read(query).ToUri(navigation));

        HttpUtility
            .ParseQueryString(uri.Query)
            .ToString()
            .ShouldBe(HttpUtility.ParseQueryString(query).ToString());
    }

    [Theory]
    [InlineData(
        "?view=9&state=2&kind=x,,&vault=1&due=8&after=soon&month=2026-13&day=0001-01-01&span=1"
    )]
    public void What_makes_no_sense_counts_as_absent(string query) =>
        Read(query).IsFiltered.ShouldBeFalse();

    [Fact]
    public void Days_are_those_of_the_time_zone()
    {
        var query = Read("?after=2026-11-01&before=2026-12-01").ToQuery(Vienna, Now);

        query.After.ShouldBe(At("2026-10-31T23:00:00Z"));
        query.Before.ShouldBe(At("2026-11-30T23:00:00Z"));
    }

    [Theory]
    [InlineData("overdue", null, "2026-11-21T12:00:00Z")]
    [InlineData("7", "2026-11-21T12:00:00Z", "2026-11-28T12:00:00Z")]
    [InlineData("90", "2026-11-21T12:00:00Z", "2027-02-19T12:00:00Z")]
    public void Presets_are_counted_from_now(string due, string? after, string before)
    {
        var query = Read($"?due={due}").ToQuery(Vienna, Now);

        query.After.ShouldBe(after is null ? null : At(after));
        query.Before.ShouldBe(At(before));
    }

    [Fact]
    public void Saved_query_holds_known_filters_and_nothing_of_the_moment()
    {
        using var context = new BunitContext();
        var navigation = context.Services.GetRequiredService<NavigationManager>();

        var saved = Read(
                "?view=calendar&month=2027-02&day=2027-02-14&due=7&q=a b&kind=field&by=vault"
            )
            .ToSavedQuery(navigation);

        saved.ShouldNotContain("2027");
        saved
            .Split('&')
            .Select(part => part.Split('=')[0])
            .ShouldBe(["view", "q", "kind", "due", "by"], ignoreOrder: true);
        saved
            .Split('&')
            .ShouldAllBe(part =>
                SavedFilterService.KnownParameters.Contains(part.Split('=', 2)[0])
            );
    }

    [Theory]
    [InlineData("2026-03-01", "2026-02-23", 42)] // A Sunday.
    [InlineData("2027-02-01", "2027-02-01", 28)] // A Monday, and 28 days.
    [InlineData("2026-11-01", "2026-10-26", 42)]
    public void Month_is_shown_in_whole_weeks(string month, string first, int days)
    {
        var shown = MonthWeeks.Of(DateOnly.Parse(month, CultureInfo.InvariantCulture));

        shown[0].ShouldBe(DateOnly.Parse(first, CultureInfo.InvariantCulture));
        shown.Count.ShouldBe(days);
        shown[^1].DayOfWeek.ShouldBe(DayOfWeek.Sunday);
    }

    [Fact]
    public void Local_time_that_the_clocks_leave_out_is_a_moment_all_the_same() =>
        Vienna.At(new DateTime(2027, 3, 28, 2, 30, 0)).ShouldBe(At("2027-03-28T01:30:00Z"));

    [Fact]
    public async Task Window_reads_on_by_cursors_and_jumps_back()
    {
        var asked = new List<string?>();
        var window = new ExpiryWindow(cursor =>
        {
            asked.Add(cursor);
            var start = int.Parse(cursor ?? "0", CultureInfo.InvariantCulture);
            var end = Math.Min(start + ExpiryWindow.PieceSize, 600);
            return Task.FromResult<Result<ExpiryPage>>(
                new ExpiryPage(
                    [.. Enumerable.Range(start, end - start).Select(i => Entry(i))],
                    end == 600 ? null : end.ToString(CultureInfo.InvariantCulture),
                    600
                )
            );
        });

        var last = await window.RowsAsync(590, 20);
        last.Value.Select(line => line.Index).ShouldBe(Enumerable.Range(590, 10));
        last.Value[0].Row.Title.ShouldBe("Object 590");
        asked.ShouldBe([null, "250", "500"]);
        var first = await window.RowsAsync(240, 20);

        first.Value.Select(line => line.Row.Title).First().ShouldBe("Object 240");
        asked.Count.ShouldBe(3);
        window.Total.ShouldBe(600);
    }

    [Fact]
    public async Task Moments_of_an_overdue_object_are_both_found()
    {
        var overdue = Entry(1) with
        {
            Lifetime = new(Now.AddDays(5), null, Now.AddDays(-60)),
            State = ExpiryState.OverdueForRotation,
        };

        var read = await ExpiryEvents.ReadAsync(
            query => Page(query, overdue),
            new(),
            Now.AddDays(-20),
            Now.AddDays(11),
            Now
        );

        var only = read.Value.Events.ShouldHaveSingleItem();
        (only.At, only.IsRotation).ShouldBe((Now.AddDays(5), false));
    }

    [Fact]
    public async Task Expiry_in_a_month_to_come_is_found_behind_an_earlier_rotation()
    {
        var later = Entry(1) with { Lifetime = new(Now.AddDays(70), null, Now.AddDays(10)) };

        var read = await ExpiryEvents.ReadAsync(
            query => Page(query, later),
            new(),
            Now.AddDays(60),
            Now.AddDays(90),
            Now
        );

        read.Value.Events.ShouldHaveSingleItem().At.ShouldBe(Now.AddDays(70));
    }

    private static Task<Result<ExpiryPage>> Page(ExpiryQuery query, ExpiryEntry entry)
    {
        var matches =
            (query.States.Count == 0 || query.States.Contains(entry.State))
            && !(entry.Moment < query.After)
            && !(entry.Moment >= query.Before);
        return Task.FromResult<Result<ExpiryPage>>(
            new ExpiryPage(matches ? [entry] : [], null, matches ? 1 : 0)
        );
    }

    private static ExpiryEntry Entry(int number) =>
        new()
        {
            Object = new(LifetimeKind.EnvironmentSecret, $"KEY_{number}"),
            Title = $"Object {number}",
            Lifetime = new(Now.AddDays(1), null, null),
            State = ExpiryState.Active,
            OnExpiry = OnExpiry.Block,
        };

    private static ExpiryAddress Read(string query)
    {
        var parsed = HttpUtility.ParseQueryString(query);
        return ExpiryAddress.Read(name => parsed[name]);
    }

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
