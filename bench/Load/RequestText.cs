using System.Text;

namespace VaultPortal.Bench.Load;

/// <summary>Writes whole HTTP/1.1 requests, made before the clock runs.</summary>
internal static class RequestText
{
    public static byte[] Build(
        string method,
        string path,
        string apiKey,
        string? body = null,
        string more = ""
    )
    {
        var head = $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {apiKey}\r\n{more}";
        return Encoding.UTF8.GetBytes(
            body is null
                ? $"{head}\r\n"
                : $"{head}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"
        );
    }
}

/// <summary>Requests that were prepared; what is left over stays for the next run, so that versions go on without a gap.</summary>
internal sealed class PreparedRequests : IRequestSource
{
    private readonly Queue<byte[]> _requests = new();
    private byte[] _current = [];

    public int Count => _requests.Count;

    /// <summary>Forgets what was not sent: another kind of request follows, and nothing counts on these.</summary>
    public void Clear() => _requests.Clear();

    public void Add(byte[] request) => _requests.Enqueue(request);

    public ReadOnlySpan<byte> Next() =>
        _current = _requests.TryDequeue(out var request) ? request : [];
}

/// <summary>Requests that are made when they are asked for: for reads that cost nothing to make.</summary>
internal sealed class LazyRequests(Func<byte[]?> next) : IRequestSource
{
    private byte[] _current = [];

    public ReadOnlySpan<byte> Next() => _current = next() ?? [];
}
