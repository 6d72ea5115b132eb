using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Vaults;

/// <summary>A key in a vault's directory of signers: everything that its readers need to judge it for themselves.</summary>
public sealed record SignerKeyView
{
    public required PublicId Id { get; init; }
    public required PrincipalKind OwnerKind { get; init; }
    public required PublicId OwnerId { get; init; }
    public required string OwnerName { get; init; }
    public required SignatureAlgorithm Algorithm { get; init; }

    /// <summary>PEM.</summary>
    public required string PublicKey { get; init; }

    /// <summary>SHA-256 over the SPKI, 64 hex characters.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>PEM.</summary>
    public required string? EncryptionPublicKey { get; init; }

    /// <summary>Base64, as the other signatures.</summary>
    public required string? EncryptionKeySignature { get; init; }
    public required RegisteredKeyState State { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? RetiredAt { get; init; }

    /// <summary>From then on it signs nothing and no data key is wrapped to it; null = never.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Where it is <see cref="RetireReason.Compromised"/>, what the key signed last is to be signed again.</summary>
    public required RetireReason? RetireReason { get; init; }
    public required string? Proof { get; init; }

    /// <summary>The same owner's key that endorsed it, with <see cref="Endorsement"/>.</summary>
    public required PublicId? EndorsedBy { get; init; }
    public required string? Endorsement { get; init; }
}
