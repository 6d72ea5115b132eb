using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Tokens;

/// <summary>Access tokens of this portal (secrets.md, Callers): JWTs signed with EdDSA, 15 minutes, each with a session of its own.</summary>
public sealed class AccessTokenService(SessionService sessions, PortalTokens tokens)
{
    private const string SignInAction = "access_token.create";

    /// <summary>What <c>iss</c> says: the configured public address, or a URN of this installation.</summary>
    public string Issuer => tokens.Issuer;

    /// <summary>
    /// Signs in with e-mail address and password, under the lock-out and limits of the sign-in page. Refusals: <c>sign_in_refused</c>,
    /// <c>forbidden</c> (an Auditor), limits.
    /// </summary>
    public async Task<Result<IssuedToken>> SignInAsync(
        Caller caller,
        string username,
        string password,
        CancellationToken cancellation = default
    )
    {
        var session = SessionService.NewToken();
        var begun = await sessions.SignInAsync(
            caller,
            new SignInAttempt(SignInAction, username, password),
            (scope, account) => Begin(scope, caller, account, session),
            cancellation
        );
        return begun.Error is { } refused
            ? refused
            : new IssuedToken(
                begun.Value.Account.ToString(),
                tokens.Issue(begun.Value.Account, session, begun.Value.IssuedAt),
                SessionService.NewToken()
            );
    }

    /// <summary>Ends the session of the calling access token; of no other caller.</summary>
    public async Task<Result<Unit>> SignOutAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        caller.Kind == CallerKind.Token
            ? await sessions.SignOutAsync(caller, cancellation)
            : AccessErrors.Forbidden;

    /// <summary>
    /// The keys that the portal's tokens are signed with, as a JSON Web Key Set (RFC 7517, RFC 8037): the present one and those that
    /// are retired since less than a day. Public: everybody may ask.
    /// </summary>
    public string KeySet(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return tokens.KeySet();
    }

    private static Result<(PublicId Account, DateTimeOffset IssuedAt)> Begin(
        WriteScope scope,
        Caller caller,
        Account account,
        string session
    )
    {
        if (account.Role is not (Role.Owner or Role.Administrator))
        {
            return AccessErrors.Forbidden;
        }

        // Whole seconds, as in the token: the session ends with it, not a moment later.
        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(scope.Now.ToUnixTimeSeconds());
        scope.Context.Add(
            new PortalSession
            {
                Kind = SessionKind.Token,
                TokenHash = SessionLookup.Hash(session),
                AccountId = account.Id,
                CreatedAt = scope.Now,
                LastSeenAt = scope.Now,
                ExpiresAt = issuedAt + PortalTokens.Lifetime,
                Source = caller.Source?.ToString(),
            }
        );
        scope.Context.SaveChanges();
        return (account.PublicId, issuedAt);
    }
}

/// <param name="Subject">The account's id.</param>
/// <param name="Token">The JWT.</param>
/// <param name="CsrfToken">A random text that the contract's clients expect; nothing of ours asks for it.</param>
public sealed record IssuedToken(string Subject, string Token, string CsrfToken)
{
    public override string ToString() => $"access token for {Subject}";
}
