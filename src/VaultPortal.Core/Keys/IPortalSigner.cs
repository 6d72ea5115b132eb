namespace VaultPortal.Core.Keys;

/// <summary>Signs for the portal, with its current key.</summary>
public interface IPortalSigner
{
    /// <summary>SHA-256 over the SubjectPublicKeyInfo, 64 hexadecimal characters.</summary>
    string Fingerprint { get; }

    /// <summary>The SubjectPublicKeyInfo, DER.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The Ed25519 signature (RFC 8032), 64 bytes.</summary>
    byte[] Sign(ReadOnlySpan<byte> message);
}
