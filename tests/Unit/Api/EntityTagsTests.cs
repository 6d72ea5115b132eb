using Microsoft.AspNetCore.Http;
using Shouldly;
using VaultPortal.Api.Shared;
using Xunit;

namespace VaultPortal.Tests.Unit.Api;

public sealed class EntityTagsTests
{
    [Theory]
    [InlineData("\"3\"", true)]
    [InlineData("*", true)]
    [InlineData(" \"1\" ,\t\"3\"", true)]
    [InlineData("W/\"9\", \"3\"", true)]
    [InlineData("\"4\"", false)]
    [InlineData("W/\"3\"", false)]
    [InlineData("w/\"3\"", false)]
    [InlineData("\"03\"", false)]
    [InlineData("\"-3\"", false)]
    [InlineData("\"anything\"", false)]
    public void Condition_holds_where_a_strong_tag_is_the_version(string header, bool holds)
    {
        var condition = EntityTags.IfMatch(With(header));

        condition.Value.ShouldNotBeNull().Holds(3).ShouldBe(holds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("\"3")]
    [InlineData("3\"")]
    [InlineData("*, \"3\"")]
    [InlineData("**")]
    [InlineData("\"3\" \"4\"")]
    public void Condition_that_is_malformed_is_refused(string header) =>
        EntityTags.IfMatch(With(header)).Error.ShouldNotBeNull().Code.ShouldBe("invalid_request");

    [Fact]
    public void Condition_may_come_in_several_headers()
    {
        var condition = EntityTags.IfMatch(With("\"1\"", "\"2\""));

        condition.Value!.Versions.ShouldBe([1, 2]);
    }

    [Fact]
    public void Condition_that_was_not_sent_is_none() =>
        EntityTags.IfMatch(With()).Value.ShouldBeNull();

    private static HttpRequest With(params string[] headers)
    {
        var request = new DefaultHttpContext().Request;
        if (headers.Length > 0)
        {
            request.Headers.IfMatch = headers;
        }

        return request;
    }
}
