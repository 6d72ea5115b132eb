using VaultPortal.Core.Common;

namespace VaultPortal.Api.Shared;

/// <summary>What a door refuses itself, before a service is asked. Each door has its own words and codes for them.</summary>
internal static class DoorErrors
{
    public static readonly VaultError NotFound = new(
        ErrorKind.NotFound,
        "not_found",
        "There is nothing at this path."
    );
    public static readonly VaultError MethodNotAllowed = new(
        ErrorKind.Invalid,
        "method_not_allowed",
        "This path does not take this method; the Allow header names those that it takes."
    );
    public static readonly VaultError UnsupportedMediaType = NotOf([RequestBody.Json]);
    public static readonly VaultError InternalError = new(
        ErrorKind.Unavailable,
        "internal_error",
        "Something went wrong here; the fault is logged. Try again, and report it if it stays."
    );
    public static readonly VaultError Unavailable = new(
        ErrorKind.Unavailable,
        "unavailable",
        "The store cannot take this now, or cannot tell whether it took it. Read the state, then try again; an Idempotency-Key makes that safe."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly VaultError MalformedHttp = VaultError.Invalid(
        "",
        "The request is not well-formed HTTP."
    );

    public static VaultError NotOf(IReadOnlyList<string> mediaTypes) =>
        new(
            ErrorKind.Invalid,
            "unsupported_media_type",
            $"The body has to be {string.Join(" or ", mediaTypes)} in UTF-8."
        );

    /// <summary>For bodies that are no text.</summary>
    public static VaultError NotOf(string mediaType) =>
        new(ErrorKind.Invalid, "unsupported_media_type", $"The body has to be {mediaType}.");

    public static VaultError TooLarge(int limit) =>
        new(ErrorKind.TooLarge, "payload_too_large", $"A body here has at most {limit} bytes.");
}
