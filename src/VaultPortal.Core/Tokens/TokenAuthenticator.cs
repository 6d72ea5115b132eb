using System.Net;
using VaultPortal.Core.Access;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Tokens;

/// <summary>
/// Makes a <see cref="Caller"/> of what the doors of the two stores take: an access token of this portal, a token of a trusted issuer,
/// an API key as bearer or in <c>x-api-key</c>. What it is worth is decided again inside the write queue, with each call.
/// </summary>
public sealed class TokenAuthenticator(
    ApiKeyAuthenticator keys,
    PortalTokens portalTokens,
    IssuedTokens issuedTokens,
    RefusalCounter refusals,
    GuessGuard guesses
)
{
    private const string Bearer = "Bearer ";

    /// <param name="authorization">The values of the Authorization header, as they were sent.</param>
    /// <param name="apiKey">The values of the x-api-key header; empty where the door takes none.</param>
    /// <returns>
    /// The caller; or one of <see cref="TokenErrors"/>; or <c>rate_limit_exceeded</c> for an address that has guessed too often; or
    /// <c>forbidden</c> for a good token of a trusted issuer that no rule gives a permission: some issuers sign for everybody in the world, so
    /// such a stranger is counted and not audited one by one; or <c>unavailable</c> while an issuer's keys cannot be fetched.
    /// </returns>
    public async ValueTask<Result<Caller>> AuthenticateAsync(
        IReadOnlyList<string?> authorization,
        IReadOnlyList<string?> apiKey,
        IPAddress? source,
        string correlationId,
        CancellationToken cancellation
    )
    {
        if (authorization.Count > 1 || apiKey.Count > 1)
        {
            return Refuse("several_credentials", TokenErrors.Differ, source);
        }

        var sent = authorization.Count == 0 ? null : authorization[0];
        var key = apiKey.Count == 0 || string.IsNullOrEmpty(apiKey[0]) ? null : apiKey[0];
        var bearer = BearerOf(sent);
        if (key is not null && !string.IsNullOrEmpty(sent) && bearer != key)
        {
            return Refuse("several_credentials", TokenErrors.Differ, source);
        }

        if (key is not null || (bearer is not null && ApiKeyText.LooksLikeKey(bearer)))
        {
            var caller = keys.AuthenticateAny(key ?? bearer, source, correlationId);
            return caller.Error is { Kind: ErrorKind.Unauthenticated }
                ? TokenErrors.InvalidApiKey
                : caller;
        }

        if (bearer is null)
        {
            return Refuse("missing", TokenErrors.Missing, source);
        }

        var verdict = await VerifyAsync(bearer, source, correlationId, cancellation);
        return verdict.Caller is { } good ? good : Refuse(verdict, source);
    }

    private async ValueTask<TokenVerdict> VerifyAsync(
        string bearer,
        IPAddress? source,
        string correlationId,
        CancellationToken cancellation
    )
    {
        if (
            Jws.Parse(bearer) is not { } token
            || TokenClaims.Parse(token.Payload) is not { } claims
        )
        {
            return TokenVerdict.Guess("token_malformed");
        }

        return claims.Issuer == portalTokens.Issuer
            ? portalTokens.Verify(token, claims, source, correlationId)
            : await issuedTokens.VerifyAsync(token, claims, source, correlationId, cancellation);
    }

    /// <summary>What follows the scheme, whose name is written in any case (RFC 9110, section 11.1); null for another scheme or none.</summary>
    private static string? BearerOf(string? header) =>
        header is not null
        && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
        && header.AsSpan(Bearer.Length).Trim(' ') is { Length: > 0 } text
            ? text.ToString()
            : null;

    private VaultError Refuse(TokenVerdict verdict, IPAddress? source)
    {
        var refusal = Refuse(verdict.Reason, verdict.Refusal!, source);
        return (verdict.IsGuess ? guesses.Take(source) : null) ?? refusal;
    }

    private VaultError Refuse(string reason, VaultError refusal, IPAddress? source)
    {
        refusals.Count(reason, source);
        return refusal;
    }
}
