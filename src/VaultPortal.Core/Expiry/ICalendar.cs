using System.Globalization;
using System.Text;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>A moment in a calendar.</summary>
/// <param name="Uid">The same for the same thing, however often the calendar is read.</param>
/// <param name="At">When; it lasts no time.</param>
/// <param name="Summary">In a line.</param>
/// <param name="Description">In more; may be empty.</param>
public sealed record CalendarEntry(
    string Uid,
    DateTimeOffset At,
    string Summary,
    string Description
)
{
    /// <summary>
    /// Its expiry and its moment of rotation, of those it has: wherever an object stands in a calendar, so that a calendar program knows it
    /// again.
    /// </summary>
    public static IEnumerable<CalendarEntry> Of(ExpiryEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var name = $"{entry.Object.Kind.WireName()}-{entry.Object.Id}";
        var about = entry.VaultName is { } vault
            ? $"{entry.Object.Kind.WireName()} in {vault}"
            : entry.Object.Kind.WireName();
        if (entry.Lifetime.ExpiresAt is { } expires)
        {
            yield return new(
                $"{name}@expires.vaultportal",
                expires,
                $"{entry.Title} expires",
                about
            );
        }

        if (entry.Lifetime.RotateAt is { } rotate)
        {
            yield return new(
                $"{name}@rotates.vaultportal",
                rotate,
                $"{entry.Title} is to be rotated",
                about
            );
        }
    }
}

/// <summary>Writes calendars (RFC 5545).</summary>
public static class ICalendar
{
    public const string MediaType = "text/calendar; charset=utf-8";

    /// <summary>Of a line of content, without its end (RFC 5545 section 3.1).</summary>
    private const int MostOctets = 75;

    public const string End = "END:VCALENDAR\r\n";

    /// <param name="name">What calendar programs show the calendar as.</param>
    /// <param name="now">When it is written.</param>
    public static string Write(
        string name,
        DateTimeOffset now,
        IEnumerable<CalendarEntry> entries
    ) => Begin(name) + Events(now, entries) + End;

    /// <summary>What stands before the events. Without <see cref="End"/> after them it is no calendar.</summary>
    /// <param name="name">What calendar programs show the calendar as.</param>
    public static string Begin(string name)
    {
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, "PRODID:-//VaultPortal//Expiries//EN");
        Line(text, "CALSCALE:GREGORIAN");
        Line(text, $"X-WR-CALNAME:{Escaped(name)}");
        return text.ToString();
    }

    /// <param name="now">When they are written.</param>
    public static string Events(DateTimeOffset now, IEnumerable<CalendarEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var text = new StringBuilder();
        foreach (var entry in entries)
        {
            Line(text, "BEGIN:VEVENT");
            Line(text, $"UID:{Escaped(entry.Uid)}");
            Line(text, $"DTSTAMP:{Utc(now)}");
            Line(text, $"DTSTART:{Utc(entry.At)}");
            Line(text, $"SUMMARY:{Escaped(entry.Summary)}");
            if (entry.Description.Length > 0)
            {
                Line(text, $"DESCRIPTION:{Escaped(entry.Description)}");
            }

            // It takes nobody's time.
            Line(text, "TRANSP:TRANSPARENT");
            Line(text, "END:VEVENT");
        }

        return text.ToString();
    }

    /// <summary>Section 3.3.11: backslash, semicolon, comma and line ends; other control characters are no text.</summary>
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\\' or ';' or ',')
            {
                escaped.Append('\\').Append(c);
            }
            else if (c == '\n' || (c == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                escaped.Append("\\n");
            }
            else if (c == '\t' || !char.IsControl(c))
            {
                escaped.Append(c);
            }
        }

        return escaped.ToString();
    }

    /// <summary>Section 3.3.5, form 2; a moment within a second is in it.</summary>
    private static string Utc(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Folded by octets, and never within a character.</summary>
    private static void Line(StringBuilder text, string content)
    {
        var octets = 0;
        foreach (var rune in content.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > MostOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}
