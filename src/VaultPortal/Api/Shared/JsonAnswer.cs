using System.Text.Encodings.Web;
using System.Text.Json;

namespace VaultPortal.Api.Shared;

/// <summary>Answers in JSON, written by hand: no reflection, and values go out as the bytes that they are.</summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json; charset=utf-8";

    public static readonly JsonWriterOptions Options = new()
    {
        // The answers are application/json with nosniff: quotes inside texts need no more than a backslash.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static void Render(PooledBuffer buffer, Action<Utf8JsonWriter> write)
    {
        using var writer = new Utf8JsonWriter(buffer, Options);
        write(writer);
    }

    public static async Task WriteAsync(
        HttpContext http,
        Action<Utf8JsonWriter> write,
        string contentType = ContentType
    )
    {
        using var buffer = new PooledBuffer();
        Render(buffer, write);
        await SendAsync(http, buffer, contentType);
    }

    public static ValueTask SendAsync(
        HttpContext http,
        PooledBuffer buffer,
        string contentType = ContentType
    )
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = buffer.Written.Length;
        return http.Response.Body.WriteAsync(buffer.Written, http.RequestAborted);
    }
}
