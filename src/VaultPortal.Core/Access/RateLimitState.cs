using System.Globalization;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>
/// How much of its allowance a key has left. The headers are those of draft-ietf-httpapi-ratelimit-headers-10: sections 3
/// (<c>RateLimit-Policy</c>: quota q in a window of w seconds) and 4 (<c>RateLimit</c>: r remaining, t seconds until the quota
/// is whole again).
/// </summary>
/// <param name="Limit">Requests a second.</param>
/// <param name="Remaining">Requests that could be made at once.</param>
/// <param name="ResetSeconds">Seconds, rounded up, until the whole burst is there again.</param>
/// <param name="RetryAfter">Null when the request may be served; else how long to wait, in whole seconds.</param>
public readonly record struct RateLimitState(
    int Limit,
    long Remaining,
    int ResetSeconds,
    TimeSpan? RetryAfter
)
{
    /// <summary>A bucket that holds two seconds' worth and fills in two seconds is a quota of that many in that window.</summary>
    internal const int WindowSeconds = 2;

    /// <summary>The value of the header <c>RateLimit</c>.</summary>
    public string Header =>
        string.Create(CultureInfo.InvariantCulture, $"\"key\";r={Remaining};t={ResetSeconds}");

    /// <summary>The value of the header <c>RateLimit-Policy</c>.</summary>
    public string PolicyHeader =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"\"key\";q={(long)Limit * WindowSeconds};w={WindowSeconds}"
        );

    /// <summary>Null when the request may be served.</summary>
    public VaultError? Refusal =>
        RetryAfter is { } wait
            ? new VaultError(
                ErrorKind.Limited,
                "rate_limit_exceeded",
                $"This key makes more than {Limit} requests a second; wait as long as Retry-After says."
            )
            {
                RetryAfter = wait,
            }
            : null;
}
