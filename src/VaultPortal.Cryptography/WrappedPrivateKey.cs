using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace VaultPortal.Cryptography;

/// <summary>
/// Private keys under a passphrase, the same text as the browser makes: PBKDF2-SHA-256 (RFC 8018) with 600,000 rounds, AES-256-GCM
/// over the canonical JSON of both PKCS #8 keys, bound to both fingerprints.
/// </summary>
internal static class WrappedPrivateKey
{
    private const int MinRounds = 600_000;
    private const int MaxRounds = 10_000_000; // What somebody else's text may cost to try.
    private const string Kdf = "PBKDF2-SHA-256";
    private const int TagLength = 16;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    public static string Make(
        SigningKey signing,
        X25519PrivateKey encryption,
        string passphrase,
        string fingerprint,
        string encryptionFingerprint
    )
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var nonce = RandomNumberGenerator.GetBytes(12);
        // Canonical as it stands: members sorted, base64.
        var content = JsonSerializer.SerializeToUtf8Bytes(
            new Content(DerOf(encryption.ExportPkcs8Pem()), DerOf(signing.ExportPkcs8Pem())),
            Options
        );
        var ciphertext = new byte[content.Length];
        var tag = new byte[TagLength];
        using (var aes = Cipher(passphrase, salt, MinRounds))
        {
            var binding = Binding(fingerprint, encryptionFingerprint);
            aes.Encrypt(nonce, content, ciphertext, tag, binding);
        }

        CryptographicOperations.ZeroMemory(content);
        return JsonSerializer.Serialize(
            new Blob(1, Kdf, MinRounds, salt, nonce, tag, ciphertext),
            Options
        );
    }

    /// <exception cref="CryptographicException">Not such a text, a wrong passphrase, or altered.</exception>
    public static (SigningKey Signing, X25519PrivateKey Encryption) Open(
        string text,
        string passphrase,
        string fingerprint,
        string encryptionFingerprint
    )
    {
        var blob = Parse(text);
        var content = new byte[blob.D.Length];
        try
        {
            using var aes = Cipher(passphrase, blob.Salt, blob.Rounds);
            var binding = Binding(fingerprint, encryptionFingerprint);
            aes.Decrypt(blob.Iv, blob.D, blob.T, content, binding);
            var keys = JsonSerializer.Deserialize<Content>(content, Options)!;
            return
                SigningKey.TryFromPkcs8Pem(PemOf(keys.Signing), out var signing)
                && X25519PrivateKey.TryFromPkcs8Pem(PemOf(keys.Encryption), out var encryption)
                ? (signing, encryption)
                : throw new CryptographicException("Not Ed25519 and X25519 keys.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static Blob Parse(string text)
    {
        try
        {
            var blob = JsonSerializer.Deserialize<Blob>(text, Options);
            if (
                blob is { V: 1, Kdf: Kdf, Rounds: >= MinRounds and <= MaxRounds }
                && blob.Salt.Length == 16
                && blob.Iv.Length == 12
                && blob.T.Length == TagLength
            )
            {
                return blob;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new CryptographicException("Not a wrapped private key of version 1.");
    }

    private static AesGcm Cipher(string passphrase, byte[] salt, int rounds)
    {
        var secret = Encoding.UTF8.GetBytes(passphrase);
        var key = Rfc2898DeriveBytes.Pbkdf2(secret, salt, rounds, HashAlgorithmName.SHA256, 32);
        try
        {
            return new AesGcm(key, TagLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] Binding(string fingerprint, string encryptionFingerprint) =>
        Encoding.UTF8.GetBytes($"vaultportal/private-key/v1|{fingerprint}|{encryptionFingerprint}");

    private static byte[] DerOf(string pem) =>
        Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);

    private static string PemOf(byte[] der) => PemEncoding.WriteString("PRIVATE KEY", der);

    private sealed record Content(byte[] Encryption, byte[] Signing);

    private sealed record Blob(
        int V,
        string Kdf,
        int Rounds,
        byte[] Salt,
        byte[] Iv,
        byte[] T,
        byte[] D
    );
}
