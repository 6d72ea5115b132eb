namespace VaultPortal.Cryptography;

/// <summary>The names of the algorithms on the wire.</summary>
public static class SignatureAlgorithmNames
{
    /// <summary>"Ed25519", "RSA-PSS-SHA256" or "ECDSA-P256-SHA256".</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a member of the enumeration.</exception>
    public static string WireName(this SignatureAlgorithm algorithm) =>
        algorithm switch
        {
            SignatureAlgorithm.Ed25519 => "Ed25519",
            SignatureAlgorithm.RsaPssSha256 => "RSA-PSS-SHA256",
            SignatureAlgorithm.EcdsaP256Sha256 => "ECDSA-P256-SHA256",
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };

    /// <summary>Reads a wire name, in exactly this spelling.</summary>
    public static bool TryParse(string? wireName, out SignatureAlgorithm algorithm)
    {
        algorithm = wireName switch
        {
            "Ed25519" => SignatureAlgorithm.Ed25519,
            "RSA-PSS-SHA256" => SignatureAlgorithm.RsaPssSha256,
            "ECDSA-P256-SHA256" => SignatureAlgorithm.EcdsaP256Sha256,
            _ => default,
        };
        return algorithm != default;
    }
}
