namespace VaultPortal.Cryptography;

/// <summary>How a checkpoint is signed: it follows from the signer's registered key. The numbers are stored.</summary>
public enum SignatureAlgorithm
{
    /// <summary>Ed25519 (RFC 8032, section 5.1), signatures of 64 bytes.</summary>
    Ed25519 = 1,

    /// <summary>RSASSA-PSS (RFC 8017, section 8.1) with SHA-256, MGF1 with SHA-256, a salt of 32 bytes, 2048 to 4096 bits.</summary>
    RsaPssSha256 = 2,

    /// <summary>ECDSA on P-256 with SHA-256 (FIPS 186-5, section 6), signatures r‖s of 64 bytes (IEEE P1363).</summary>
    EcdsaP256Sha256 = 3,
}
