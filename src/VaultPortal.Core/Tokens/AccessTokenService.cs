using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Tokens;

/// <summary>Access tokens of this portal (secrets.md, Callers): JWTs signed with EdDSA, 15 minutes, each with a session of its own.</summary>
public sealed class AccessTokenService
{
    /// <summary>
    /// Signs in with e-mail address and password, under the lock-out and limits of the sign-in page. Refusals: <c>sign_in_refused</c>,
    /// <c>forbidden</c> (an Auditor), limits.
    /// </summary>
    public Task<Result<IssuedToken>> SignInAsync(
        Caller caller,
        string username,
        string password,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Ends the session of the calling access token.</summary>
    public Task<Result<Unit>> SignOutAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>The keys that the portal's tokens are signed with, as a JSON Web Key Set (RFC 7517, RFC 8037): the present one and those that are retired since less than a day.</summary>
    public string KeySet() => throw new NotImplementedException();
}

/// <param name="Subject">The account's id.</param>
/// <param name="Token">The JWT.</param>
/// <param name="CsrfToken">A random text that the contract's clients expect; nothing of ours asks for it.</param>
public sealed record IssuedToken(string Subject, string Token, string CsrfToken)
{
    public override string ToString() => $"access token for {Subject}";
}
