using System.Globalization;

namespace VaultPortal.Core.Common;

/// <summary>
/// How moments are kept and written: in the database as whole microseconds since 1970 (UTC), which sort and compare alike in
/// every database; in the machine API as RFC 3339 with three fraction digits and <c>Z</c>.
/// </summary>
public static class UtcTime
{
    public static long ToMicroseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        new(
            DateTimeOffset.UnixEpoch.Ticks + microseconds * TimeSpan.TicksPerMicrosecond,
            TimeSpan.Zero
        );

    /// <summary>RFC 3339 (section 5.6), UTC, three fraction digits, e.g. <c>2026-11-20T10:00:00.000Z</c>.</summary>
    public static string ToText(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339, UTC, six fraction digits, e.g. <c>2026-11-20T10:00:00.000000Z</c>: the workflow API.</summary>
    public static string ToMicrosecondText(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// RFC 3339 section 5.6 to the letter: date, <c>T</c>, time, optional fraction, offset. A time without an offset is none; a leap
    /// second is none either, because nothing here can keep it. Digits after the sixth of the fraction are cut.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (
            text.Length < "0000-00-00T00:00:00Z".Length
            || text[4] != '-'
            || text[7] != '-'
            || text[10] is not ('T' or 't')
            || text[13] != ':'
            || text[16] != ':'
            || !Number(text[..4], out var year)
            || !Number(text[5..7], out var month)
            || !Number(text[8..10], out var day)
            || !Number(text[11..13], out var hour)
            || !Number(text[14..16], out var minute)
            || !Number(text[17..19], out var second)
            || year < 1
            || month is < 1 or > 12
            || day < 1
            || day > DateTime.DaysInMonth(year, month)
            || hour > 23
            || minute > 59
            || second > 59
        )
        {
            return false;
        }

        var rest = text[19..];
        if (!Fraction(ref rest, out var fraction) || !Offset(rest, out var offset))
        {
            return false;
        }

        var ticks = new DateTime(year, month, day, hour, minute, second).Ticks + fraction - offset;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool Fraction(ref ReadOnlySpan<char> rest, out long ticks)
    {
        ticks = 0;
        if (rest[0] != '.')
        {
            return true;
        }

        var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
        if (digits < 1)
        {
            return false;
        }

        var unit = TimeSpan.TicksPerSecond;
        foreach (var digit in rest.Slice(1, Math.Min(digits, 6)))
        {
            unit /= 10;
            ticks += (digit - '0') * unit;
        }

        rest = rest[(1 + digits)..];
        return true;
    }

    private static bool Offset(ReadOnlySpan<char> rest, out long ticks)
    {
        ticks = 0;
        if (rest is "Z" or "z")
        {
            return true;
        }

        if (
            rest.Length != 6
            || rest[0] is not ('+' or '-')
            || rest[3] != ':'
            || !Number(rest[1..3], out var hours)
            || !Number(rest[4..], out var minutes)
            || hours > 23
            || minutes > 59
        )
        {
            return false;
        }

        ticks = (hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute);
        ticks = rest[0] == '-' ? -ticks : ticks;
        return true;
    }

    private static bool Number(ReadOnlySpan<char> digits, out int value)
    {
        value = 0;
        return !digits.ContainsAnyExceptInRange('0', '9')
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
