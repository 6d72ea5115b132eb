using Microsoft.AspNetCore.Antiforgery;
using VaultPortal.Api.Machine;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting.Sessions;

namespace VaultPortal.Api.Portal;

/// <summary>
/// The door of the sealed module of the portal's pages: the vault calls of the machine API with the same bodies and services, for
/// sessions instead of keys, with problems (RFC 9457) for refusals. What passes here is envelopes and signatures, never a value.
/// </summary>
internal sealed class SealedDoor(ApiKeyAuthenticator keys, RateLimiter limiter, KeptAnswers answers)
    : MachineDoor(keys, limiter, answers)
{
    public const string Path = PortalDoor.BasePath + "/sealed";

    public override IReadOnlyList<PathString> Paths => [Path];

    public override ErrorDialect Errors { get; } = new ProblemErrors();

    public override bool GivesValuesOneByOne => true;

    /// <summary>Origin, session and, for a change, the antiforgery token.</summary>
    protected override async ValueTask<Result<Caller>> AuthenticateAsync(HttpContext http)
    {
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

    /// <summary>Nothing here is kept by a browser, so nothing needs a tag.</summary>
    protected override string? TagOf(HttpContext http, ReadOnlySpan<byte> answer) => null;
}
