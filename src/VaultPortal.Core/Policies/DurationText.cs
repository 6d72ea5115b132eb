using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VaultPortal.Core.Policies;

/// <summary>
/// A length of time as people and the portal's API write it: a whole number above 0 and <c>m</c> (minutes), <c>h</c>, <c>d</c>,
/// <c>w</c> or <c>y</c> (365 days), e.g. <c>90d</c>; at most 100 years.
/// </summary>
public static class DurationText
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(100 * 365);

    private static readonly (char Unit, TimeSpan Length)[] Units =
    [
        ('y', TimeSpan.FromDays(365)),
        ('w', TimeSpan.FromDays(7)),
        ('d', TimeSpan.FromDays(1)),
        ('h', TimeSpan.FromHours(1)),
        ('m', TimeSpan.FromMinutes(1)),
    ];

    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = default;
        if (
            text is not { Length: > 1 and <= 10 }
            || Array.Find(Units, unit => unit.Unit == text[^1]) is not { Unit: not '\0' } found
            // Parsing by itself passes over NUL at the end.
            || text.AsSpan(0, text.Length - 1).ContainsAnyExceptInRange('0', '9')
            || !long.TryParse(
                text.AsSpan(0, text.Length - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var count
            )
            || count < 1
            || count > Longest / found.Length
        )
        {
            return false;
        }

        duration = count * found.Length;
        return true;
    }

    /// <summary>In days, or hours or minutes where days do not divide it, so that 14 days are not read as 2 weeks.</summary>
    public static string Write(TimeSpan duration)
    {
        var (unit, length) = Array.Find(
            Units,
            u => u.Unit is 'd' or 'h' && duration.Ticks % u.Length.Ticks == 0
        )
            is { Unit: not '\0' } exact
            ? exact
            : ('m', TimeSpan.FromMinutes(1));
        return $"{(duration.Ticks / length.Ticks).ToString(CultureInfo.InvariantCulture)}{unit}";
    }
}
