using System.Security.Cryptography;
using System.Text;

namespace VaultPortal.Core.Access;

/// <summary>
/// The form of a portal key (machine.md section 1): <c>rk_</c>, 16 base62 characters (the access key), a dot, 43 base62
/// characters (the secret), 6 check characters. The check is CRC-32 (IEEE 802.3, reflected, 0xEDB88320) over the ASCII text
/// before it, in base62, most significant digit first. It spares a look-up for a mistyped key; it is no security.
/// </summary>
public static class ApiKeyText
{
    public const string Prefix = "rk_";
    public const int AccessKeyLength = 16;
    private static readonly System.Buffers.SearchValues<char> Digits =
        System.Buffers.SearchValues.Create(Alphabet);
    private const int SecretLength = 43;
    private const int CheckLength = 6;
    private const int TotalLength = 3 + AccessKeyLength + 1 + SecretLength + CheckLength;
    private const string Alphabet =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>A new key; the text is to be shown once and then forgotten.</summary>
    public static string Generate()
    {
        var body =
            Prefix
            + RandomNumberGenerator.GetString(Alphabet, AccessKeyLength)
            + "."
            + RandomNumberGenerator.GetString(Alphabet, SecretLength);
        return body + Check(body);
    }

    /// <summary>The access key of a well-formed key with a matching check; else null.</summary>
    public static string? AccessKeyOf(string? text)
    {
        if (
            text is not { Length: TotalLength }
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || text[Prefix.Length + AccessKeyLength] != '.'
        )
        {
            return null;
        }

        var body = text[..^CheckLength];
        return
            body.Remove(Prefix.Length + AccessKeyLength, 1)
                .AsSpan(Prefix.Length)
                .ContainsAnyExcept(Digits) || !text.AsSpan(body.Length).SequenceEqual(Check(body))
            ? null
            : text.Substring(Prefix.Length, AccessKeyLength);
    }

    /// <summary>What is stored of a key: SHA-256 over its ASCII text. It needs no salt: the secret has 256 bits.</summary>
    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>The check characters of whatever form of key ends with them.</summary>
    internal static string Check(string body)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var c in body)
        {
            crc ^= c;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
            }
        }

        var value = ~crc;
        Span<char> digits = stackalloc char[CheckLength];
        for (var i = CheckLength - 1; i >= 0; i--)
        {
            digits[i] = Alphabet[(int)(value % 62)];
            value /= 62;
        }

        return new string(digits);
    }
}
