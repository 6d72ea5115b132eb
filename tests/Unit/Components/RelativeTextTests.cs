using Shouldly;
using VaultPortal.Components.Shared;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class RelativeTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(-59, "just now")]
    [InlineData(-60, "1 min ago")]
    [InlineData(-3600, "1 h ago")]
    [InlineData(-86400, "1 day ago")]
    [InlineData(-86400 * 59, "59 days ago")]
    [InlineData(-86400 * 60, "2 months ago")]
    [InlineData(-86400 * 800, "2 years ago")]
    [InlineData(30, "in a moment")]
    [InlineData(86400 * 90, "in 3 months")]
    [InlineData(86400 * 90 - 60, "in 3 months")]
    [InlineData(86400 * 14 - 60, "in 14 days")]
    [InlineData(86400 * 365 - 60, "in 12 months")]
    [InlineData(-86400 * 365, "1 year ago")]
    [InlineData(-86400 + 60, "23 h ago")]
    public void Distance_is_said_in_one_unit(int seconds, string text) =>
        RelativeText.Of(Now.AddSeconds(seconds), Now).ShouldBe(text);

    [Theory]
    [InlineData("/vaults?q=a", "/vaults?q=a")]
    [InlineData(null, "/vaults")]
    [InlineData("", "/vaults")]
    [InlineData("//evil.example", "/vaults")]
    [InlineData("/\\evil.example", "/vaults")]
    [InlineData("https://evil.example", "/vaults")]
    [InlineData("/\t/evil.example", "/vaults")]
    public void Only_a_path_of_this_site_is_returned_to(string? returnTo, string expected) =>
        SignInAddress.Safe(returnTo).ShouldBe(expected);
}
