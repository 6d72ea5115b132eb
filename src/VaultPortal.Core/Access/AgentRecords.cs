using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <param name="Name">What it is called.</param>
/// <param name="Owner">For commands: the owner's e-mail address or id. Everybody else makes his own.</param>
public sealed record NewAgent(string Name, string? Owner = null);

/// <summary>An agent as the contract shows it.</summary>
public sealed record AgentView(PublicId Id, string Name, PublicId OwnerId);

/// <summary>An agent as lists show it.</summary>
public sealed record AgentListEntry
{
    public required PublicId Id { get; init; }
    public required string Name { get; init; }
    public required PublicId OwnerId { get; init; }

    /// <summary>The owner's e-mail address.</summary>
    public required string OwnerName { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>API keys that are good now.</summary>
    public required int ActiveKeys { get; init; }

    /// <summary>When one of its API keys was used last: a hint, no evidence.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>SHA-256 over the SPKI of the key that it has registered to sign with, 64 hex characters; null = none.</summary>
    public required string? KeyFingerprint { get; init; }

    /// <summary>The id of that key.</summary>
    public required PublicId? KeyId { get; init; }

    /// <summary>Whether the caller may give it a new API key: only its owner does.</summary>
    public required bool IsOwn { get; init; }
}
