using Shouldly;
using VaultPortal.Core.Common;
using Xunit;

namespace VaultPortal.Tests.Unit.Common;

public sealed class TextRulesTests
{
    [Theory]
    [InlineData("x", true)]
    [InlineData(" x ", true)]
    [InlineData("", false)]
    [InlineData(" \u2003", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\0b", false)]
    [InlineData("😂", true)]
    public void Name_is_judged(string name, bool good) =>
        (TextRules.ProblemOfName(name) is null).ShouldBe(good);

    [Fact]
    public void Name_with_a_lone_surrogate_is_refused() =>
        TextRules.ProblemOfName("a\ud800").ShouldNotBeNull();

    [Fact]
    public void Name_counts_scalar_values_not_code_units()
    {
        var most = string.Concat(Enumerable.Repeat("😂", TextRules.MaxName));

        TextRules.ProblemOfName(most).ShouldBeNull();
        TextRules.ProblemOfName(most + "x").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("https://db.example.com", true)]
    [InlineData("HTTP://db.example.com:8080/x?y#z", true)]
    [InlineData("db.example.com", true)]
    [InlineData("localhost", true)]
    [InlineData("192.168.0.1", true)]
    [InlineData("https://", false)]
    [InlineData("ftp://db.example.com", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("a b", false)]
    [InlineData("", false)]
    public void Website_is_judged(string website, bool good) =>
        (TextRules.ProblemOfWebsite(website) is null).ShouldBe(good);
}
