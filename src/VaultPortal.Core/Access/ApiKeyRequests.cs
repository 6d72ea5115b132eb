using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>What a new key is made of.</summary>
public sealed record NewApiKey
{
    /// <summary>The owner's e-mail address or id; a person names the own account.</summary>
    public required string Owner { get; init; }

    public required string Name { get; init; }

    /// <summary>
    /// Names of permissions or of groups of them (<see cref="PermissionNames"/>). Of an <c>ik_</c> key they are some of
    /// <c>secrets.*</c>, and all three when none is named.
    /// </summary>
    public required IReadOnlyList<string> Permissions { get; init; }

    public ApiKeyScope Scope { get; init; } = ApiKeyScope.User;

    /// <summary>A key for environment secrets only (<c>ik_</c>) has no other permissions than theirs, and scope USER.</summary>
    public ApiKeyFormat Format { get; init; } = ApiKeyFormat.Portal;

    /// <summary>With scope AGENT, and only then: an agent of the owner.</summary>
    public PublicId? AgentId { get; init; }

    /// <summary>The instant from which on the key is worth nothing; null = never, or as a policy has it.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether a null is meant as never.</summary>
    public bool NeverExpires { get; init; }

    /// <summary>Networks or addresses that it may be used from; empty = all.</summary>
    public IReadOnlyList<string> AllowList { get; init; } = [];
}

/// <summary>A key as it is shown, once.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="Key">The whole text, secret and all.</param>
public sealed record CreatedApiKey(PublicId Id, string Key) : Storage.IShownOnceAnswer
{
    public bool HoldsSecret => true;

    /// <summary>Without the key, which stands in no log.</summary>
    public override string ToString() => $"API key {Id}";
}

/// <summary>What GET /me answers (machine.md section 7).</summary>
public sealed record ApiKeyView
{
    public required PublicId KeyId { get; init; }
    public required ApiKeyScope Scope { get; init; }
    public required PublicId OwnerId { get; init; }
    public required string OwnerName { get; init; }
    public required PublicId? AgentId { get; init; }
    public required string? AgentName { get; init; }

    /// <summary>What the key may ask for now: its permissions, cut down to its owner's role.</summary>
    public required IReadOnlyList<string> Permissions { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public required IReadOnlyList<string> AllowList { get; init; }

    /// <summary>Why nothing that has to be signed can be written with it: a code of the contract, or null.</summary>
    public required string? WriteConstraint { get; init; }
    public required RateLimitState RateLimit { get; init; }
}

/// <summary>A key as the list of keys shows it.</summary>
public sealed record ApiKeyListEntry
{
    public required PublicId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>What the audit names it by.</summary>
    public required string AccessKey { get; init; }
    public required ApiKeyFormat Format { get; init; }
    public required ApiKeyScope Scope { get; init; }
    public required PublicId OwnerId { get; init; }
    public required string OwnerName { get; init; }
    public required string? AgentName { get; init; }
    public required IReadOnlyList<string> Permissions { get; init; }
    public required IReadOnlyList<string> AllowList { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public required DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Whether it was rotated: then it ends at <see cref="ExpiresAt"/>, and another key has taken its place.</summary>
    public required bool IsRotated { get; init; }
    public required DateTimeOffset? LastUsedAt { get; init; }
    public required string? LastUsedAddress { get; init; }
}

/// <summary>The successor of a rotated key, shown once.</summary>
/// <param name="Id">The new key's public id.</param>
/// <param name="Key">Its whole text.</param>
/// <param name="OldKeyExpiresAt">When the old one ends.</param>
public sealed record RotatedApiKey(PublicId Id, string Key, DateTimeOffset OldKeyExpiresAt)
    : Storage.IShownOnceAnswer
{
    public bool HoldsSecret => true;

    /// <summary>Without the key, which stands in no log.</summary>
    public override string ToString() => $"API key {Id}";
}
