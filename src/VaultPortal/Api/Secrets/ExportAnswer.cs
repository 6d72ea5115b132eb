using System.Text.Json;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Secrets;

/// <summary>
/// An export on its way out, in pieces: written whole, values of control characters would take more than ten times their size in
/// memory. Meanwhile the values stay in memory, and there are few turns to export. Whoever calls has every read in the audit already.
/// </summary>
internal static class ExportAnswer
{
    private const int Piece = 256 << 10;

    /// <summary>The document that an import takes, or a <c>.env</c> file.</summary>
    public static async Task SendAsync(
        HttpContext http,
        IReadOnlyList<RevealedSecret> secrets,
        bool asJson
    )
    {
        http.Response.ContentType = asJson ? JsonAnswer.ContentType : "text/plain; charset=utf-8";
        using var pieces = new PieceWriter(http);
        using var buffer = new PooledBuffer();
        await using var writer = asJson ? new Utf8JsonWriter(buffer, JsonAnswer.Options) : null;
        if (writer is not null)
        {
            SecretJson.BeginExport(writer);
        }

        foreach (var secret in secrets)
        {
            if (writer is not null)
            {
                SecretJson.WriteExported(writer, secret);
                await writer.FlushAsync(http.RequestAborted);
            }
            else
            {
                EnvDocument.Write(buffer, secret.Name, secret.Value);
            }

            if (buffer.Written.Length >= Piece)
            {
                await pieces.WriteAsync(buffer.Written);
                buffer.Clear();
            }
        }

        if (writer is not null)
        {
            SecretJson.EndExport(writer);
            await writer.FlushAsync(http.RequestAborted);
        }

        await pieces.WriteAsync(buffer.Written);
    }
}
