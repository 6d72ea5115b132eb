using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>As much of an object as its state is worked out from: of 100,000 of them no more is read.</summary>
/// <param name="Id">The row of the object in its own table.</param>
/// <param name="ValueAt">When its value was made or changed last; null = it has none of its own (items), or it was not asked for.</param>
internal readonly record struct LifetimeMark(
    LifetimeKind Kind,
    long Id,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? ValueAt,
    LifetimeTraits Traits
)
{
    public Lifetime Under(ExpiryRule rule) => rule.LifetimeOf(ExpiresAt, ValueAt);
}

/// <summary>An object that has a lifetime, with what people and other parts of the portal call it. Never holds a value.</summary>
internal sealed record LifetimeRow
{
    /// <summary>The row of the object in its own table.</summary>
    public required long Id { get; init; }
    public required LifetimeRef Object { get; init; }
    public required string Title { get; init; }
    public PublicId? VaultId { get; init; }
    public string? VaultName { get; init; }
    public long ItemRow { get; init; }
    public PublicId? ItemId { get; init; }

    /// <summary>Who made it (vault objects, secrets) or owns it (keys); null = nobody who has an account.</summary>
    public PrincipalRef? Owner { get; init; }

    /// <summary>The row of the account that answers for it: an agent's is its owner's.</summary>
    public long? AccountId { get; init; }
    public PublicId? OwnerId { get; init; }
    public string? OwnerName { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? ValueAt { get; init; }
    public required LifetimeTraits Traits { get; init; }

    public LifetimeKind Kind => Object.Kind;

    /// <summary>As the audit names a change of its expiry.</summary>
    public string ChangeAction =>
        Kind == LifetimeKind.EnvironmentSecret
            ? "secret.set_expiry"
            : $"{AuditName[..AuditName.IndexOf(':', StringComparison.Ordinal)]}.set_expiry";

    /// <summary>As the audit names the object.</summary>
    public string AuditName =>
        Kind switch
        {
            LifetimeKind.VaultItem => "vault_item:",
            LifetimeKind.Field => "field:",
            LifetimeKind.EnvironmentSecret => "secret_key:",
            LifetimeKind.WorkflowSecret => "workflow_secret:",
            LifetimeKind.ApiKey => "api_key:",
            LifetimeKind.UserKey => "user_key_pair:",
            LifetimeKind.AgentKey => "agent_key:",
            _ => "trusted_issuer:",
        } + Object.Id;

    public Lifetime Under(ExpiryRule rule) => rule.LifetimeOf(ExpiresAt, ValueAt);
}

/// <summary>Which objects are looked through.</summary>
internal sealed record LifetimeScan
{
    public required LifetimeSight Sight { get; init; }

    /// <summary>Empty = every kind.</summary>
    public IReadOnlyCollection<LifetimeKind> Kinds { get; init; } = [];

    /// <summary>Whether a policy asks for rotation: then what does not expire counts as well, and <see cref="From"/> and <see cref="Until"/> do not.</summary>
    public bool Rotating { get; init; }

    /// <summary>Whether a policy asks for types of fields: then each field is read, and otherwise its mark has none.</summary>
    public bool FieldTypes { get; init; } = true;

    /// <summary>Only what expires then or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only what expires before that.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A part of the title.</summary>
    public string? Search { get; init; }

    /// <summary>The row of a vault.</summary>
    public long? Vault { get; init; }
    public PrincipalRef? Owner { get; init; }
}
