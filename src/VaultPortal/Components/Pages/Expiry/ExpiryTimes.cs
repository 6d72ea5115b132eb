using System.Globalization;
using VaultPortal.Core.Expiry;

namespace VaultPortal.Components.Pages.Expiry;

/// <summary>Days and moments in a time zone.</summary>
internal static class ExpiryTimes
{
    public static DateOnly DayOf(this TimeZoneInfo zone, DateTimeOffset moment) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);

    /// <summary>When a day begins.</summary>
    public static DateTimeOffset Midnight(this TimeZoneInfo zone, DateOnly day) =>
        zone.At(day.ToDateTime(TimeOnly.MinValue));

    /// <summary>A local time as a moment. One that the clocks leave out counts as if they had not been put forward.</summary>
    public static DateTimeOffset At(this TimeZoneInfo zone, DateTime local)
    {
        var plain = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        return new DateTimeOffset(plain, zone.GetUtcOffset(plain)).ToUniversalTime();
    }

    /// <summary>"23 Nov 2026, 14:05".</summary>
    public static string Exact(this TimeZoneInfo zone, DateTimeOffset moment) =>
        TimeZoneInfo
            .ConvertTime(moment, zone)
            .ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);

    /// <summary>"Monday 23 November".</summary>
    public static string Name(this DateOnly day) =>
        day.ToString("dddd d MMMM", CultureInfo.InvariantCulture);

    /// <summary>The same question about a shorter time, where it is one.</summary>
    public static ExpiryQuery Within(
        this ExpiryQuery query,
        DateTimeOffset? after,
        DateTimeOffset? before
    ) =>
        query with
        {
            After = after > (query.After ?? DateTimeOffset.MinValue) ? after : query.After,
            Before = before < (query.Before ?? DateTimeOffset.MaxValue) ? before : query.Before,
        };
}
