using System.Text;
using System.Text.Json;

namespace VaultPortal.Core.Tokens;

/// <summary>
/// A signed token in its compact form (RFC 7515, section 7.1), taken apart and not yet believed. Stricter than the RFC: at most
/// 8 KiB, and a header of <c>alg</c>, <c>kid</c>, <c>typ</c> and <c>cty</c> only. So there is no <c>crit</c> to understand, and no key or
/// address of a key (<c>jwk</c>, <c>jku</c>, <c>x5c</c>, <c>x5u</c>) that a forger could bring along.
/// </summary>
internal sealed class Jws
{
    /// <summary>Characters, and bytes: nothing but ASCII is a token.</summary>
    public const int MaxLength = 8192;

    private const int MaxKeyId = 255;

    private Jws(JsonElement header, string signed, byte[] payload, byte[] signature)
    {
        SignedBytes = Encoding.ASCII.GetBytes(signed);
        Payload = payload;
        Signature = signature;
        Algorithm = Text(header, "alg");
        KeyId = Text(header, "kid");
        Type = Text(header, "typ");
    }

    /// <summary>What the header calls the algorithm; which one counts says the key alone.</summary>
    public string? Algorithm { get; }

    public string? KeyId { get; }

    public string? Type { get; }

    /// <summary>The signing input: header, a dot, payload, as they were sent.</summary>
    public ReadOnlyMemory<byte> SignedBytes { get; }

    public ReadOnlyMemory<byte> Payload { get; }

    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>The token's parts; null when it has not this form.</summary>
    public static Jws? Parse(string token)
    {
        if (token.Length > MaxLength || token.AsSpan().Count('.') != 2)
        {
            return null;
        }

        var first = token.IndexOf('.', StringComparison.Ordinal);
        var second = token.LastIndexOf('.');
        return
            StrictBase64Url.TryDecode(token.AsSpan(0, first), out var header)
            && StrictBase64Url.TryDecode(
                token.AsSpan(first + 1, second - first - 1),
                out var payload
            )
            && StrictBase64Url.TryDecode(token.AsSpan(second + 1), out var signature)
            && signature.Length > 0
            && StrictJson.Object(header) is { } members
            && IsTaken(members)
            ? new Jws(members, token[..second], payload, signature)
            : null;
    }

    private static bool IsTaken(JsonElement header)
    {
        foreach (var member in header.EnumerateObject())
        {
            if (
                member.Name is not ("alg" or "kid" or "typ" or "cty")
                || !StrictJson.TryText(member.Value, out var text)
                || text!.Length is 0 or > MaxKeyId
            )
            {
                return false;
            }
        }

        return header.TryGetProperty("alg", out _);
    }

    private static string? Text(JsonElement header, string member)
    {
        StrictJson.TryText(header, member, out var text);
        return text;
    }
}
