using Shouldly;
using VaultPortal.Core.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Policies;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("1m", 1)]
    [InlineData("90m", 90)]
    [InlineData("12h", 12 * 60)]
    [InlineData("90d", 90 * 24 * 60)]
    [InlineData("2w", 14 * 24 * 60)]
    [InlineData("1y", 365 * 24 * 60)]
    [InlineData("100y", 100 * 365 * 24 * 60)]
    [InlineData("36500d", 36_500 * 24 * 60)]
    [InlineData("007d", 7 * 24 * 60)]
    public void Length_is_read(string text, int minutes)
    {
        DurationText.TryParse(text, out var length).ShouldBeTrue();
        length.ShouldBe(TimeSpan.FromMinutes(minutes));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("1")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("+1d")]
    [InlineData("1.5d")]
    [InlineData("1e3d")]
    [InlineData("1,000d")]
    [InlineData(" 1d")]
    [InlineData("1d ")]
    [InlineData("1 d")]
    [InlineData("1D")]
    [InlineData("1s")]
    [InlineData("1d\n")]
    [InlineData("1\0d")]
    [InlineData("\u0661d")]
    [InlineData("１d")]
    [InlineData("101y")]
    [InlineData("36501d")]
    [InlineData("5215w")]
    [InlineData("876001h")]
    [InlineData("52560001m")]
    [InlineData("999999999y")]
    [InlineData("9223372036854775807d")]
    [InlineData("99999999999999999999d")]
    [InlineData("P90D")]
    [InlineData("d90")]
    [InlineData("1d1h")]
    public void What_is_no_length_is_not_read(string? text)
    {
        DurationText.TryParse(text, out var length).ShouldBeFalse();
        length.ShouldBe(default);
    }

    [Theory]
    [InlineData(14 * 24 * 60, "14d")]
    [InlineData(365 * 24 * 60, "365d")]
    [InlineData(36, "36m")]
    [InlineData(90, "90m")]
    [InlineData(36 * 60, "36h")]
    [InlineData(60, "1h")]
    public void Length_is_written_in_days_or_what_divides_it(int minutes, string text) =>
        DurationText.Write(TimeSpan.FromMinutes(minutes)).ShouldBe(text);

    [Fact]
    public void What_is_written_is_read_as_it_was()
    {
        var random = new Random(20_261_120);
        for (var i = 0; i < 10_000; i++)
        {
            var length = TimeSpan.FromMinutes(
                random.NextInt64(1, (long)DurationText.Longest.TotalMinutes + 1)
            );

            DurationText.TryParse(DurationText.Write(length), out var read).ShouldBeTrue();
            read.ShouldBe(length);
        }
    }
}
