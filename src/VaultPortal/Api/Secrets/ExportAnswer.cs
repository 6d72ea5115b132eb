using System.Text.Json;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Secrets;

/// <summary>
/// An export on its way out, in pieces: written whole, values of control characters would take more than ten times their size in
/// memory. Whoever calls has every read in the audit already.
/// </summary>
internal static class ExportAnswer
{
    private const int Piece = 256 << 10;

    /// <summary>How long a reader may take for a piece. Meanwhile the values stay in memory, and there are few turns to export.</summary>
    public static readonly TimeSpan PieceLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a reader may take for all. Each piece in time is not enough: at 26 KB/s, a large export would hold its turn for
    /// hours.
    /// </summary>
    public static readonly TimeSpan WholeLimit = TimeSpan.FromMinutes(10);

    /// <summary>The document that an import takes, or a <c>.env</c> file.</summary>
    public static async Task SendAsync(
        HttpContext http,
        IReadOnlyList<RevealedSecret> secrets,
        bool asJson
    )
    {
        http.Response.ContentType = asJson ? JsonAnswer.ContentType : "text/plain; charset=utf-8";
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        using var over = new CancellationTokenSource(WholeLimit, time);
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
                await WriteAsync(http, buffer.Written, time, over.Token);
                buffer.Clear();
            }
        }

        if (writer is not null)
        {
            SecretJson.EndExport(writer);
            await writer.FlushAsync(http.RequestAborted);
        }

        await WriteAsync(http, buffer.Written, time, over.Token);
    }

    /// <summary>Writes a piece; the connection of whoever does not read it in time, or has had the time for all, is ended.</summary>
    private static async Task WriteAsync(
        HttpContext http,
        ReadOnlyMemory<byte> piece,
        TimeProvider time,
        CancellationToken over
    )
    {
        using var late = new CancellationTokenSource(PieceLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            late.Token,
            over,
            http.RequestAborted
        );
        try
        {
            await http.Response.Body.WriteAsync(piece, either.Token);
        }
        catch (OperationCanceledException)
            when (late.IsCancellationRequested || over.IsCancellationRequested)
        {
            http.Abort();
            throw;
        }
    }
}
