using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace VaultPortal.Cryptography;

/// <summary>
/// Base64 in its one canonical form (RFC 4648, section 4): standard alphabet, padded, no white space, unused bits zero
/// (section 3.5). The platform's decoders accept more. The empty text is the canonical form of no bytes.
/// </summary>
public static class CanonicalBase64
{
    /// <summary>Decodes canonical text; false, and no bytes, for any other.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (!TryGetLength(utf8, out var length))
        {
            return false;
        }

        var decoded = new byte[length];
        if (
            Base64.DecodeFromUtf8(utf8, decoded, out _, out var written) != OperationStatus.Done
            || written != length
        )
        {
            return false;
        }

        bytes = decoded;
        return true;
    }

    /// <inheritdoc cref="TryDecode(ReadOnlySpan{byte}, out byte[])"/>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (!TryGetLength(text, out var length))
        {
            return false;
        }

        var decoded = new byte[length];
        if (!Convert.TryFromBase64Chars(text, decoded, out var written) || written != length)
        {
            return false;
        }

        bytes = decoded;
        return true;
    }

    /// <summary>Whether <see cref="TryDecode(ReadOnlySpan{byte}, out byte[])"/> would succeed.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> utf8) => IsCanonical(utf8, out _);

    /// <inheritdoc cref="IsCanonical(ReadOnlySpan{byte})"/>
    public static bool IsCanonical(ReadOnlySpan<char> text) =>
        TryGetLength(text, out var length)
        && Base64.IsValid(text, out var decoded)
        && decoded == length;

    /// <summary>As <see cref="IsCanonical(ReadOnlySpan{byte})"/>, with the number of bytes that the text stands for.</summary>
    internal static bool IsCanonical(ReadOnlySpan<byte> utf8, out int length) =>
        TryGetLength(utf8, out length)
        && Base64.IsValid(utf8, out var decoded)
        && decoded == length;

    // The length that the text has if all of it is alphabet and padding. White space, which the platform skips, makes the
    // decoded length smaller, so comparing the two finds it.
    private static bool TryGetLength(ReadOnlySpan<byte> utf8, out int length)
    {
        var padding =
            utf8.EndsWith("=="u8) ? 2
            : utf8.EndsWith("="u8) ? 1
            : 0;
        length = utf8.Length / 4 * 3 - padding;
        return utf8.Length % 4 == 0
            && (padding == 0 || UnusedBitsAreZero((char)utf8[^(padding + 1)], padding));
    }

    private static bool TryGetLength(ReadOnlySpan<char> text, out int length)
    {
        var padding =
            text.EndsWith("==") ? 2
            : text.EndsWith('=') ? 1
            : 0;
        length = text.Length / 4 * 3 - padding;
        return text.Length % 4 == 0
            && (padding == 0 || UnusedBitsAreZero(text[^(padding + 1)], padding));
    }

    private static bool UnusedBitsAreZero(char last, int padding) =>
        (padding == 2 ? "AQgw" : "AEIMQUYcgkosw048").Contains(last, StringComparison.Ordinal);
}
