using Shouldly;
using VaultPortal.Core.Notifications;
using Xunit;

namespace VaultPortal.Tests.Unit.Notifications;

public sealed class RetryTimesTests
{
    private static readonly DateTimeOffset Made = FakeClock.Start;

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 30)]
    [InlineData(3, 120)]
    [InlineData(4, 600)]
    [InlineData(5, 1_800)]
    [InlineData(6, 3_600)]
    [InlineData(7, 7_200)]
    [InlineData(8, 14_400)]
    [InlineData(9, 14_400)]
    [InlineData(1_000, 14_400)]
    public void Waits_grow_and_are_spread_by_a_fifth(int attempts, int seconds)
    {
        RetryTimes
            .Next(RetryTimes.WaitAfter(attempts, 0), Made, Made)
            .ShouldBe(Made.AddSeconds(seconds * 0.8));
        RetryTimes
            .Next(RetryTimes.WaitAfter(attempts, 0.5), Made, Made)
            .ShouldBe(Made.AddSeconds(seconds));
        RetryTimes
            .Next(RetryTimes.WaitAfter(attempts, 1), Made, Made)
            .ShouldBe(Made.AddSeconds(seconds * 1.2));
    }

    [Fact]
    public void Last_try_is_made_when_the_day_is_over_and_none_after_it()
    {
        var end = Made.AddHours(24);

        RetryTimes.Next(RetryTimes.WaitAfter(8, 0.5), Made, end.AddHours(-1)).ShouldBe(end);
        RetryTimes.Next(RetryTimes.WaitAfter(9, 0.5), Made, end).ShouldBeNull();
        RetryTimes.Next(RetryTimes.WaitAfter(9, 0.5), Made, end.AddDays(30)).ShouldBeNull();
    }
}
