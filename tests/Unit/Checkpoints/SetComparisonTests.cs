using Shouldly;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using Xunit;

namespace VaultPortal.Tests.Unit.Checkpoints;

/// <summary>Sets by id: order is free, and the first difference is named. An element is a letter, its id, and a digit, its content.</summary>
public sealed class SetComparisonTests
{
    [Theory]
    [InlineData("a1 b1 c1", "a1 b1 c1", null)]
    [InlineData("a1 c1 b1", "a1 b1 c1", null)]
    [InlineData("c1 b1 a1", "a1 b1 c1", null)]
    [InlineData("", "", null)]
    [InlineData("a1 b2 c1", "a1 b1 c1", "/1")]
    [InlineData("a1 c1 b2", "a1 b1 c1", "/2")]
    [InlineData("a1 b1", "a1 b1 c1", "")]
    [InlineData("b1 a1", "a1 b1 c1", "")]
    [InlineData("a1 b1 c1", "a1 b1", "/2")]
    [InlineData("a1 b1 a1", "a1 b1 c1", "/2")]
    [InlineData("a1 a1 b1", "a1 b1", "/1")]
    [InlineData("a2 x1", "a1 b1", "/0")]
    public void Difference_is_the_first_one(string received, string state, string? path)
    {
        var difference = SetComparison.Difference(
            received.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            state.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            element => new PublicId([(byte)element[0], .. new byte[PublicId.Size - 1]]),
            (left, right, at) => left == right ? null : at,
            JsonPointer.Root
        );

        difference?.ToString().ShouldBe(path);
        (difference is null).ShouldBe(path is null);
    }
}
