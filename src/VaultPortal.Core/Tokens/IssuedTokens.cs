using System.Globalization;
using System.Net;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Tokens;

/// <summary>
/// Tokens of trusted issuers (workflows.md, Callers). The issuer is looked up with each token, so that one which was disabled or changed
/// counts at once; what the token was mapped by is compared once more in the write queue.
/// </summary>
public sealed class IssuedTokens(ReadConnections reads, IssuerKeys keys, TimeProvider time)
{
    /// <summary>The longest life that a foreign token may have.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromHours(24);

    private const int MaxIssuer = 2048;
    private const int MaxSubject = 255;

    private static readonly VaultError KeysUnavailable = new(
        ErrorKind.Unavailable,
        "unavailable",
        "The keys of the token's issuer cannot be fetched at the moment. Try again in a minute."
    )
    {
        RetryAfter = IssuerState.BetweenFetches,
    };

    internal async ValueTask<TokenVerdict> VerifyAsync(
        Jws token,
        TokenClaims claims,
        IPAddress? source,
        string correlationId,
        CancellationToken cancellation
    )
    {
        if (Find(claims.Issuer) is not { } issuer)
        {
            return TokenVerdict.Guess("token_issuer_unknown");
        }

        var state = keys.Of(issuer);
        var search = await state.FindAsync(token, cancellation);
        if (!search.CanTell)
        {
            return TokenVerdict.Refused("issuer_keys_unavailable", KeysUnavailable);
        }

        return search.Key is not { } key ? TokenVerdict.Guess("token_key_unknown")
            : !key.Verifies(token) ? TokenVerdict.Guess("token_signature_wrong")
            : Judge(state, token, claims, source, correlationId);
    }

    private TrustedIssuer? Find(string? issuer)
    {
        if (issuer is not { Length: > 0 and <= MaxIssuer })
        {
            return null;
        }

        using var scope = reads.Open();
        return
            scope.Commands<TrustedIssuerCommands>().FindActive(issuer) is { } found
            && !(found.ExpiresAt <= time.GetUtcNow())
            ? found
            : null;
    }

    /// <summary>What a token says whose signature is good.</summary>
    private TokenVerdict Judge(
        IssuerState state,
        Jws token,
        TokenClaims claims,
        IPAddress? source,
        string correlationId
    )
    {
        var now = time.GetUtcNow();
        if (claims.ExpiresAt <= now)
        {
            return TokenVerdict.Refused("token_expired", TokenErrors.Expired);
        }

        if (
            !IsAccessToken(token.Type)
            || !claims.IsFor(state.Issuer.Audience, now)
            || claims.ExpiresAt - (claims.IssuedAt ?? now) > LongestLife
            || !IsName(claims.Subject)
        )
        {
            return TokenVerdict.Refused("token_claims_wrong", TokenErrors.Invalid);
        }

        var permissions = state.Mappings.Of(claims);
        return permissions == Permissions.None
            ? TokenVerdict.Refused("token_unmapped", AccessErrors.Forbidden)
            : TokenVerdict.Good(
                new Caller
                {
                    Kind = CallerKind.Issued,
                    Issued = new IssuedCredential(
                        state.Id,
                        state.Revision,
                        permissions,
                        claims.ExpiresAt
                    ),
                    Actor = $"issuer:{state.Issuer.PublicId}:{claims.Subject}",
                    Source = source,
                    CorrelationId = correlationId,
                }
            );
    }

    /// <summary>
    /// A provider signs other things with the same keys, a notice of sign-out for instance, and says so in <c>typ</c> (RFC 8725, section
    /// 3.11): only plain tokens and access tokens (RFC 9068) are taken, or those that say nothing.
    /// </summary>
    private static bool IsAccessToken(string? type)
    {
        const string application = "application/";
        var name =
            type is not null && type.StartsWith(application, StringComparison.OrdinalIgnoreCase)
                ? type[application.Length..]
                : type;
        return name is null
            || name.Equals("JWT", StringComparison.OrdinalIgnoreCase)
            || name.Equals("at+jwt", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>It becomes part of the audit's actor: no controls, nothing invisible that makes it look like another.</summary>
    private static bool IsName(string? subject) =>
        subject is { Length: > 0 and <= MaxSubject }
        && subject
            .EnumerateRunes()
            .All(rune =>
                System.Text.Rune.GetUnicodeCategory(rune)
                    is not (
                        UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                    )
            );
}
