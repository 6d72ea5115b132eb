using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace VaultPortal.Api.Shared;

/// <summary>A request body in memory, read up to a limit; the buffer goes back when this is disposed.</summary>
internal sealed class RequestBody : IDisposable
{
    public const string Json = "application/json";
    public const string Text = "text/plain";

    private const int FirstBuffer = 4096;

    // Whoever only announces a large body, perhaps without a credential, holds no more than this; what really comes makes it grow.
    private const int LargestFirstBuffer = 256 << 10;

    private byte[] _buffer;
    private int _length;

    private RequestBody(int capacity) =>
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, FirstBuffer));

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Whether the body is of this media type, with no other charset than UTF-8 (for JSON: RFC 8259 section 8.1).</summary>
    public static bool Is(HttpRequest request, string mediaType) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
        && (
            !type.Charset.HasValue
            || HeaderUtilities
                .RemoveQuotes(type.Charset)
                .Equals("utf-8", StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>Whether the request's head says that a body follows, be it empty.</summary>
    public static bool CanHaveOne(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false;

    /// <summary>Null when the body is longer than <paramref name="limit"/> bytes.</summary>
    public static async Task<RequestBody?> ReadAsync(
        HttpRequest request,
        int limit,
        CancellationToken cancellation
    )
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        var body = new RequestBody(
            (int)Math.Min(request.ContentLength ?? 0, LargestFirstBuffer) + 1
        );
        try
        {
            while (true)
            {
                var read = await request.Body.ReadAsync(
                    body._buffer.AsMemory(body._length),
                    cancellation
                );
                body._length += read;
                if (body._length > limit)
                {
                    body.Dispose();
                    return null;
                }

                if (read == 0)
                {
                    return body;
                }

                if (body._length == body._buffer.Length)
                {
                    body.Grow();
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = [];
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = larger;
    }
}
