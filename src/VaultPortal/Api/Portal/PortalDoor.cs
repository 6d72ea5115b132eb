using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting.Sessions;

namespace VaultPortal.Api.Portal;

/// <summary>
/// What every call of the portal's own pages goes through before its service: origin, size and media type, session, antiforgery token,
/// rate, JSON form. Values enter and leave the browser here and nowhere else, so that no circuit ever carries one. For sessions
/// only: a key or token is worth nothing at this door.
/// </summary>
internal sealed class PortalDoor(
    CallerFactory callers,
    IAntiforgery antiforgery,
    RateLimiter limiter
)
{
    public const string BasePath = "/api/v1/portal";

    /// <summary>Largest body, in bytes: a value of 64 KiB fits, however it is escaped.</summary>
    public const int PlainLimit = 1 << 20;

    /// <summary>Largest body of an import, in bytes: a file of 16 MiB, escaped as JSON.</summary>
    public const int ImportLimit = 24 << 20;

    public Task ServeAsync<TRequest>(
        HttpContext http,
        Func<JsonInput, JsonElement, TRequest> read,
        Func<Caller, TRequest, Task> serve
    ) => ServeAsync(http, PlainLimit, read, serve);

    /// <param name="read">Makes a request record of the body. What it reads as secret is zeroed once <paramref name="serve"/> is done.</param>
    public async Task ServeAsync<TRequest>(
        HttpContext http,
        int limit,
        Func<JsonInput, JsonElement, TRequest> read,
        Func<Caller, TRequest, Task> serve
    )
    {
        var admitted = await AdmitAsync(http, limit);
        if (!admitted.Succeeded)
        {
            await PortalProblem.WriteAsync(http, admitted.Error);
            return;
        }

        using var body = await RequestBody.ReadAsync(http.Request, limit, http.RequestAborted);
        if (body is null)
        {
            await PortalProblem.WriteAsync(http, PortalProblem.TooLarge(limit));
            return;
        }

        using var input = new JsonInput();
        using var document = input.Parse(body.Bytes);
        var request = document is null ? default : read(input, document.RootElement);
        await (
            input.Error is { } form
                ? PortalProblem.WriteAsync(http, form)
                : serve(admitted.Value, request!)
        );
    }

    /// <summary>
    /// A call that only reads: it has no body and changes nothing, so it needs no token, and browsers send no origin along with it. One
    /// that is sent is checked all the same.
    /// </summary>
    public async Task ReadAsync(HttpContext http, Func<Caller, Task> serve)
    {
        var ours =
            OwnPage.MayAsk(http.Request)
            && (http.Request.Headers.Origin.Count == 0 || OwnPage.HasOrigin(http.Request));
        if (!ours)
        {
            await PortalProblem.WriteAsync(http, PortalProblem.ForeignOrigin);
        }
        else if (callers.OfRequest(http) is not { } caller)
        {
            await PortalProblem.WriteAsync(http, PortalProblem.NoSession);
        }
        else
        {
            await (
                limiter.Take(caller.RateLimitKey).Refusal is { } limited
                    ? PortalProblem.WriteAsync(http, limited)
                    : serve(caller)
            );
        }
    }

    /// <summary>The token that every call has to send along; it is bound to the session and to a cookie that scripts do not see.</summary>
    public async Task AnswerTokenAsync(HttpContext http)
    {
        if (!OwnPage.MayAsk(http.Request))
        {
            await PortalProblem.WriteAsync(http, PortalProblem.ForeignOrigin);
            return;
        }

        if (callers.OfRequest(http) is null)
        {
            await PortalProblem.WriteAsync(http, PortalProblem.NoSession);
            return;
        }

        // It sets a stricter header of its own, and warns in the log where another stands already.
        http.Response.Headers.CacheControl = default;
        var token = antiforgery.GetAndStoreTokens(http).RequestToken;
        await PortalJson.WriteAsync(http, writer => writer.WriteString("token", token));
    }

    private async Task<Result<Caller>> AdmitAsync(HttpContext http, int limit)
    {
        if (!OwnPage.MayAsk(http.Request) || !OwnPage.HasOrigin(http.Request))
        {
            return PortalProblem.ForeignOrigin;
        }

        if (http.Request.ContentLength > limit)
        {
            return PortalProblem.TooLarge(limit);
        }

        if (!RequestBody.Is(http.Request, RequestBody.Json))
        {
            return PortalProblem.NotJson;
        }

        if (callers.OfRequest(http) is not { } caller)
        {
            return PortalProblem.NoSession;
        }

        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return PortalProblem.TokenRefused;
        }

        return limiter.Take(caller.RateLimitKey).Refusal is { } limited ? limited : caller;
    }
}
