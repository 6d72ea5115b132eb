using System.Security.Cryptography;
using System.Text;
using VaultPortal.Cryptography;

namespace VaultPortal.Client;

/// <summary>
/// The private keys of a member: one to sign with, one to receive data keys with. Thread-safe; disposing zeroes them.
/// </summary>
public sealed class KeyPair : IDisposable
{
    internal const string HpkeAlgorithm = "HPKE-X25519-HKDF-SHA256-AES256GCM";
    internal const string RsaAlgorithm = "RSA-OAEP-SHA256";

    private readonly PrivateSigner signer;
    private readonly X25519PrivateKey? encryption;

    private KeyPair(PrivateSigner signer, X25519PrivateKey? encryption) =>
        (this.signer, this.encryption) = (signer, encryption);

    /// <summary>The algorithm of the signatures.</summary>
    public SignatureAlgorithm Algorithm => signer.PublicKey.Algorithm;

    /// <summary>SHA-256 over the signing key's SubjectPublicKeyInfo, 64 hexadecimal digits: what is compared by telephone.</summary>
    public string Fingerprint => signer.PublicKey.FingerprintHex;

    /// <summary>Of the key that data keys are wrapped to; null where there is none.</summary>
    public string? EncryptionFingerprint =>
        encryption?.FingerprintHex ?? (signer.Rsa is null ? null : Fingerprint);

    /// <summary>The public signing key as PEM.</summary>
    public string PublicKeyPem => signer.PublicKey.ToPem();

    /// <summary>The public X25519 key as PEM; null where there is none.</summary>
    public string? EncryptionPublicKeyPem => encryption?.PublicPem();

    internal VerificationKey PublicKey => signer.PublicKey;

    /// <summary>Makes Ed25519 and X25519 keys.</summary>
    public static KeyPair Generate() =>
        new(PrivateSigner.Of(SigningKey.Generate()), X25519PrivateKey.Generate());

    /// <summary>Reads private keys.</summary>
    /// <param name="signingPem">An Ed25519, RSA or P-256 key, one PEM block of PKCS #8.</param>
    /// <param name="encryptionPem">An X25519 key likewise. An RSA key needs none: data keys are wrapped to itself.</param>
    /// <exception cref="CryptographicException">Not such keys.</exception>
    public static KeyPair FromPem(string signingPem, string? encryptionPem = null)
    {
        X25519PrivateKey? encryption = null;
        if (
            encryptionPem is not null
            && !X25519PrivateKey.TryFromPkcs8Pem(encryptionPem, out encryption)
        )
        {
            throw new CryptographicException("Not an X25519 private key in one PEM block.");
        }

        return new(PrivateSigner.FromPem(signingPem), encryption);
    }

    /// <summary>Opens what <see cref="Wrap"/> made, here or in a browser.</summary>
    /// <param name="wrapped">The text.</param>
    /// <param name="passphrase">What it was locked with.</param>
    /// <param name="fingerprint">Of the public signing key that it must belong to.</param>
    /// <param name="encryptionFingerprint">Of the public encryption key likewise.</param>
    /// <exception cref="CryptographicException">Wrong passphrase, altered text, or other keys.</exception>
    public static KeyPair Unlock(
        string wrapped,
        string passphrase,
        string fingerprint,
        string encryptionFingerprint
    )
    {
        var (signing, encryption) = WrappedPrivateKey.Open(
            wrapped,
            passphrase,
            fingerprint,
            encryptionFingerprint
        );
        var pair = new KeyPair(PrivateSigner.Of(signing), encryption);
        if (pair.Fingerprint == fingerprint && pair.EncryptionFingerprint == encryptionFingerprint)
        {
            return pair;
        }

        pair.Dispose();
        throw new CryptographicException("The private key does not belong to the public one.");
    }

    /// <summary>Locks Ed25519 and X25519 keys under a passphrase, as a text that a server may keep (at most 16 KiB).</summary>
    /// <exception cref="InvalidOperationException">The keys are of other kinds.</exception>
    public string Wrap(string passphrase) =>
        signer.Ed25519 is { } signing && encryption is not null
            ? WrappedPrivateKey.Make(
                signing,
                encryption,
                passphrase,
                Fingerprint,
                encryption.FingerprintHex
            )
            : throw new InvalidOperationException("Only Ed25519 with X25519 is wrapped.");

    /// <summary>The private keys as PEM, to be kept where nobody else reads.</summary>
    /// <exception cref="InvalidOperationException">The signing key is not Ed25519: it came from elsewhere and is kept there.</exception>
    public (string Signing, string? Encryption) ExportPem() =>
        signer.Ed25519 is { } signing
            ? (signing.ExportPkcs8Pem(), encryption?.ExportPkcs8Pem())
            : throw new InvalidOperationException("Only Ed25519 keys are exported.");

    /// <summary>Zeroes the keys.</summary>
    public void Dispose()
    {
        signer.Dispose();
        encryption?.Dispose();
    }

    internal byte[] Sign(ReadOnlySpan<byte> message) => signer.Sign(message);

    /// <summary>A signature over anything that is no checkpoint, base64.</summary>
    internal string SignStatement<T>(string purpose, T content) =>
        Convert.ToBase64String(Sign(Statement.Bytes(purpose, content)));

    /// <summary>The data key of a wrapping that was verified; null when it is not for this pair. The caller zeroes it.</summary>
    internal byte[]? Unwrap(WrappedDek wrap)
    {
        if (!CanonicalBase64.TryDecode(wrap.Wrapped, out var sealedKey))
        {
            return null;
        }

        if (wrap.Algorithm == HpkeAlgorithm && encryption is not null)
        {
            return Hpke.TryOpen(
                encryption,
                DekWrapping.Info,
                DekWrapping.Binding(wrap.VaultId, wrap.DekVersion),
                sealedKey,
                out var dek
            )
                ? dek
                : null;
        }

        return wrap.Algorithm == RsaAlgorithm && signer.Rsa is { } rsa
            ? DecryptRsa(rsa, sealedKey)
            : null;
    }

    private static byte[]? DecryptRsa(RSA rsa, byte[] sealedKey)
    {
        try
        {
            return rsa.Decrypt(sealedKey, RSAEncryptionPadding.OaepSHA256);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
