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
}
