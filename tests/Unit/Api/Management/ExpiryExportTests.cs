using Shouldly;
using VaultPortal.Api.Management;
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
            .Csv([Entry(title)])
            .Split("\r\n", 2)[1]
            .ShouldBe(
                $"environment-secret,KEY,{cell},,,active,,2027-11-20T10:00:00.000Z,2027-10-21T10:00:00.000Z,,block,\r\n"
            );

    [Fact]
    public void Calendar_has_the_expiry_and_the_rotation()
    {
        var entry = Entry("KEY") with { Lifetime = new(Now.AddDays(1), null, Now) };

        var calendar = ExpiryExport.Calendar([entry], Now);

        calendar.ShouldContain("DTSTART:20261121T100000Z\r\nSUMMARY:KEY expires\r\n");
        calendar.ShouldContain("DTSTART:20261120T100000Z\r\nSUMMARY:KEY is to be rotated\r\n");
        calendar.ShouldContain("UID:environment-secret-KEY@expires.vaultportal\r\n");
        calendar.ShouldContain("UID:environment-secret-KEY@rotates.vaultportal\r\n");
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
