using System.Globalization;
using System.Text.Json;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Machine;

/// <summary>The one place where refusals become this door's statuses and bodies (machine.md section 2).</summary>
internal static class MachineErrors
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
    public static readonly VaultError UnsupportedMediaType = new(
        ErrorKind.Invalid,
        "unsupported_media_type",
        "The body has to be application/json in UTF-8."
    );
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

    public static VaultError TooLarge(int limit) =>
        new(ErrorKind.TooLarge, "payload_too_large", $"A body here has at most {limit} bytes.");

    public static int StatusOf(VaultError error) =>
        error.Code switch
        {
            "method_not_allowed" => StatusCodes.Status405MethodNotAllowed,
            "unsupported_media_type" => StatusCodes.Status415UnsupportedMediaType,
            "internal_error" => StatusCodes.Status500InternalServerError,
            "idempotency_key_reused" => StatusCodes.Status422UnprocessableEntity,
            "cursor_expired" => StatusCodes.Status410Gone,
            _ => error.Kind switch
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
            },
        };

    public static Task WriteAsync(HttpContext http, VaultError error)
    {
        http.Response.StatusCode = StatusOf(error);
        if (error.Kind == ErrorKind.Unauthenticated)
        {
            http.Response.Headers.WWWAuthenticate = "ApiKey realm=\"machine\"";
        }

        if (error.RetryAfter is { } wait)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return MachineJson.WriteAsync(http, writer => Write(writer, error));
    }

    private static void Write(Utf8JsonWriter writer, VaultError error)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error");
        writer.WriteString("code", error.Code);
        writer.WriteString("message", error.Message);
        if (error.Path is not null || error.Details is not null)
        {
            writer.WriteStartObject("details");
            foreach (var (name, value) in error.Details ?? new Dictionary<string, object?>())
            {
                writer.WritePropertyName(name);
                JsonSerializer.Serialize(writer, value);
            }

            if (error.Path is not null)
            {
                writer.WriteString("path", error.Path);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
