namespace VaultPortal.Client;

/// <summary>A key pair of one's own as the server knows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Algorithm">"Ed25519", "RSA-PSS-SHA256" or "ECDSA-P256-SHA256".</param>
/// <param name="Fingerprint">Of the signing key.</param>
/// <param name="State">"active", "pending" until it is approved in the portal, or "retired".</param>
/// <param name="EncryptionFingerprint">Of the encryption key, or null.</param>
/// <param name="WrappedPrivateKey">The private keys under a passphrase, where they were left with the server.</param>
/// <param name="RetireReason">"replaced", "lost" or "compromised"; null while it is not retired.</param>
public sealed record RegisteredKeyPair(
    string Id,
    string Algorithm,
    string Fingerprint,
    string State,
    string? EncryptionFingerprint = null,
    string? WrappedPrivateKey = null,
    string? RetireReason = null
);
