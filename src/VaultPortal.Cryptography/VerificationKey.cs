using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace VaultPortal.Cryptography;

/// <summary>A public signing key of a person, an agent or the portal. Immutable and safe for concurrent use.</summary>
public sealed class VerificationKey
{
    private const int Ed25519Length = 44;
    private const int P256Length = 91;

    // id-Ed25519 without parameters and a bit string of 32 bytes (RFC 8410, section 4).
    private static readonly byte[] Ed25519Prefix = Convert.FromHexString(
        "302a300506032b6570032100"
    );

    // id-ecPublicKey with secp256r1 and an uncompressed point (RFC 5480, section 2).
    private static readonly byte[] P256Prefix = Convert.FromHexString(
        "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
    );

    private readonly byte[] spki;
    private readonly Pool<RSA>? rsa;
    private readonly Pool<ECDsa>? ecdsa;

    private VerificationKey(byte[] spki, SignatureAlgorithm algorithm)
    {
        this.spki = spki;
        Algorithm = algorithm;
        Fingerprint = SHA256.HashData(spki);
        rsa =
            algorithm == SignatureAlgorithm.RsaPssSha256
                ? new(() => Import(RSA.Create(), spki))
                : null;
        ecdsa =
            algorithm == SignatureAlgorithm.EcdsaP256Sha256
                ? new(() => Import(ECDsa.Create(), spki))
                : null;
    }

    /// <summary>The algorithm of this key's signatures.</summary>
    public SignatureAlgorithm Algorithm { get; }

    /// <summary>The SubjectPublicKeyInfo, DER (RFC 5280, section 4.1).</summary>
    public ReadOnlyMemory<byte> Spki => spki;

    /// <summary>SHA-256 over the DER of the SubjectPublicKeyInfo: 32 bytes, shared, not to be changed.</summary>
    public byte[] Fingerprint { get; }

    /// <summary>The fingerprint as 64 lower-case hexadecimal digits.</summary>
    public string FingerprintHex => field ??= Convert.ToHexStringLower(Fingerprint);

    /// <summary>
    /// Reads an untrusted public key: one PEM block "PUBLIC KEY" (RFC 7468) with a SubjectPublicKeyInfo in canonical DER, so
    /// that a key has one fingerprint only. Taken are RSA with 2048 to 4096 bits and an odd exponent from 3 to 2³²−1,
    /// P-256 points on the curve, uncompressed, and Ed25519 points of the prime-order subgroup.
    /// </summary>
    /// <param name="pem">The text; white space around the block is allowed, a second block is not.</param>
    /// <param name="key">The key.</param>
    /// <param name="problem">Why it was refused, as a sentence without any of the text.</param>
    public static bool TryFromPem(
        string pem,
        [NotNullWhen(true)] out VerificationKey? key,
        [NotNullWhen(false)] out string? problem
    )
    {
        key = null;
        if (!Pem.TryRead(pem, Pem.PublicKey, out var der, out problem))
        {
            return false;
        }

        (var algorithm, problem) = Examine(der);
        if (problem is not null)
        {
            return false;
        }

        key = new VerificationKey(der, algorithm);
        return true;
    }

    /// <summary>Takes a key that was examined when it was registered; nothing but its length and algorithm is looked at here.</summary>
    /// <exception cref="ArgumentException">Not the length of such a key, or not an algorithm.</exception>
    public static VerificationKey FromSpki(byte[] spkiDer, SignatureAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(spkiDer);
        var plausible = algorithm switch
        {
            SignatureAlgorithm.Ed25519 => spkiDer.Length == Ed25519Length,
            SignatureAlgorithm.EcdsaP256Sha256 => spkiDer.Length == P256Length,
            SignatureAlgorithm.RsaPssSha256 => spkiDer.Length > P256Length,
            _ => false,
        };
        return plausible
            ? new VerificationKey(spkiDer, algorithm)
            : throw new ArgumentException("Not a public key of this algorithm.", nameof(spkiDer));
    }

    /// <summary>The key as one PEM block "PUBLIC KEY" with a line break at its end.</summary>
    public string ToPem() => Pem.Write(Pem.PublicKey, spki);

    /// <summary>
    /// Whether <paramref name="signature"/> is this key's over <paramref name="message"/>; false for every malformed one.
    /// </summary>
    /// <exception cref="CryptographicException">The key itself, given to <see cref="FromSpki"/>, cannot be read.</exception>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        Algorithm switch
        {
            SignatureAlgorithm.Ed25519 => Sodium.VerifyEd25519(
                signature,
                message,
                spki.AsSpan(Ed25519Prefix.Length)
            ),
            SignatureAlgorithm.RsaPssSha256 => VerifyRsa(message, signature),
            _ => VerifyEcdsa(message, signature),
        };

    internal static VerificationKey FromEd25519(ReadOnlySpan<byte> point) =>
        new([.. Ed25519Prefix, .. point], SignatureAlgorithm.Ed25519);

    private bool VerifyRsa(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, hash);
        var platformKey = rsa!.Rent();
        try
        {
            // The platform's PSS verifies with MGF1 of the same hash and a salt of the hash's length, and no other.
            return signature.Length == (platformKey.KeySize + 7) / 8
                && platformKey.VerifyHash(
                    hash,
                    signature,
                    HashAlgorithmName.SHA256,
                    RSASignaturePadding.Pss
                );
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            rsa.Return(platformKey);
        }
    }

    private bool VerifyEcdsa(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, hash);
        var platformKey = ecdsa!.Rent();
        try
        {
            return signature.Length == 64
                && platformKey.VerifyHash(
                    hash,
                    signature,
                    DSASignatureFormat.IeeeP1363FixedFieldConcatenation
                );
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            ecdsa.Return(platformKey);
        }
    }

    private static (SignatureAlgorithm Algorithm, string? Problem) Examine(byte[] der)
    {
        if (der.Length == Ed25519Length && der.AsSpan().StartsWith(Ed25519Prefix))
        {
            return (
                SignatureAlgorithm.Ed25519,
                Sodium.IsEd25519Point(der.AsSpan(Ed25519Prefix.Length))
                    ? null
                    : "The Ed25519 key is not a point of the prime-order subgroup."
            );
        }

        if (der.Length == P256Length && der.AsSpan().StartsWith(P256Prefix))
        {
            return (
                SignatureAlgorithm.EcdsaP256Sha256,
                IsOnP256(der) ? null : "The P-256 key is not a point on the curve."
            );
        }

        return (SignatureAlgorithm.RsaPssSha256, FindRsaProblem(der));
    }

    private static bool IsOnP256(byte[] der)
    {
        try
        {
            using var platformKey = Import(ECDsa.Create(), der);
            return platformKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(der);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static string? FindRsaProblem(byte[] der)
    {
        const string NotSupported =
            "The key is not an Ed25519, P-256 (uncompressed point) or RSA public key as a SubjectPublicKeyInfo in canonical DER.";
        try
        {
            using var platformKey = Import(RSA.Create(), der);
            var numbers = platformKey.ExportParameters(includePrivateParameters: false);
            if (platformKey.KeySize is < 2048 or > 4096)
            {
                return "The RSA key must have 2048 to 4096 bits.";
            }

            if (
                numbers.Exponent!.Length > 4
                || numbers.Exponent is [1]
                || (numbers.Exponent[^1] & numbers.Modulus![^1] & 1) == 0
            )
            {
                return "The RSA key's modulus must be odd and its exponent odd, from 3 to 2^32-1.";
            }

            return platformKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(der)
                ? null
                : NotSupported;
        }
        catch (CryptographicException)
        {
            return NotSupported;
        }
    }

    private static T Import<T>(T platformKey, byte[] der)
        where T : AsymmetricAlgorithm
    {
        try
        {
            platformKey.ImportSubjectPublicKeyInfo(der, out var read);
            return read == der.Length
                ? platformKey
                : throw new CryptographicException("Bytes follow the key.");
        }
        catch
        {
            platformKey.Dispose();
            throw;
        }
    }
}
