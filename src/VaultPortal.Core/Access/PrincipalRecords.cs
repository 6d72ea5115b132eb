using VaultPortal.Core.Common;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Access;

/// <summary>People and agents that a vault can be shared with.</summary>
/// <param name="HasMore">There are others that match: the question has to be narrower to find them.</param>
public sealed record FoundPrincipals(IReadOnlyList<FoundPrincipal> Principals, bool HasMore);

/// <summary>Somebody that a vault can be shared with, and the keys that his client has to be given a data key for.</summary>
public sealed record FoundPrincipal
{
    public required PrincipalKind Kind { get; init; }
    public required PublicId Id { get; init; }

    /// <summary>A person's e-mail address, an agent's name.</summary>
    public required string Name { get; init; }

    /// <summary>Of a person; null for an agent.</summary>
    public required Role? Role { get; init; }

    /// <summary>Who answers for an agent; null for a person.</summary>
    public required PublicId? OwnerId { get; init; }
    public required string? OwnerName { get; init; }
    public required IReadOnlyList<PrincipalKey> Keys { get; init; }
}

/// <summary>An active key, with what its readers need to judge it for themselves.</summary>
public sealed record PrincipalKey
{
    public required PublicId Id { get; init; }
    public required SignatureAlgorithm Algorithm { get; init; }

    /// <summary>PEM.</summary>
    public required string PublicKey { get; init; }

    /// <summary>SHA-256 over the SPKI, 64 hex characters.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>PEM; null for a key that signs only.</summary>
    public required string? EncryptionPublicKey { get; init; }

    /// <summary>Base64, as the other signatures.</summary>
    public required string? EncryptionKeySignature { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it signs nothing and no data key is wrapped to it; null = never.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }
    public required string? Proof { get; init; }

    /// <summary>The same owner's key that endorsed it, with <see cref="Endorsement"/>.</summary>
    public required PublicId? EndorsedBy { get; init; }
    public required string? Endorsement { get; init; }
}
