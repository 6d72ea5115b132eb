using System.Globalization;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Portal;

/// <summary>The one place where refusals become this door's statuses and problem bodies (RFC 9457), with the members <c>code</c> and <c>pointer</c>.</summary>
internal static class PortalProblem
{
    public static readonly VaultError NoSession = new(
        ErrorKind.Unauthenticated,
        "session_ended",
        "Your session has ended. Sign in again."
    );
    public static readonly VaultError ForeignOrigin = new(
        ErrorKind.Denied,
        "origin_refused",
        "Only the portal's own pages may call this. Open the portal at its own address."
    );
    public static readonly VaultError TokenRefused = new(
        ErrorKind.Denied,
        "antiforgery_refused",
        "The page is too old to be believed. Load it again."
    );
    public static readonly VaultError NotJson = new(
        ErrorKind.Invalid,
        "unsupported_media_type",
        "The body has to be application/json in UTF-8."
    );
    public static readonly VaultError Unavailable = new(
        ErrorKind.Unavailable,
        "unavailable",
        "The vault is busy or its storage does not answer. Look whether it was done, then try again."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static VaultError TooLarge(int limit) =>
        new(ErrorKind.TooLarge, "payload_too_large", $"A body here has at most {limit} bytes.");

    public static Task WriteAsync(HttpContext http, VaultError error)
    {
        var status = StatusOf(error);
        http.Response.StatusCode = status;
        if (error.RetryAfter is { } wait)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return PortalJson.WriteAsync(
            http,
            writer =>
            {
                writer.WriteString("type", $"urn:vaultportal:problem:{error.Code}");
                writer.WriteString("title", error.Message);
                writer.WriteNumber("status", status);
                writer.WriteString("code", error.Code);
                if (error.Path is { } path)
                {
                    writer.WriteString("pointer", path);
                }

                writer.WriteString("correlationId", http.TraceIdentifier);
            },
            "application/problem+json"
        );
    }

    private static int StatusOf(VaultError error) =>
        error.Code == NotJson.Code
            ? StatusCodes.Status415UnsupportedMediaType
            : error.Kind switch
            {
                ErrorKind.Invalid => StatusCodes.Status400BadRequest,
                ErrorKind.Unauthenticated => StatusCodes.Status401Unauthorized,
                ErrorKind.Denied
                or ErrorKind.SignerRequired
                or ErrorKind.StepUpRequired
                or ErrorKind.Expired => StatusCodes.Status403Forbidden,
                ErrorKind.NotFound => StatusCodes.Status404NotFound,
                ErrorKind.Conflict => StatusCodes.Status409Conflict,
                ErrorKind.Stale => StatusCodes.Status412PreconditionFailed,
                ErrorKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
                ErrorKind.Limited => StatusCodes.Status429TooManyRequests,
                ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
                _ => throw new ArgumentOutOfRangeException(nameof(error)),
            };
}
