using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace VaultPortal.Core.Tokens;

/// <summary>
/// Base64url in its one form for tokens (RFC 7515, section 2; RFC 4648, sections 3.5 and 5): no padding, no white space, unused bits
/// zero. The platform's decoder accepts more.
/// </summary>
internal static class StrictBase64Url
{
    private const string Alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    /// <summary>False, and no bytes, for every other text. The empty text stands for no bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(Characters) || !UnusedBitsAreZero(text))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    private static bool UnusedBitsAreZero(ReadOnlySpan<char> text)
    {
        var unused = (text.Length % 4) switch
        {
            2 => 0b1111,
            3 => 0b11,
            _ => 0,
        };
        return unused == 0 || (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & unused) == 0;
    }
}
