using System.Collections.Concurrent;

namespace VaultPortal.Core.Tokens;

/// <summary>The keys and rules of trusted issuers, parsed once for each state that an issuer was in. The state itself is read from the database with each token.</summary>
public sealed class IssuerKeys(IJwksSource source, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, IssuerState> _states = new();

    /// <summary>What is known of the issuer as it is in this row, or in a newer one.</summary>
    internal IssuerState Of(TrustedIssuer issuer) =>
        _states.TryGetValue(issuer.Id, out var known) && known.Revision >= issuer.Revision
            ? known
            : _states.AddOrUpdate(
                issuer.Id,
                _ => new IssuerState(issuer, source, time),
                (_, old) =>
                    old.Revision >= issuer.Revision
                        ? old
                        : new IssuerState(issuer, source, time, old)
            );

    internal void Forget(long issuerId) => _states.TryRemove(issuerId, out _);
}
