using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Portal;

/// <summary>What the portal's own API refuses itself, and the form of all its refusals.</summary>
internal static class PortalProblem
{
    private static readonly ErrorDialect Errors = new ProblemErrors();

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

    public static Task WriteAsync(HttpContext http, VaultError error) =>
        Errors.WriteAsync(http, error);
}
