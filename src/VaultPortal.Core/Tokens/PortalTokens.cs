using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Tokens;

/// <summary>
/// This portal's own access tokens (secrets.md, Callers): signed with EdDSA by its signing key, named in <c>kid</c> by the key's
/// fingerprint. Besides the signature a token needs its session, which <c>sid</c> opens: whoever has the signing key alone can make
/// none.
/// </summary>
public sealed class PortalTokens(
    IPortalSigner signer,
    PortalIssuer issuer,
    ReadConnections reads,
    TimeProvider time
)
{
    /// <summary>How long a token lives.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>How long a key that signs no more still verifies.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    private const string Audience = "vaultportal";
    private const string Type = "JWT";
    private const int FingerprintLength = 64;

    public string Issuer => issuer.Name;

    /// <summary>The token of a session that was just begun.</summary>
    internal string Issue(PublicId account, string session, DateTimeOffset issuedAt)
    {
        var claims = Json(json =>
        {
            json.WriteString("iss", issuer.Name);
            json.WriteString("aud", Audience);
            json.WriteString("sub", account.ToString());
            json.WriteString("role", "project_admin");
            json.WriteNumber("iat", issuedAt.ToUnixTimeSeconds());
            json.WriteNumber("exp", (issuedAt + Lifetime).ToUnixTimeSeconds());
            json.WriteString("jti", StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(16)));
            json.WriteString("sid", session);
        });
        while (true)
        {
            var key = signer.Fingerprint;
            var text = $"{Json(json => WriteHeader(json, key))}.{claims}";
            var signature = signer.Sign(Encoding.ASCII.GetBytes(text));
            // The key can be rotated in between; then the header would name the other one.
            if (key == signer.Fingerprint)
            {
                return $"{text}.{StrictBase64Url.Encode(signature)}";
            }
        }
    }

    /// <summary>What a token is worth that names this portal as its issuer.</summary>
    internal TokenVerdict Verify(
        Jws token,
        TokenClaims claims,
        IPAddress? source,
        string correlationId
    )
    {
        var now = time.GetUtcNow();
        using var scope = reads.Open();
        var commands = scope.Commands<PortalTokenCommands>();
        if (
            token.KeyId is not { Length: FingerprintLength } keyId
            || commands.FindKey(keyId, now - Overlap) is not { } key
        )
        {
            return TokenVerdict.Guess("token_key_unknown");
        }

        if (!new TokenKey(keyId, JwsAlgorithm.EdDSA, key).Verifies(token))
        {
            return TokenVerdict.Guess("token_signature_wrong");
        }

        if (claims.ExpiresAt <= now)
        {
            return TokenVerdict.Refused("token_expired", TokenErrors.Expired);
        }

        if (
            token.Type != Type
            || !claims.IsFor(Audience, now)
            || !StrictJson.TryText(claims.All, "sid", out var sid)
            || sid is null
        )
        {
            return TokenVerdict.Refused("token_claims_wrong", TokenErrors.Invalid);
        }

        return
            commands.FindSession(SessionLookup.Hash(sid), now) is { } session
            && session.AccountPublicId.ToString() == claims.Subject
            ? TokenVerdict.Good(CallerOf(session, source, correlationId))
            : TokenVerdict.Refused("token_session_ended", TokenErrors.Invalid);
    }

    /// <summary>The public keys as a JSON Web Key Set (RFC 7517, section 5; RFC 8037, section 2).</summary>
    internal string KeySet()
    {
        List<VerificationKey> keys;
        using (var scope = reads.Open())
        {
            keys = scope.Commands<PortalTokenCommands>().Keys(time.GetUtcNow() - Overlap);
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            foreach (var key in keys)
            {
                json.WriteStartObject();
                json.WriteString("kty", "OKP");
                json.WriteString("crv", "Ed25519");
                // The point is the last 32 bytes of the SubjectPublicKeyInfo (RFC 8410, section 4).
                json.WriteString("x", StrictBase64Url.Encode(key.Spki.Span[^32..]));
                json.WriteString("kid", key.FingerprintHex);
                json.WriteString("use", "sig");
                json.WriteString("alg", nameof(JwsAlgorithm.EdDSA));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteHeader(Utf8JsonWriter json, string keyId)
    {
        json.WriteString("alg", nameof(JwsAlgorithm.EdDSA));
        json.WriteString("typ", Type);
        json.WriteString("kid", keyId);
    }

    private static string Json(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return StrictBase64Url.Encode(buffer.WrittenSpan);
    }

    private static Caller CallerOf(TokenSession session, IPAddress? source, string correlationId) =>
        new()
        {
            Kind = CallerKind.Token,
            AccountId = session.AccountId,
            AccountPublicId = session.AccountPublicId,
            SessionId = session.Id,
            Actor = $"user:{session.AccountPublicId}",
            Source = source,
            CorrelationId = correlationId,
        };
}
