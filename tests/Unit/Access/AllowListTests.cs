using System.Net;
using Shouldly;
using VaultPortal.Core.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class AllowListTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("", "10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.0.0.0/8", "", "10.0.0.0/8")]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/16")]
    [InlineData("10.1.0.0/16 11.0.0.0/8", "10.0.0.0/8", "10.1.0.0/16")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.0.0.0/8", "203.0.113.9/32", "203.0.113.9/32")]
    [InlineData("::/0", "10.0.0.0/8", "10.0.0.0/8")]
    public void AllowList_within_another_allows_no_more_than_either(
        string list,
        string outer,
        string both
    ) => AllowList.Within(list, outer).ShouldBe(both);

    [Theory]
    [InlineData("203.0.113.0/24", "203.0.113.0/24")]
    [InlineData("203.0.113.9", "203.0.113.9/32")]
    [InlineData("2001:DB8::/32", "2001:db8::/32")]
    [InlineData("::1", "::1/128")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    public void AllowList_network_is_kept_in_one_form(string entry, string kept)
    {
        AllowList.Parse([entry]).Value.ShouldBe(kept);
    }

    [Theory]
    [InlineData("")]
    [InlineData("203.0.113.9/24")]
    [InlineData("203.0.113.0/33")]
    [InlineData("203.0.113.0/-1")]
    [InlineData("203.0.113.0/")]
    [InlineData("203.0.113")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("010.0.0.0/8")]
    [InlineData("10.0.0.0/8 11.0.0.0/8")]
    [InlineData("fe80::1%1")]
    [InlineData("[::1]")]
    [InlineData("::ffff:10.0.0.0/104")]
    [InlineData("example.org")]
    public void AllowList_anything_else_is_refused_with_its_place(string entry)
    {
        var refusal = AllowList.Parse(["10.0.0.0/8", entry]).Error!;

        (refusal.Code, refusal.Path).ShouldBe(("invalid_request", "/allowList/1"));
    }

    [Fact]
    public void AllowList_without_entries_allows_every_address()
    {
        AllowList.Allows("", IPAddress.Parse("203.0.113.9")).ShouldBeTrue();
        AllowList.Allows("", null).ShouldBeTrue();
    }

    [Fact]
    public void AllowList_with_entries_refuses_an_unknown_address()
    {
        AllowList.Allows("0.0.0.0/0 ::/0", null).ShouldBeFalse();
    }
}
