using System.Globalization;

namespace VaultPortal.Components.Shared;

/// <summary>"5 min ago", "in 3 days": the distance between two moments in one unit: minutes and hours rounded down, longer ones to the nearest.</summary>
public static class RelativeText
{
    public static string Of(DateTimeOffset time, DateTimeOffset now)
    {
        var distance = (now - time).Duration();
        if (distance < TimeSpan.FromMinutes(1))
        {
            return time <= now ? "just now" : "in a moment";
        }

        var amount = Amount(distance);
        return time <= now ? $"{amount} ago" : $"in {amount}";
    }

    private static string Amount(TimeSpan distance) =>
        distance.TotalDays switch
        {
            >= 365 => Count(distance.TotalDays / 365.25, "year"),
            >= 59.5 => Count(distance.TotalDays / 30.44, "month"),
            >= 1 => Count(distance.TotalDays, "day"),
            _ when distance.TotalHours >= 1 => $"{(int)distance.TotalHours} h",
            _ => $"{(int)distance.TotalMinutes} min",
        };

    private static string Count(double amount, string unit)
    {
        var whole = (int)Math.Round(amount, MidpointRounding.AwayFromZero);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{whole} {unit}{(whole == 1 ? "" : "s")}"
        );
    }
}
