using System.Security.Cryptography;
using System.Text.Json;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Tokens;

/// <summary>
/// Reads one foreign public key (RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2): Ed25519, P-256, or RSA of 2048 to 4096
/// bits. It has one algorithm: its <c>alg</c>; without one, EdDSA, ES256, or RS256, which an RSA key of OpenID Connect is for unless it
/// says otherwise.
/// </summary>
internal static class Jwk
{
    /// <summary>Members that hold a private or a symmetric key (RFC 7518, sections 6.2.2, 6.3.2 and 6.4).</summary>
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private static readonly byte[] P256Prefix = Convert.FromHexString(
        "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
    );

    private static readonly byte[] Ed25519Prefix = Convert.FromHexString(
        "302a300506032b6570032100"
    );

    private const int CoordinateLength = 32;
    private const int MaxModulus = 4096 / 8;
    private const int MaxExponent = 4;
    private const int MaxKeyId = 255;

    /// <summary>Whether the key is not only a public one: then its owner has lost it.</summary>
    public static bool IsPrivate(JsonElement jwk) =>
        jwk.ValueKind == JsonValueKind.Object
        && PrivateMembers.Any(member => jwk.TryGetProperty(member, out _));

    /// <summary>The key; null when it is not one that tokens are checked with here, for whatever reason.</summary>
    public static TokenKey? Read(JsonElement jwk)
    {
        if (
            jwk.ValueKind != JsonValueKind.Object
            || IsPrivate(jwk)
            || !IsForSignatures(jwk)
            || !StrictJson.TryText(jwk, "kty", out var type)
            || !StrictJson.TryText(jwk, "alg", out var algorithm)
            || !StrictJson.TryText(jwk, "kid", out var keyId)
            || keyId is { Length: 0 or > MaxKeyId }
        )
        {
            return null;
        }

        var (spki, algorithms) = type switch
        {
            "OKP" => (Ed25519(jwk), [JwsAlgorithm.EdDSA]),
            "EC" => (P256(jwk), [JwsAlgorithm.ES256]),
            "RSA" => (RsaKey(jwk), (JwsAlgorithm[])[JwsAlgorithm.RS256, JwsAlgorithm.PS256]),
            _ => (null, []),
        };
        var chosen = algorithm is null
            ? algorithms.Take(1)
            : algorithms.Where(a => a.ToString() == algorithm);
        return
            spki is not null
            && chosen.Any()
            // Registered keys are examined in the same way: points on their curve, RSA without weak numbers.
            && VerificationKey.TryFromPem(Pem.Write(Pem.PublicKey, spki), out var key, out _)
            ? new TokenKey(keyId, chosen.First(), key)
            : null;
    }

    private static bool IsForSignatures(JsonElement jwk)
    {
        if (jwk.TryGetProperty("use", out var use) && !IsText(use, "sig"))
        {
            return false;
        }

        return !jwk.TryGetProperty("key_ops", out var operations)
            || (
                operations.ValueKind == JsonValueKind.Array
                && operations.EnumerateArray().Any(operation => IsText(operation, "verify"))
            );
    }

    // The platform's own comparison throws for an escaped lone surrogate.
    private static bool IsText(JsonElement element, string text) =>
        StrictJson.TryText(element, out var found) && found == text;

    private static byte[]? Ed25519(JsonElement jwk) =>
        IsCurve(jwk, "Ed25519") && Bytes(jwk, "x") is { Length: CoordinateLength } x
            ? [.. Ed25519Prefix, .. x]
            : null;

    private static byte[]? P256(JsonElement jwk) =>
        IsCurve(jwk, "P-256")
        && Bytes(jwk, "x") is { Length: CoordinateLength } x
        && Bytes(jwk, "y") is { Length: CoordinateLength } y
            ? [.. P256Prefix, .. x, .. y]
            : null;

    private static byte[]? RsaKey(JsonElement jwk)
    {
        // Base64urlUInt: no leading zero octets (RFC 7518, section 2).
        if (
            Bytes(jwk, "n") is not { Length: > 0 and <= MaxModulus } modulus
            || Bytes(jwk, "e") is not { Length: > 0 and <= MaxExponent } exponent
            || modulus[0] == 0
            || exponent[0] == 0
        )
        {
            return null;
        }

        try
        {
            using var key = RSA.Create(
                new RSAParameters { Modulus = modulus, Exponent = exponent }
            );
            return key.ExportSubjectPublicKeyInfo();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static bool IsCurve(JsonElement jwk, string curve) =>
        jwk.TryGetProperty("crv", out var value) && IsText(value, curve);

    private static byte[]? Bytes(JsonElement jwk, string member) =>
        StrictJson.TryText(jwk, member, out var text)
        && text is not null
        && StrictBase64Url.TryDecode(text, out var bytes)
            ? bytes
            : null;
}
