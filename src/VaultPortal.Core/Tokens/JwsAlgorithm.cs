namespace VaultPortal.Core.Tokens;

/// <summary>The signature algorithms that tokens are taken in (RFC 7518, section 3.1; RFC 8037, section 3.1). Nothing else is, <c>none</c> and HS* least of all.</summary>
internal enum JwsAlgorithm
{
    /// <summary>Ed25519; of EdDSA's curves this one only.</summary>
    EdDSA,

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    ES256,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256.</summary>
    RS256,

    /// <summary>RSASSA-PSS with SHA-256, MGF1 with SHA-256, a salt of 32 bytes.</summary>
    PS256,
}
