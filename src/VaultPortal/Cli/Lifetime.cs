using System.CommandLine.Parsing;
using System.Globalization;

namespace VaultPortal.Cli;

/// <summary>A length of time as it is typed: a number and <c>h</c>, <c>d</c>, <c>w</c> or <c>y</c> (365 days).</summary>
internal static class Lifetime
{
    private const int MostDays = 100 * 365;

    public static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens is [var token] ? token.Value : "";
        var hours = text.LastOrDefault() switch
        {
            'h' => 1,
            'd' => 24,
            'w' => 7 * 24,
            'y' => 365 * 24,
            _ => 0,
        };
        if (
            hours > 0
            && int.TryParse(
                text.AsSpan(0, text.Length - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var count
            )
            && count > 0
            && (long)count * hours <= MostDays * 24L
        )
        {
            return TimeSpan.FromHours((long)count * hours);
        }

        result.AddError($"'{text}' is no length of time; write 12h, 90d, 4w or 1y.");
        return null;
    }
}
