using System.Globalization;

namespace VaultPortal.Core.Policies;

/// <summary>How reminder offsets are stored: whole seconds, descending, separated by commas.</summary>
public static class ReminderOffsetText
{
    public static IReadOnlyList<TimeSpan> Read(string stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return
        [
            .. stored
                .Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(text =>
                    TimeSpan.FromSeconds(long.Parse(text, CultureInfo.InvariantCulture))
                ),
        ];
    }

    /// <summary>The longest one, which stands first; null = there is none.</summary>
    public static TimeSpan? First(string stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var first = stored.AsSpan(
            0,
            stored.IndexOf(',', StringComparison.Ordinal) is var end and >= 0 ? end : stored.Length
        );
        return first.IsEmpty
            ? null
            : TimeSpan.FromSeconds(
                long.Parse(first, NumberStyles.None, CultureInfo.InvariantCulture)
            );
    }

    /// <summary>How many there are.</summary>
    public static int Count(string stored) =>
        string.IsNullOrEmpty(stored) ? 0 : stored.AsSpan().Count(',') + 1;

    public static string Write(IEnumerable<TimeSpan> offsets) =>
        string.Join(
            ',',
            offsets
                .Select(offset => (long)offset.TotalSeconds)
                .Distinct()
                .OrderDescending()
                .Select(seconds => seconds.ToString(CultureInfo.InvariantCulture))
        );
}
