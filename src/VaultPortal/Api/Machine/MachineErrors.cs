using System.Text.Json;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Machine;

/// <summary>Refusals as this contract has them (machine.md section 2): the services speak its codes.</summary>
internal sealed class MachineErrors : ErrorDialect
{
    protected override int StatusOf(HttpContext http, VaultError error) =>
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

    protected override string? Challenge(HttpContext http, VaultError error) =>
        error.Kind == ErrorKind.Unauthenticated ? "ApiKey realm=\"machine\"" : null;

    protected override void Write(Utf8JsonWriter writer, HttpContext http, VaultError error)
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
