namespace VaultPortal.Core.Keys;

/// <summary>
/// Signs for the portal, with its current key. A rotation changes that while the process runs: who needs a signature and the key
/// that made it takes <see cref="Current"/> once and asks that for both.
/// </summary>
public interface IPortalSigner
{
    /// <summary>The signer with the present key, which stays the same for as long as it is held.</summary>
    IPortalSigner Current => this;

    /// <summary>SHA-256 over the SubjectPublicKeyInfo, 64 hexadecimal characters.</summary>
    string Fingerprint { get; }

    /// <summary>The SubjectPublicKeyInfo, DER.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The Ed25519 signature (RFC 8032), 64 bytes.</summary>
    byte[] Sign(ReadOnlySpan<byte> message);
}
