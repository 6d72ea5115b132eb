using System.Globalization;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using VaultPortal.Components.Pages.Expiry;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class ExpiryViewTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 23, 30, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo Vienna = TimeZoneInfo.FindSystemTimeZoneById(
        "Europe/Vienna"
    );

    private readonly BunitContext _context = new();

    public ExpiryViewTests() => _context.Services.AddSingleton<TimeProvider>(new FixedTime(Now));

    public void Dispose() => _context.Dispose();

    [Fact]
    public void Calendar_shows_local_days_and_how_many_of_each_state()
    {
        var calendar = Calendar(
            "?view=calendar",
            // Before midnight in UTC, and after it in Vienna.
            Event("ALPHA", Now.AddDays(2), ExpiryState.DueSoon),
            Event("BETA", Now.AddDays(2), ExpiryState.Active)
        );

        var day = calendar.Find("[data-day='2026-11-24']");
        string.Join(
                ' ',
                day.TextContent.Split(' ', '\n').Where(word => !string.IsNullOrWhiteSpace(word))
            )
            .ShouldBe("Tuesday 24 November 1 due soon 1 active");
        calendar.Find("[aria-current=date]").GetAttribute("data-day").ShouldBe("2026-11-22");
        calendar.FindAll("[data-day][tabindex='0']").Count.ShouldBe(1);
        calendar.FindAll("table.calendar tbody tr").Count.ShouldBe(6);
    }

    [Fact]
    public void Opened_day_lists_what_happens_on_it()
    {
        var calendar = Calendar(
            "?view=calendar&month=2026-11&day=2026-11-24",
            Event("ALPHA", Now.AddDays(2), ExpiryState.DueSoon),
            Event("BETA", Now.AddDays(9), ExpiryState.Active)
        );

        var opened = calendar.Find("[data-testid=opened-day]").TextContent;
        opened.ShouldContain("ALPHA");
        opened.ShouldContain("00:30");
        opened.ShouldNotContain("BETA");
    }

    [Fact]
    public void Agenda_has_the_days_of_the_month_only()
    {
        var calendar = Calendar(
            "?view=calendar&as=agenda&month=2026-11",
            Event("ALPHA", Now.AddDays(2), ExpiryState.DueSoon),
            Event("LATER", Now.AddDays(12), ExpiryState.Active)
        );

        calendar.FindAll("[data-testid=expiry-event]").Count.ShouldBe(1);
        calendar.FindAll("table").ShouldBeEmpty();
    }

    [Fact]
    public void Timeline_draws_a_mark_for_a_span_and_says_the_same_as_a_table()
    {
        var timeline = Timeline(
            "?view=timeline",
            Event("ALPHA", Now.AddDays(1), ExpiryState.DueSoon),
            Event("BETA", Now.AddDays(2), ExpiryState.Active),
            Event("GAMMA", Now.AddDays(-10), ExpiryState.Expired)
        );

        timeline.FindAll("[data-testid=mark]").Count.ShouldBe(2);
        // The gravest of a span gives it its form; the drawing is for eyes only.
        timeline.FindAll(".timeline .mark-due-soon").Count.ShouldBe(1);
        timeline.Find("[data-testid=timeline]").GetAttribute("aria-hidden").ShouldBe("true");
        timeline.FindAll(".timeline a:not([tabindex='-1'])").ShouldBeEmpty();
        var row = timeline.Find("[data-testid=timeline-table] tbody tr");
        row.QuerySelectorAll("td")
            .Select(cell => cell.TextContent.Trim())
            .Take(5)
            .ShouldBe(["Environment secret", "1", "0", "1", "1"]);
        timeline.Markup.ShouldNotContain("style=");
    }

    [Fact]
    public void Timeline_by_vault_has_a_row_for_each()
    {
        var timeline = Timeline(
            "?view=timeline&by=vault",
            Event("ALPHA", Now.AddDays(1), ExpiryState.DueSoon, vault: "Production"),
            Event("BETA", Now.AddDays(2), ExpiryState.Active)
        );

        timeline
            .FindAll("[data-testid=timeline-table] tbody td:first-child")
            .Select(cell => cell.TextContent)
            .ShouldBe(["In no vault", "Production"]);
    }

    [Fact]
    public void Filters_are_chips_that_lead_to_the_address_without_them()
    {
        var filters = _context.Render<ExpiryFilters>(parameters =>
            parameters
                .Add(f => f.Address, Address("?state=expired,overdue&kind=api-key&due=7&q=db"))
                .Add(f => f.Facets, ExpiryFacets.None)
        );

        filters
            .Find("[data-testid=chip-state-expired]")
            .GetAttribute("href")!
            .ShouldEndWith("/expiry?q=db&state=overdue&kind=api-key&due=7");
        filters.FindAll("a.chip").Count.ShouldBe(6);
        filters.Find("[data-testid=chips-clear]").GetAttribute("href")!.ShouldEndWith("/expiry");
        filters.Find("[data-testid=filter-state-overdue]").HasAttribute("checked").ShouldBeTrue();
    }

    [Theory]
    [InlineData(LifetimeKind.EnvironmentSecret, "KEY", "secrets/environment/KEY")]
    [InlineData(LifetimeKind.ApiKey, "1", "api-keys/1")]
    [InlineData(LifetimeKind.TrustedIssuer, "1", "settings/issuers/1")]
    [InlineData(LifetimeKind.UserKey, "1", "account/keys")]
    public void Object_leads_to_its_page(LifetimeKind kind, string id, string page) =>
        ExpiryLooks
            .Page(Event("X", Now, ExpiryState.Active).Entry with { Object = new(kind, id) })
            .ShouldBe(page);

    private IRenderedComponent<ExpiryCalendar> Calendar(
        string query,
        params ExpiryEvent[] events
    ) =>
        _context.Render<ExpiryCalendar>(parameters =>
            parameters
                .Add(c => c.Address, Address(query))
                .Add(c => c.Events, events)
                .Add(c => c.Zone, Vienna)
                .Add(c => c.Now, Now)
        );

    private IRenderedComponent<ExpiryTimeline> Timeline(
        string query,
        params ExpiryEvent[] events
    ) =>
        _context.Render<ExpiryTimeline>(parameters =>
            parameters
                .Add(c => c.Address, Address(query))
                .Add(c => c.Events, events)
                .Add(c => c.Zone, Vienna)
                .Add(c => c.Now, Now)
        );

    private static ExpiryEvent Event(
        string name,
        DateTimeOffset at,
        ExpiryState state,
        string? vault = null
    ) =>
        new(
            new ExpiryEntry
            {
                Object = new(LifetimeKind.EnvironmentSecret, name),
                Title = name,
                VaultName = vault,
                VaultId = vault is null ? null : PublicId.New(Now),
                Lifetime = new(at, null, null),
                State = state,
                OnExpiry = OnExpiry.Block,
            },
            at,
            IsRotation: false
        );

    private static ExpiryAddress Address(string query)
    {
        var parsed = System.Web.HttpUtility.ParseQueryString(query);
        return ExpiryAddress.Read(name => parsed[name]);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
