namespace VaultPortal.Api.Shared;

/// <summary>
/// Sends a long answer in pieces. The connection of whoever does not read a piece in time, or has had the time for all, is ended: what
/// he has then cannot be taken for the whole, because the transfer does not end as HTTP says it has to.
/// </summary>
internal sealed class PieceWriter : IDisposable
{
    /// <summary>How long a reader may take for a piece.</summary>
    public static readonly TimeSpan PieceLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a reader may take for all. Each piece in time is not enough: at 26 KB/s, a large answer would hold its turn for hours.
    /// </summary>
    public static readonly TimeSpan WholeLimit = TimeSpan.FromMinutes(10);

    private readonly HttpContext _http;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _over;

    public PieceWriter(HttpContext http)
    {
        _http = http;
        _time = http.RequestServices.GetRequiredService<TimeProvider>();
        _over = new CancellationTokenSource(WholeLimit, _time);
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> piece)
    {
        using var late = new CancellationTokenSource(PieceLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            late.Token,
            _over.Token,
            _http.RequestAborted
        );
        try
        {
            await _http.Response.Body.WriteAsync(piece, either.Token);
        }
        catch (OperationCanceledException)
            when (late.IsCancellationRequested || _over.IsCancellationRequested)
        {
            _http.Abort();
            throw;
        }
    }

    public void Dispose() => _over.Dispose();
}
