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
