using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace VaultPortal.Cryptography;

/// <summary>Seals and opens the v3 envelopes of <see cref="Envelope"/> with AES-256-GCM (NIST SP 800-38D). For clients.</summary>
public static class EnvelopeCipher
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>The text of a new envelope under a random nonce.</summary>
    /// <param name="key">The data key, 32 bytes.</param>
    /// <param name="additionalData">What the envelope is bound to.</param>
    /// <param name="plaintext">At most some 48 KiB, so that the text keeps to <see cref="Envelope.MaxLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The text would be too long.</exception>
    public static string Seal(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> additionalData,
        ReadOnlySpan<byte> plaintext
    )
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        RandomNumberGenerator.Fill(nonce);
        Span<byte> tag = stackalloc byte[TagLength];
        var ciphertext = new byte[plaintext.Length];
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plaintext, ciphertext, tag, additionalData);
        var text =
            $$"""{"v":3,"iv":"{{Convert.ToBase64String(nonce)}}","t":"{{Convert.ToBase64String(tag)}}","d":"{{Convert.ToBase64String(ciphertext)}}"}""";
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, Envelope.MaxLength);
        return text;
    }

    /// <summary>Opens an envelope; false when it is malformed, altered, or bound to something else.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> additionalData,
        string text,
        [NotNullWhen(true)] out byte[]? plaintext
    )
    {
        plaintext = null;
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (!Envelope.TryInspect(utf8, out _))
        {
            return false;
        }

        using var envelope = JsonDocument.Parse(utf8);
        var ciphertext = envelope.RootElement.GetProperty("d").GetBytesFromBase64();
        var opened = new byte[ciphertext.Length];
        try
        {
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(
                envelope.RootElement.GetProperty("iv").GetBytesFromBase64(),
                ciphertext,
                envelope.RootElement.GetProperty("t").GetBytesFromBase64(),
                opened,
                additionalData
            );
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        plaintext = opened;
        return true;
    }
}
