using Microsoft.AspNetCore.Http.Features;

namespace VaultPortal.Hosting.Sessions;

/// <summary>
/// Stands before everything of a circuit: only pages of this portal get through, and the line itself is a WebSocket. Nothing slower
/// would be a line that can be counted and cut.
/// </summary>
public static class CircuitDoor
{
    public const string Path = "/_blazor";

    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var isLine = IsLine(http);
        if (
            !OwnPage.MayAsk(http.Request)
            || !OwnPage.HasOrigin(http.Request) && (isLine || !OwnPage.NamesNoOrigin(http.Request))
        )
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        if (!isLine && IsLinePath(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        return next(http);
    }

    /// <summary>Whether the request opens a WebSocket (RFC 6455; RFC 8441 with HTTP/2).</summary>
    public static bool IsLine(HttpContext http) =>
        http.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
        || http.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true;

    /// <summary>The call before it, which can still be answered in words that the page understands.</summary>
    public static bool AsksForLine(HttpRequest request) =>
        request.Path.StartsWithSegments(Path + "/negotiate", StringComparison.OrdinalIgnoreCase);

    private static bool IsLinePath(HttpRequest request) =>
        request.Path.Equals(Path, StringComparison.OrdinalIgnoreCase)
        || request.Path.Equals(Path + "/", StringComparison.OrdinalIgnoreCase);
}
