using System.Net;
using System.Security.Claims;
using VaultPortal.Core.Access;

namespace VaultPortal.Hosting.Sessions;

/// <summary>
/// What a principal of the portal carries. In the cookie's ticket stand only the first two; the rest is added on each request
/// from the session as it is then, and never decides anything.
/// </summary>
public static class PortalClaims
{
    public const string AccountId = "account";
    public const string SessionToken = "session";
    public const string Name = ClaimTypes.Name;
    public const string Role = ClaimTypes.Role;
    public const string Source = "source";

    private const string AuthenticationType = "portal";

    /// <summary>What the cookie keeps.</summary>
    public static ClaimsPrincipal ForCookie(SignedIn session) =>
        Principal(
            new Claim(AccountId, session.AccountId.ToString(null, null)),
            new Claim(SessionToken, session.Token)
        );

    /// <summary>What the request, and the circuit that begins with it, carry.</summary>
    public static ClaimsPrincipal ForRequest(
        ActiveSession session,
        string token,
        IPAddress? source
    ) =>
        Principal(
            new Claim(AccountId, session.AccountId.ToString(null, null)),
            new Claim(SessionToken, token),
            new Claim(Name, session.Email),
            new Claim(Role, session.Role.ToString()),
            new Claim(Source, source?.ToString() ?? "")
        );

    public static bool TryRead(ClaimsPrincipal principal, out long accountId, out string token)
    {
        token = principal.FindFirst(SessionToken)?.Value ?? "";
        return long.TryParse(principal.FindFirst(AccountId)?.Value, out accountId)
            && token.Length > 0;
    }

    private static ClaimsPrincipal Principal(params Claim[] claims) =>
        new(new ClaimsIdentity(claims, AuthenticationType, Name, Role));
}
