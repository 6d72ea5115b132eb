using System.Text.Json;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Portal;

/// <summary>The answers of this door: each is one object.</summary>
internal static class PortalJson
{
    /// <summary>The answer of a service, or its refusal.</summary>
    public static Task AnswerAsync<T>(
        HttpContext http,
        Result<T> result,
        Action<Utf8JsonWriter, T> write,
        int status = StatusCodes.Status200OK
    )
    {
        if (result.Error is { } refused)
        {
            return PortalProblem.WriteAsync(http, refused);
        }

        http.Response.StatusCode = status;
        return WriteAsync(http, writer => write(writer, result.Value));
    }

    /// <param name="write">Writes the members of the answer's object.</param>
    public static Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> write) =>
        WriteAsync(http, write, "application/json; charset=utf-8");

    public static async Task WriteAsync(
        HttpContext http,
        Action<Utf8JsonWriter> write,
        string mediaType
    )
    {
        using var buffer = new PooledBuffer();
        JsonAnswer.Render(
            buffer,
            writer =>
            {
                writer.WriteStartObject();
                write(writer);
                writer.WriteEndObject();
            }
        );
        await JsonAnswer.SendAsync(http, buffer, mediaType);
    }

    public static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } moment)
        {
            writer.WriteString(name, UtcTime.ToText(moment));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
