using VaultPortal.Core.Audit;

namespace VaultPortal.Core.Access;

/// <summary>What sessions need around them in one process: their lengths, the limit on tries, and who hears of refusals and ends.</summary>
public sealed class SessionSurroundings(
    SessionLengths lengths,
    SessionEndings endings,
    RefusalCounter refusals,
    TimeProvider time
)
{
    public SessionLengths Lengths => lengths;

    public SessionEndings Endings => endings;

    public RefusalCounter Refusals => refusals;

    /// <summary>Sign-ins an address may try in a minute, right or wrong.</summary>
    public AttemptLimiter SignIns { get; } = new(time, 10, TimeSpan.FromMinutes(1));
}
