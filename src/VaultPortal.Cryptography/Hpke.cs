using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace VaultPortal.Cryptography;

/// <summary>
/// Hybrid public key encryption (RFC 9180), single-shot (section 6.1) in base mode (5.1.1) with DHKEM(X25519, HKDF-SHA256),
/// HKDF-SHA256 and AES-256-GCM. A sealed text is the encapsulated key, 32 bytes, followed by ciphertext and tag.
/// </summary>
public static class Hpke
{
    /// <summary>What a sealed text is longer than its plaintext, in bytes.</summary>
    public const int Overhead = X25519PrivateKey.Length + TagLength;

    private const int HashLength = SHA256.HashSizeInBytes;
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private static readonly byte[] KemSuite = [.. "KEM"u8, 0x00, 0x20];
    private static readonly byte[] HpkeSuite = [.. "HPKE"u8, 0x00, 0x20, 0x00, 0x01, 0x00, 0x02];

    /// <summary>Seals for the holder of a public key.</summary>
    /// <param name="recipientSpki">A SubjectPublicKeyInfo that <see cref="X25519PublicKey.TryFromPem"/> took.</param>
    /// <exception cref="CryptographicException">The key is not X25519 or of low order.</exception>
    public static byte[] Seal(
        ReadOnlySpan<byte> recipientSpki,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> additionalData,
        ReadOnlySpan<byte> plaintext
    )
    {
        using var ephemeral = X25519PrivateKey.Generate();
        return Seal(ephemeral, recipientSpki, info, additionalData, plaintext);
    }

    /// <summary>Opens a text that was sealed to this key; false when it was not, or was altered.</summary>
    public static bool TryOpen(
        X25519PrivateKey recipient,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> additionalData,
        ReadOnlySpan<byte> sealedText,
        [NotNullWhen(true)] out byte[]? plaintext
    )
    {
        ArgumentNullException.ThrowIfNull(recipient);
        plaintext = null;
        if (sealedText.Length < Overhead)
        {
            return false;
        }

        var encapsulated = sealedText[..X25519PrivateKey.Length];
        Span<byte> secret = stackalloc byte[HashLength];
        Span<byte> key = stackalloc byte[KeyLength];
        Span<byte> nonce = stackalloc byte[NonceLength];
        if (!recipient.TryAgree(encapsulated, secret))
        {
            return false;
        }

        var opened = new byte[sealedText.Length - Overhead];
        try
        {
            Schedule(secret, encapsulated, recipient.PublicPoint, info, key, nonce);
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(
                nonce,
                sealedText[X25519PrivateKey.Length..^TagLength],
                sealedText[^TagLength..],
                opened,
                additionalData
            );
            plaintext = opened;
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>With a given ephemeral key, which is for one use only.</summary>
    internal static byte[] Seal(
        X25519PrivateKey ephemeral,
        ReadOnlySpan<byte> recipientSpki,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> additionalData,
        ReadOnlySpan<byte> plaintext
    )
    {
        var point = PointOf(recipientSpki);
        Span<byte> secret = stackalloc byte[HashLength];
        Span<byte> key = stackalloc byte[KeyLength];
        Span<byte> nonce = stackalloc byte[NonceLength];
        if (!ephemeral.TryAgree(point, secret))
        {
            throw new CryptographicException("The X25519 key is of low order.");
        }

        try
        {
            Schedule(secret, ephemeral.PublicPoint, point, info, key, nonce);
            var text = new byte[plaintext.Length + Overhead];
            ephemeral.PublicPoint.CopyTo(text);
            using var aes = new AesGcm(key, TagLength);
            aes.Encrypt(
                nonce,
                plaintext,
                text.AsSpan(X25519PrivateKey.Length, plaintext.Length),
                text.AsSpan(text.Length - TagLength),
                additionalData
            );
            return text;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static ReadOnlySpan<byte> PointOf(ReadOnlySpan<byte> spki) =>
        spki.Length == X25519PublicKey.Prefix.Length + X25519PrivateKey.Length
        && spki.StartsWith(X25519PublicKey.Prefix)
            ? spki[X25519PublicKey.Prefix.Length..]
            : throw new CryptographicException("Not an X25519 public key.");

    /// <summary>ExtractAndExpand of section 4.1 and KeySchedule of 5.1 without a pre-shared key; replaces <paramref name="secret"/>.</summary>
    private static void Schedule(
        Span<byte> secret,
        ReadOnlySpan<byte> encapsulated,
        ReadOnlySpan<byte> recipient,
        ReadOnlySpan<byte> info,
        Span<byte> key,
        Span<byte> nonce
    )
    {
        Span<byte> extracted = stackalloc byte[HashLength];
        Extract(KemSuite, [], "eae_prk"u8, secret, extracted);
        Expand(KemSuite, extracted, "shared_secret"u8, [.. encapsulated, .. recipient], secret);

        Span<byte> context = stackalloc byte[1 + HashLength + HashLength];
        context[0] = 0; // mode_base
        Extract(HpkeSuite, [], "psk_id_hash"u8, [], context.Slice(1, HashLength));
        Extract(HpkeSuite, [], "info_hash"u8, info, context[(1 + HashLength)..]);
        Extract(HpkeSuite, secret, "secret"u8, [], extracted);
        Expand(HpkeSuite, extracted, "key"u8, context, key);
        Expand(HpkeSuite, extracted, "base_nonce"u8, context, nonce);
        CryptographicOperations.ZeroMemory(extracted);
    }

    private static void Extract(
        ReadOnlySpan<byte> suite,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> keyMaterial,
        Span<byte> output
    )
    {
        byte[] labelled = [.. "HPKE-v1"u8, .. suite, .. label, .. keyMaterial];
        HKDF.Extract(HashAlgorithmName.SHA256, labelled, salt, output);
        CryptographicOperations.ZeroMemory(labelled);
    }

    private static void Expand(
        ReadOnlySpan<byte> suite,
        ReadOnlySpan<byte> pseudorandomKey,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> info,
        Span<byte> output
    )
    {
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)output.Length);
        byte[] labelled = [.. length, .. "HPKE-v1"u8, .. suite, .. label, .. info];
        HKDF.Expand(HashAlgorithmName.SHA256, pseudorandomKey, output, labelled);
    }
}
