using System.Text;
using Shouldly;
using VaultPortal.Core.Expiry;
using Xunit;

namespace VaultPortal.Tests.Unit.Expiry;

public sealed class ICalendarTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Calendar_has_the_form_of_the_RFC() =>
        ICalendar
            .Write(
                "Expiries",
                Now,
                [new("a@b", new(2027, 1, 31, 12, 0, 0, TimeSpan.FromHours(2)), "KEY expires", "")]
            )
            .ShouldBe(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//VaultPortal//Expiries//EN\r\nCALSCALE:GREGORIAN\r\n"
                    + "X-WR-CALNAME:Expiries\r\nBEGIN:VEVENT\r\nUID:a@b\r\nDTSTAMP:20261120T100000Z\r\n"
                    + "DTSTART:20270131T100000Z\r\nSUMMARY:KEY expires\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            );

    [Theory]
    [InlineData(@"a\b;c,d", @"a\\b\;c\,d")]
    [InlineData("one\r\ntwo\nthree\rfour", @"one\ntwo\nthree\nfour")]
    [InlineData("a\u0000\u001Bb\tc\u0085", "ab\tc")]
    [InlineData("BEGIN:VEVENT\r\nUID:x", @"BEGIN:VEVENT\nUID:x")]
    public void Text_cannot_leave_its_line(string title, string written) =>
        Unfolded(ICalendar.Write("x", Now, [new("u", Now, title, "")]))
            .ShouldContain($"SUMMARY:{written}\r\n");

    [Theory]
    [InlineData("x")]
    [InlineData("ä")]
    [InlineData("漢")]
    [InlineData("🔑")]
    public void Long_lines_are_folded_by_octets_and_never_within_a_character(string letter)
    {
        var title = string.Concat(Enumerable.Repeat(letter, 200));

        var text = ICalendar.Write("x", Now, [new("u", Now, title, title)]);

        text.Split("\r\n").ShouldAllBe(line => Encoding.UTF8.GetByteCount(line) <= 75);
        text.ShouldNotContain("\uFFFD");
        Unfolded(text).ShouldContain($"SUMMARY:{title}\r\n");
    }

    private static string Unfolded(string text) =>
        text.Replace("\r\n ", "", StringComparison.Ordinal);
}
