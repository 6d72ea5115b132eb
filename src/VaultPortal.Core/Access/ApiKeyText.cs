using System.Security.Cryptography;
using System.Text;

namespace VaultPortal.Core.Access;

/// <summary>
/// The two forms of a key. A portal key (machine.md section 1): <c>rk_</c>, 16 base62 characters (the access key), a dot, 43
/// base62 characters (the secret), 6 check characters. The check is CRC-32 (IEEE 802.3, reflected, 0xEDB88320) over the ASCII
/// text before it, in base62, most significant digit first. It spares a look-up for a mistyped key; it is no security.
/// A key for environment secrets (secrets.md, Callers): <c>ik_</c> and 64 lower-case hexadecimal characters, 256 bits; its access
/// key is the beginning of its hash, which tells nothing of the key.
/// </summary>
public static class ApiKeyText
{
    public const string Prefix = "rk_";
    public const string SecretsPrefix = "ik_";
    public const int AccessKeyLength = 16;
    private static readonly System.Buffers.SearchValues<char> Digits =
        System.Buffers.SearchValues.Create(Alphabet);
    private const int SecretLength = 43;
    private const int CheckLength = 6;
    private const int SecretsBytes = 32;
    private const int SecretsLength = 3 + 2 * SecretsBytes;
    private const int TotalLength = 3 + AccessKeyLength + 1 + SecretLength + CheckLength;
    private const string Alphabet =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly System.Buffers.SearchValues<char> HexDigits =
        System.Buffers.SearchValues.Create("0123456789abcdef");

    /// <summary>A new key; the text is to be shown once and then forgotten.</summary>
    public static string Generate(ApiKeyFormat format = ApiKeyFormat.Portal)
    {
        if (format == ApiKeyFormat.Secrets)
        {
            return SecretsPrefix
                + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretsBytes));
        }

        var body =
            Prefix
            + RandomNumberGenerator.GetString(Alphabet, AccessKeyLength)
            + "."
            + RandomNumberGenerator.GetString(Alphabet, SecretLength);
        return body + Check(body);
    }

    /// <summary>Whether the text begins like a key of either form: then it is to be taken for one, and for no token.</summary>
    public static bool LooksLikeKey(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal)
        || text.StartsWith(SecretsPrefix, StringComparison.Ordinal);

    /// <summary>The access key of a well-formed key, with a matching check where its form has one; else null.</summary>
    public static string? AccessKeyOf(string? text) =>
        text is not null && text.StartsWith(SecretsPrefix, StringComparison.Ordinal)
            ? SecretsAccessKeyOf(text)
            : PortalAccessKeyOf(text);

    /// <summary>The same for a portal key only.</summary>
    public static string? PortalAccessKeyOf(string? text)
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

    private static string? SecretsAccessKeyOf(string text) =>
        text.Length != SecretsLength
        || text.AsSpan(SecretsPrefix.Length).ContainsAnyExcept(HexDigits)
            ? null
            : Convert.ToHexStringLower(Hash(text).AsSpan(0, AccessKeyLength / 2));

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
