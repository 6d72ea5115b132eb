using VaultPortal.Core.Common;

namespace VaultPortal.Core.Checkpoints;

/// <summary>How an accepted checkpoint stands when it is looked at again.</summary>
public enum CheckpointStanding
{
    /// <summary>Nobody has signed this kind for this object yet.</summary>
    NeverSigned,

    /// <summary>The signature is good and the text equals the state.</summary>
    Verified,
    SignatureInvalid,
    StateDiffers,
}

/// <summary>An accepted checkpoint for showing and for reading clients.</summary>
public sealed record SignedCheckpoint
{
    public required CheckpointKind Kind { get; init; }
    public required long Version { get; init; }

    /// <summary>The canonical JSON that was signed.</summary>
    public required string Text { get; init; }
    public required PublicId SignerKeyId { get; init; }
    public required bool SignerIsAgent { get; init; }
    public required string SignerName { get; init; }

    /// <summary>SHA-256 over the signer's public key (SPKI DER), 64 hex characters.</summary>
    public required string SignerFingerprint { get; init; }

    /// <summary>Base64.</summary>
    public required string Signature { get; init; }
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Worked out for the portal's pages; machine reads leave it to their client, who has to check anyway.</summary>
    public CheckpointStanding? Standing { get; init; }
}
