using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using VaultPortal.Api.Management;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Api.Management;

public sealed class ExpiryExportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM", "\"'@SUM\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\r\nb", "\"a\r\nb\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    public void Title_is_no_formula_and_stays_in_its_cell(string title, string cell) =>
        ExpiryExport
            .CsvLines([Entry(title)])
            .ShouldBe(
                $"environment-secret,KEY,{cell},,,active,,2027-11-20T10:00:00.000Z,2027-10-21T10:00:00.000Z,,block,\r\n"
            );

    [Fact]
    public void Calendar_has_the_expiry_and_the_rotation()
    {
        var entry = Entry("KEY") with { Lifetime = new(Now.AddDays(1), null, Now) };

        var calendar = ICalendar.Events(Now, CalendarEntry.Of(entry));

        calendar.ShouldContain("DTSTART:20261121T100000Z\r\nSUMMARY:KEY expires\r\n");
        calendar.ShouldContain("DTSTART:20261120T100000Z\r\nSUMMARY:KEY is to be rotated\r\n");
        calendar.ShouldContain("UID:environment-secret-KEY@expires.vaultportal\r\n");
        calendar.ShouldContain("UID:environment-secret-KEY@rotates.vaultportal\r\n");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_leaves_as_it_is_read(bool csv)
    {
        using var sent = new MemoryStream();
        var reads = 0;
        var http = Context(sent);

        await ExpiryExport.SendAsync(
            http,
            Export(3, () => [Entry($"KEY_{++reads}")]),
            csv,
            TimeProvider.System
        );

        var text = Encoding.UTF8.GetString(sent.ToArray());
        reads.ShouldBe(3);
        text.Split(csv ? ",KEY_" : "SUMMARY:KEY_").Length.ShouldBe(4);
        text.ShouldStartWith(csv ? "kind,id," : "BEGIN:VCALENDAR\r\n");
        text.ShouldEndWith(csv ? ",block,\r\n" : "END:VCALENDAR\r\n");
        http.RequestAborted.IsCancellationRequested.ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_that_may_not_be_read_to_its_end_loses_its_connection(bool csv)
    {
        using var sent = new MemoryStream();
        var reads = 0;
        var http = Context(sent);

        await ExpiryExport.SendAsync(
            http,
            Export(3, () => ++reads == 2 ? null : [Entry("KEY")]),
            csv,
            TimeProvider.System
        );

        reads.ShouldBe(2);
        http.Features.Get<IHttpRequestLifetimeFeature>()!
            .RequestAborted.IsCancellationRequested.ShouldBeTrue();
        Encoding.UTF8.GetString(sent.ToArray()).ShouldNotContain("END:VCALENDAR");
    }

    /// <param name="reads">How often objects are read.</param>
    /// <param name="read">Null = they may not be.</param>
    private static LifetimeExport Export(int reads, Func<ExpiryEntry[]?> read) =>
        new(
            new ExpiryCursor[LifetimeExport.AtOnce * reads],
            _ =>
                Task.FromResult<Result<IReadOnlyList<ExpiryEntry>>>(
                    read() is { } some ? some : AccessErrors.Forbidden
                ),
            new MemoryStream()
        );

    private static DefaultHttpContext Context(Stream body)
    {
        var http = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection()
                .AddSingleton(TimeProvider.System)
                .BuildServiceProvider(),
        };
        http.Response.Body = body;
        http.Features.Set<IHttpRequestLifetimeFeature>(new Connection());
        return http;
    }

    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public void Abort() => RequestAborted = new(canceled: true);
    }

    [Fact]
    public void Metrics_have_every_kind_in_every_state()
    {
        var lines = MetricsEndpoint
            .Text([new(LifetimeKind.ApiKey, ExpiryState.Expired, 3)])
            .TrimEnd('\n')
            .Split('\n');

        lines.Length.ShouldBe(2 + 8 * 4);
        lines.ShouldContain("vaultportal_expiring_total{kind=\"api-key\",state=\"expired\"} 3");
        lines.ShouldContain("vaultportal_expiring_total{kind=\"field\",state=\"due-soon\"} 0");
    }

    private static ExpiryEntry Entry(string title) =>
        new()
        {
            Object = new(LifetimeKind.EnvironmentSecret, "KEY"),
            Title = title,
            Lifetime = ExpiryRule.BuiltIn.LifetimeOf(Now.AddDays(365), Now),
            State = ExpiryState.Active,
            OnExpiry = OnExpiry.Block,
        };
}
