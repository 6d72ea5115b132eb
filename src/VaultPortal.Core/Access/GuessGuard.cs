using System.Net;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>
/// Slows down who tries keys (machine.md section 2): an address with more than 60 unknown credentials in a minute is limited
/// for further unknown ones until the minute has passed. It is asked only after a credential turned out to be unknown, so a
/// valid one is always served.
/// </summary>
public sealed class GuessGuard(TimeProvider time)
{
    public const int PerMinute = 60;

    private readonly AttemptLimiter _limiter = new(time, PerMinute, TimeSpan.FromMinutes(1));

    /// <summary>Counts an unknown credential; the refusal, once there were too many, says how long to wait.</summary>
    public VaultError? Take(IPAddress? source) => _limiter.Take(source);
}
