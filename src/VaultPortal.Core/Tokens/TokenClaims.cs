using System.Text.Json;

namespace VaultPortal.Core.Tokens;

/// <summary>The registered claims of a token (RFC 7519, section 4.1), of the right types, and the rest as it stands.</summary>
internal sealed class TokenClaims
{
    /// <summary>How far another clock may be off. An expiry gets no such leave.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(60);

    private const int MaxAudiences = 100;

    // The end of the calendar, 9999-12-31T23:59:59Z.
    private const long LatestSecond = 253_402_300_799;

    private TokenClaims(JsonElement all) => All = all;

    public JsonElement All { get; }

    public string? Issuer { get; private set; }

    public string? Subject { get; private set; }

    /// <summary>Whom it is meant for; a single text counts as an array of one.</summary>
    public IReadOnlyList<string> Audience { get; private set; } = [];

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? NotBefore { get; private set; }

    public DateTimeOffset? IssuedAt { get; private set; }

    /// <summary>
    /// Null when the payload is no JSON object, has a member twice, lacks <c>exp</c>, or has one of the registered claims in another
    /// type. Times are whole seconds since 1970, stricter than the RFC, which allows fractions.
    /// </summary>
    public static TokenClaims? Parse(ReadOnlyMemory<byte> payload)
    {
        if (StrictJson.Object(payload) is not { } all)
        {
            return null;
        }

        var claims = new TokenClaims(all);
        if (
            !StrictJson.TryText(all, "iss", out var issuer)
            || !StrictJson.TryText(all, "sub", out var subject)
            || !StrictJson.TryText(all, "jti", out _)
            || !TryAudience(all, out var audience)
            || !TryTime(all, "exp", out var expires)
            || !TryTime(all, "nbf", out var notBefore)
            || !TryTime(all, "iat", out var issuedAt)
            || expires is null
        )
        {
            return null;
        }

        claims.Issuer = issuer;
        claims.Subject = subject;
        claims.Audience = audience;
        claims.ExpiresAt = expires.Value;
        claims.NotBefore = notBefore;
        claims.IssuedAt = issuedAt;
        return claims;
    }

    /// <summary>Whether it is meant for this audience, and begun; whether it has ended is another question.</summary>
    public bool IsFor(string audience, DateTimeOffset now) =>
        Audience.Contains(audience, StringComparer.Ordinal)
        && !(NotBefore > now + Tolerance)
        && !(IssuedAt > now + Tolerance);

    private static bool TryAudience(JsonElement all, out IReadOnlyList<string> audience)
    {
        audience = [];
        if (!all.TryGetProperty("aud", out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            var single = StrictJson.TryText(value, out var text);
            audience = single ? [text!] : [];
            return single;
        }

        if (value.GetArrayLength() > MaxAudiences)
        {
            return false;
        }

        var texts = new List<string>(value.GetArrayLength());
        foreach (var entry in value.EnumerateArray())
        {
            if (!StrictJson.TryText(entry, out var text))
            {
                return false;
            }

            texts.Add(text!);
        }

        audience = texts;
        return true;
    }

    private static bool TryTime(JsonElement all, string member, out DateTimeOffset? time)
    {
        time = null;
        if (!all.TryGetProperty(member, out var value))
        {
            return true;
        }

        if (
            value.ValueKind != JsonValueKind.Number
            || !value.TryGetInt64(out var seconds)
            || seconds is < 0 or > LatestSecond
        )
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }
}
