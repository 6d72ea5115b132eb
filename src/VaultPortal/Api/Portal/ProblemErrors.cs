using System.Text.Json;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Portal;

/// <summary>Refusals as problems (RFC 9457), with the members <c>code</c>, <c>pointer</c>, <c>details</c> and <c>correlationId</c>.</summary>
internal sealed class ProblemErrors : ErrorDialect
{
    protected override string ContentType => "application/problem+json";

    protected override int StatusOf(HttpContext http, VaultError error) =>
        error.Code switch
        {
            "method_not_allowed" => StatusCodes.Status405MethodNotAllowed,
            "unsupported_media_type" => StatusCodes.Status415UnsupportedMediaType,
            "internal_error" => StatusCodes.Status500InternalServerError,
            "idempotency_key_reused" => StatusCodes.Status422UnprocessableEntity,
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

    /// <summary>None: no header of a page's script would help; whoever has no session signs in.</summary>
    protected override string? Challenge(HttpContext http, VaultError error) => null;

    protected override void Write(Utf8JsonWriter writer, HttpContext http, VaultError error)
    {
        writer.WriteStartObject();
        writer.WriteString("type", $"urn:vaultportal:problem:{error.Code}");
        writer.WriteString("title", error.Message);
        writer.WriteNumber("status", http.Response.StatusCode);
        writer.WriteString("code", error.Code);
        if (error.Path is { } path)
        {
            writer.WriteString("pointer", path);
        }

        if (error.Details is { } details)
        {
            writer.WritePropertyName("details");
            JsonSerializer.Serialize(writer, details);
        }

        writer.WriteString("correlationId", http.TraceIdentifier);
        writer.WriteEndObject();
    }
}
