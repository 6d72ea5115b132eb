namespace VaultPortal.Core.Notifications;

/// <summary>When a message is tried again: longer after each try, and spread, so that not all of them come back at once.</summary>
internal static class RetryTimes
{
    /// <summary>How long after it was made a message is tried a last time: then it is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    private const double Spread = 0.2;

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(4),
    ];

    /// <summary>How long to wait for the next try.</summary>
    /// <param name="attempts">How many tries there were, 1 or more.</param>
    /// <param name="chance">0 to 1: from a fifth less to a fifth more.</param>
    public static TimeSpan WaitAfter(int attempts, double chance) =>
        Waits[Math.Clamp(attempts - 1, 0, Waits.Length - 1)] * (1 - Spread + (2 * Spread * chance));

    /// <summary>When to try next; null = its day is over.</summary>
    /// <param name="wait">How long to wait.</param>
    /// <param name="madeAt">When the message was made.</param>
    /// <param name="now">When the last try ended.</param>
    public static DateTimeOffset? Next(TimeSpan wait, DateTimeOffset madeAt, DateTimeOffset now)
    {
        var next = now + wait;
        var last = madeAt + Patience;
        return now >= last ? null
            : next < last ? next
            : last;
    }
}
