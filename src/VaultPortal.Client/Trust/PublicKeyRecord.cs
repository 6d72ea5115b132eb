namespace VaultPortal.Client;

/// <summary>A key as the server describes it (GET /vault/{id}/public-keys); nothing of it is believed as such.</summary>
internal sealed record PublicKeyRecord(
    string Id,
    string PublicKey,
    string Fingerprint,
    string State,
    PrincipalType OwnerType,
    string OwnerId,
    string? EncryptionPublicKey = null,
    string? EncryptionKeySignature = null,
    EndorsementRecord? Endorsement = null,
    string? Proof = null,
    DateTimeOffset? ExpiresAt = null
)
{
    public bool IsActive => State == "active";

    /// <summary>Whether data keys are wrapped to it: the server refuses them for one that has expired.</summary>
    public bool Receives => IsActive && !(ExpiresAt <= DateTimeOffset.UtcNow);
}
