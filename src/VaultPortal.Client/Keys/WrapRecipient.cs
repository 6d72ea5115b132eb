namespace VaultPortal.Client;

/// <summary>A member's key that a data key is wrapped to, verified.</summary>
/// <param name="KeyId">The id of his key pair.</param>
/// <param name="Fingerprint">Of the key itself: the encryption key, or an RSA signing key that has none.</param>
/// <param name="Spki">Its SubjectPublicKeyInfo, DER.</param>
/// <param name="Rsa">Whether it is RSA, and not X25519.</param>
internal sealed record WrapRecipient(string KeyId, string Fingerprint, byte[] Spki, bool Rsa);
