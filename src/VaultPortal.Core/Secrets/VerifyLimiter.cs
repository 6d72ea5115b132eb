using VaultPortal.Core.Common;

namespace VaultPortal.Core.Secrets;

/// <summary>Ten tries a minute for each secret, whoever makes them, right or wrong; keys without a secret are counted just the same.</summary>
internal sealed class VerifyLimiter
{
    private const int Tries = 10;

    // Keys beyond this many share one count: callers cannot fill the memory.
    private const int MostKeys = 10_000;
    private const string Shared = "";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset Ends, int Taken)> _windows = new(
        StringComparer.Ordinal
    );

    /// <summary>Takes a try; the refusal says how long to wait.</summary>
    public VaultError? Take(string key, DateTimeOffset now)
    {
        lock (_gate)
        {
            var slot = Slot(key, now);
            var current =
                _windows.TryGetValue(slot, out var found) && found.Ends > now
                    ? found
                    : (Ends: now + Window, Taken: 0);
            if (current.Taken >= Tries)
            {
                return Refused(current.Ends - now);
            }

            _windows[slot] = (current.Ends, current.Taken + 1);
            return null;
        }
    }

    private string Slot(string key, DateTimeOffset now)
    {
        if (_windows.ContainsKey(key) || _windows.Count < MostKeys)
        {
            return key;
        }

        foreach (var (known, state) in _windows)
        {
            if (state.Ends <= now)
            {
                _windows.Remove(known);
            }
        }

        return _windows.Count < MostKeys ? key : Shared;
    }

    private static VaultError Refused(TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        return new VaultError(
            ErrorKind.Limited,
            "rate_limit_exceeded",
            $"A secret can be verified {Tries} times a minute. Try again in {seconds} seconds."
        )
        {
            RetryAfter = TimeSpan.FromSeconds(seconds),
        };
    }
}
