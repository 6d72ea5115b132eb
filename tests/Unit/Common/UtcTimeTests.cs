using Shouldly;
using VaultPortal.Core.Common;
using Xunit;

namespace VaultPortal.Tests.Unit.Common;

public sealed class UtcTimeTests
{
    [Theory]
    [InlineData("2027-01-31T10:00:00Z", "2027-01-31T10:00:00.000000Z")]
    [InlineData("2027-01-31t10:00:00z", "2027-01-31T10:00:00.000000Z")]
    [InlineData("2027-01-31T10:00:00+02:00", "2027-01-31T08:00:00.000000Z")]
    [InlineData("2027-01-31T23:30:00-01:45", "2027-02-01T01:15:00.000000Z")]
    [InlineData("2027-01-31T10:00:00-00:00", "2027-01-31T10:00:00.000000Z")]
    [InlineData("2027-01-31T10:00:00+23:59", "2027-01-30T10:01:00.000000Z")]
    [InlineData("2027-01-31T10:00:00.5Z", "2027-01-31T10:00:00.500000Z")]
    [InlineData("2027-01-31T10:00:00.1234569Z", "2027-01-31T10:00:00.123456Z")]
    [InlineData("2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z")]
    [InlineData("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z")]
    public void Time_with_an_offset_is_read(string text, string utc)
    {
        UtcTime.TryParse(text, out var time).ShouldBeTrue();

        UtcTime.ToMicrosecondText(time).ShouldBe(utc);
        time.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2027-01-31")]
    [InlineData("2027-01-31T10:00:00")]
    [InlineData("2027-01-31T10:00:00 Z")]
    [InlineData(" 2027-01-31T10:00:00Z")]
    [InlineData("2027-01-31T10:00:00Z ")]
    [InlineData("2027-01-31T10:00:00Z\n")]
    [InlineData("2027-01-31 10:00:00Z")]
    [InlineData("2027-01-31T10:00Z")]
    [InlineData("2027-01-31T10:00:00.Z")]
    [InlineData("2027-01-31T10:00:00,5Z")]
    [InlineData("2027-01-31T10:00:00.5")]
    [InlineData("2027-01-31T10:00:00.")]
    [InlineData("2027-01-31T10:00:00+0200")]
    [InlineData("2027-01-31T10:00:00+02")]
    [InlineData("2027-01-31T10:00:00+24:00")]
    [InlineData("2027-01-31T10:00:00+02:60")]
    [InlineData("2027-02-29T00:00:00Z")]
    [InlineData("2027-00-10T00:00:00Z")]
    [InlineData("2027-13-10T00:00:00Z")]
    [InlineData("2027-01-00T00:00:00Z")]
    [InlineData("2027-01-31T24:00:00Z")]
    [InlineData("2027-01-31T10:60:00Z")]
    [InlineData("2027-01-31T10:00:60Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("+027-01-31T10:00:00Z")]
    [InlineData("2027-1-031T10:00:00Z")]
    [InlineData("２０２７-01-31T10:00:00Z")]
    public void Time_of_another_form_is_refused(string text) =>
        UtcTime.TryParse(text, out _).ShouldBeFalse();
}
