using System.Diagnostics;
using System.Text;

namespace VaultPortal.Bench.Load;

/// <summary>One connection: what was sent when, and how much of the answer has come.</summary>
internal sealed unsafe class Conversation(int socket)
{
    private readonly byte[] _buffer = new byte[512 * 1024];
    private int _filled;

    public long SentAt { get; private set; }

    public bool SendNext(IRequestSource source)
    {
        var request = source.Next();
        if (request.IsEmpty)
        {
            return false;
        }

        _filled = 0;
        SentAt = Stopwatch.GetTimestamp();
        fixed (byte* bytes = request)
        {
            for (var sent = 0; sent < request.Length; )
            {
                var count = NativeSockets.Send(
                    socket,
                    bytes + sent,
                    (nuint)(request.Length - sent),
                    NativeSockets.NoSignal
                );
                sent +=
                    count > 0
                        ? (int)count
                        : throw new IOException("The server closed the connection.");
            }
        }

        return true;
    }

    /// <summary>Takes what has come; true when the answer is whole.</summary>
    public bool Receive(int expectedStatus)
    {
        fixed (byte* bytes = _buffer)
        {
            var count = NativeSockets.Receive(
                socket,
                bytes + _filled,
                (nuint)(_buffer.Length - _filled),
                0
            );
            _filled +=
                count > 0 ? (int)count : throw new IOException("The server closed the connection.");
        }

        var answer = _buffer.AsSpan(0, _filled);
        var headEnd = answer.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0 || !IsWhole(answer[..headEnd], answer[(headEnd + 4)..]))
        {
            return false;
        }

        // "HTTP/1.1 200"
        var status = (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + answer[11] - '0';
        return status == expectedStatus
            ? true
            : throw new InvalidOperationException(
                $"Expected {expectedStatus}, got: {Encoding.UTF8.GetString(answer)}"
            );
    }

    private static bool IsWhole(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var at = head.IndexOf("\r\nContent-Length: "u8);
        if (at >= 0)
        {
            var digits = head[(at + 18)..];
            var end = digits.IndexOf((byte)'\r');
            return body.Length >= int.Parse(end < 0 ? digits : digits[..end], null);
        }

        return head.IndexOf("\r\nTransfer-Encoding: chunked"u8) < 0 || body.EndsWith("0\r\n\r\n"u8);
    }
}
