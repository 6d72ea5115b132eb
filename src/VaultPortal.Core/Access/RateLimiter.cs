namespace VaultPortal.Core.Access;

/// <summary>
/// A token bucket for each credential: it holds two seconds' worth of requests and fills evenly. For keys that were authenticated
/// only; a bucket that is full again is forgotten, so memory is bounded by the keys in use.
/// </summary>
public sealed class RateLimiter
{
    private const int SweepEvery = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<RateLimitKey, Bucket> _buckets = [];
    private readonly TimeProvider _time;
    private readonly int _perSecond;
    private readonly double _capacity;
    private int _untilSweep = SweepEvery;

    public RateLimiter(RateLimitOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PerKey, 1);
        (_time, _perSecond) = (time, options.PerKey);
        _capacity = (double)options.PerKey * RateLimitState.WindowSeconds;
    }

    private readonly record struct Bucket(double Tokens, long At);

    /// <summary>How many buckets are kept.</summary>
    internal int Kept => _buckets.Count;

    /// <summary>Takes one request out of the key's bucket, if there is one in it.</summary>
    public RateLimitState Take(RateLimitKey key)
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            Sweep(now);
            var tokens = Tokens(key, now);
            var served = tokens >= 1;
            if (served)
            {
                tokens--;
                _buckets[key] = new Bucket(tokens, now);
            }

            return State(tokens, served);
        }
    }

    /// <summary>What is left, without taking any.</summary>
    public RateLimitState Look(RateLimitKey key)
    {
        lock (_gate)
        {
            return State(Tokens(key, _time.GetTimestamp()), served: true);
        }
    }

    private double Tokens(RateLimitKey key, long now) =>
        _buckets.TryGetValue(key, out var bucket) ? Filled(bucket, now) : _capacity;

    private double Filled(Bucket bucket, long now) =>
        Math.Min(
            _capacity,
            bucket.Tokens + _time.GetElapsedTime(bucket.At, now).TotalSeconds * _perSecond
        );

    private RateLimitState State(double tokens, bool served) =>
        new(
            _perSecond,
            (long)tokens,
            (int)Math.Ceiling((_capacity - tokens) / _perSecond),
            // At one request a second and more, the next one is there within a second: the least that Retry-After can say.
            served ? null : TimeSpan.FromSeconds(1)
        );

    private void Sweep(long now)
    {
        if (--_untilSweep > 0)
        {
            return;
        }

        _untilSweep = Math.Max(SweepEvery, _buckets.Count);
        foreach (var (key, bucket) in _buckets)
        {
            if (Filled(bucket, now) >= _capacity)
            {
                _buckets.Remove(key);
            }
        }
    }
}

/// <summary>Whose requests are counted together: an API key, an account's access tokens, a trusted issuer's tokens for one subject.</summary>
/// <param name="Kind">What the caller came with.</param>
/// <param name="Id">The row of the key, the account or the issuer.</param>
/// <param name="Subject">How the audit names an issuer's subject, or what of an account is counted by itself; null for others.</param>
public readonly record struct RateLimitKey(CallerKind Kind, long Id, string? Subject = null)
{
    public static RateLimitKey OfApiKey(long id) => new(CallerKind.Machine, id);

    /// <summary>Of the calendar of an account, which programs read by themselves: it takes nothing from what the person asks.</summary>
    public static RateLimitKey OfCalendar(long account) =>
        new(CallerKind.Person, account, "calendar");
}
