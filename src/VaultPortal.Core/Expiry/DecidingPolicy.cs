using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>The policy that decides about an object, with what it allows and gives.</summary>
public sealed record DecidingPolicy(
    PublicId Id,
    string Name,
    TimeSpan? DefaultLifetime,
    TimeSpan? LongestLifetime,
    OnExpiry OnExpiry,
    TimeSpan? RotateEvery
)
{
    /// <summary>Null = the built-in rule.</summary>
    internal static DecidingPolicy? Of(ExpiryRule rule) =>
        rule.Policy is { } policy
            ? new(
                policy.PublicId,
                policy.Name,
                rule.DefaultLifetime,
                rule.LongestLifetime,
                rule.OnExpiry,
                rule.RotateEvery
            )
            : null;
}
