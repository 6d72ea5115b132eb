using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using VaultPortal.Core.Access;

namespace VaultPortal.Hosting.Sessions;

/// <summary>
/// Makes the caller of a service from the session, as it is at that moment. What a circuit keeps is the session's token, not what it
/// was worth when the circuit began.
/// </summary>
public sealed class CallerFactory(
    AuthenticationStateProvider authentication,
    SessionLookup sessions
)
{
    /// <summary>Null when there is no session, or none that is still good: the visitor has to sign in.</summary>
    public async Task<Caller?> ResolveAsync(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Of((await authentication.GetAuthenticationStateAsync()).User);
    }

    /// <summary>The same for a request that carries the session's cookie.</summary>
    public Caller? OfRequest(HttpContext http) => Of(http.User);

    private Caller? Of(ClaimsPrincipal user)
    {
        if (
            !PortalClaims.TryRead(user, out var accountId, out var token)
            || sessions.Find(accountId, token) is not { } session
        )
        {
            return null;
        }

        _ = IPAddress.TryParse(user.FindFirst(PortalClaims.Source)?.Value, out var source);
        return new Caller
        {
            Kind = CallerKind.Person,
            AccountId = session.AccountId,
            AccountPublicId = session.AccountPublicId,
            SessionId = session.Id,
            Actor = $"user:{session.AccountPublicId}",
            Source = source,
            CorrelationId = Guid.NewGuid().ToString("N"),
        };
    }

    /// <summary>Somebody who has not signed in yet: no service gives this caller anything but set-up and sign-in.</summary>
    public static Caller Anonymous(HttpContext http) =>
        new()
        {
            Kind = CallerKind.Person,
            Actor = "anonymous",
            Source = http.Connection.RemoteIpAddress,
            CorrelationId = Guid.NewGuid().ToString("N"),
        };
}
