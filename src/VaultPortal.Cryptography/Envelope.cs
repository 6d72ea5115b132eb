using System.Text.Json;

namespace VaultPortal.Cryptography;

/// <summary>
/// The v3 envelope of a vault's field value: the JSON text {"v":3,"iv":"…","t":"…","d":"…"} with exactly these members in any
/// order; iv (12 bytes), t (16 bytes) and d (the ciphertext, any length) in canonical base64. Made and opened by clients only.
/// </summary>
public static class Envelope
{
    /// <summary>The longest envelope, in bytes of UTF-8.</summary>
    public const int MaxLength = 65536;

    private const int Version = 3;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>Whether the text is a well-formed envelope, and what it says of itself. Never throws.</summary>
    public static bool TryInspect(ReadOnlySpan<byte> utf8Text, out EnvelopeDetails details)
    {
        details = default;
        if (utf8Text.Length > MaxLength)
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(utf8Text);
            var ciphertextLength =
                reader.Read() && reader.TokenType == JsonTokenType.StartObject
                    ? InspectMembers(ref reader)
                    : -1;
            if (ciphertextLength < 0 || reader.Read())
            {
                return false;
            }

            details = new EnvelopeDetails(Version, ciphertextLength);
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The second is the platform's answer to an escaped lone surrogate, in a name or in a string.
            return false;
        }
    }

    /// <summary>The ciphertext's length, or −1.</summary>
    private static int InspectMembers(ref Utf8JsonReader reader)
    {
        bool version = false,
            nonce = false,
            tag = false;
        var ciphertextLength = -1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var good =
                reader.ValueTextEquals("v"u8) ? Once(ref version) && IsVersion(ref reader)
                : reader.ValueTextEquals("iv"u8)
                    ? Once(ref nonce) && DecodedLength(ref reader) == NonceLength
                : reader.ValueTextEquals("t"u8)
                    ? Once(ref tag) && DecodedLength(ref reader) == TagLength
                : reader.ValueTextEquals("d"u8)
                    && ciphertextLength < 0
                    && (ciphertextLength = DecodedLength(ref reader)) >= 0;
            if (!good)
            {
                return -1;
            }
        }

        return version && nonce && tag ? ciphertextLength : -1;
    }

    private static bool Once(ref bool seen) => !seen && (seen = true);

    private static bool IsVersion(ref Utf8JsonReader reader) =>
        reader.Read()
        && reader.TokenType == JsonTokenType.Number
        && reader.ValueSpan.SequenceEqual("3"u8);

    /// <summary>The number of bytes that the string's base64 stands for, or −1 where it is no string or not canonical.</summary>
    private static int DecodedLength(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return -1;
        }

        var base64 = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            // Some writers of JSON escape the solidus, a letter of base64. An escape is longer than what it stands for.
            var unescaped = new byte[base64.Length];
            base64 = unescaped.AsSpan(0, reader.CopyString(unescaped));
        }

        return CanonicalBase64.IsCanonical(base64, out var length) ? length : -1;
    }
}
