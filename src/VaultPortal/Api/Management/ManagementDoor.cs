using Microsoft.AspNetCore.Antiforgery;
using VaultPortal.Api.Portal;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting.Sessions;

namespace VaultPortal.Api.Management;

/// <summary>
/// The part of the portal's own API that machines may call as well (DESIGN section 3): expiries, policies, reminders and webhooks. A
/// browser comes with its session, a machine with an <c>rk_</c> key in <c>X-API-Key</c> or as a bearer token. Refusals are problems
/// (RFC 9457).
/// </summary>
internal sealed class ManagementDoor(
    ApiKeyAuthenticator keys,
    RateLimiter limiter,
    KeptAnswers answers
) : ApiDoor(limiter, answers)
{
    private const string Bearer = "Bearer ";

    private static readonly VaultError TwoCredentials = AccessErrors.Unauthorized with
    {
        Message = "Send one key: in X-API-Key, or as a bearer token.",
    };

    public override IReadOnlyList<PathString> Paths { get; } =
    [
        PortalDoor.BasePath + "/expiries",
        PortalDoor.BasePath + "/expiry-policies",
        PortalDoor.BasePath + "/reminders",
        PortalDoor.BasePath + "/webhooks",
        PortalDoor.BasePath + "/calendar-feed",
        PortalDoor.BasePath + "/saved-filters",
        PortalDoor.BasePath + "/rotations",
        MetricsEndpoint.Path,
    ];

    public override ErrorDialect Errors { get; } = new ProblemErrors();

    public override int LargestBody => BodyRules.Plain.Limit;

    /// <summary>The id in the path. A text that is no id names nothing: it becomes an id that nothing has, and is not found as such.</summary>
    public static PublicId Id(HttpContext http, string name) =>
        PublicId.TryParse(http.Request.RouteValues[name] as string, out var id)
            ? id
            : PublicId.New(DateTimeOffset.UtcNow);

    protected override async ValueTask<Result<Caller>> AuthenticateAsync(HttpContext http)
    {
        var sent = http.Request.Headers;
        if (sent.ContainsKey("X-API-Key") || sent.Authorization.Count > 0)
        {
            return OfKey(http);
        }

        var isRead = HttpMethods.IsGet(http.Request.Method);
        if (!OwnPage.MayAsk(http.Request) || !(isRead || OwnPage.HasOrigin(http.Request)))
        {
            return PortalProblem.ForeignOrigin;
        }

        var services = http.RequestServices;
        if (services.GetRequiredService<CallerFactory>().OfRequest(http) is not { } caller)
        {
            return PortalProblem.NoSession;
        }

        return isRead || await services.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http)
            ? caller
            : PortalProblem.TokenRefused;
    }

    private Result<Caller> OfKey(HttpContext http)
    {
        var sent = http.Request.Headers;
        var bearer = sent.Authorization.ToString();
        if (sent.Authorization.Count > 0 && sent.ContainsKey("X-API-Key"))
        {
            return TwoCredentials;
        }

        var key =
            sent.Authorization.Count == 0 ? sent["X-API-Key"].ToString()
            : bearer.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
                ? bearer[Bearer.Length..]
            : bearer;
        return keys.Authenticate(key, http.Connection.RemoteIpAddress, http.TraceIdentifier);
    }
}
