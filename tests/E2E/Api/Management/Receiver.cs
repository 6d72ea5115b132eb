using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace VaultPortal.Tests.E2E.Api.Management;

/// <summary>A receiver of webhooks on this machine, spoken to by the real server.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<Message> _messages = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Task _serving;

    public Receiver()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/in";

    /// <summary>The status that the next messages are answered with.</summary>
    public int Status { get; set; } = 204;

    /// <summary>The next message that nobody has taken yet.</summary>
    public async Task<Message> Next()
    {
        (await _arrived.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue("no message came");
        _messages.TryDequeue(out var message).ShouldBeTrue();
        return message!;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _arrived.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await TakeAsync(client);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task TakeAsync(TcpClient client)
    {
        try
        {
            await using var stream = client.GetStream();
            var read = new List<byte>();
            var buffer = new byte[4096];
            int end;
            while (
                (
                    end = Encoding
                        .Latin1.GetString([.. read])
                        .IndexOf("\r\n\r\n", StringComparison.Ordinal)
                ) < 0
            )
            {
                read.AddRange(buffer.AsSpan(0, await stream.ReadAsync(buffer)));
            }

            var head = Encoding.Latin1.GetString([.. read[..end]]).Split("\r\n");
            var headers = head.Skip(1)
                .Select(line => line.Split(": ", 2))
                .ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]);
            var length = int.Parse(
                headers["content-length"],
                System.Globalization.CultureInfo.InvariantCulture
            );
            while (read.Count < end + 4 + length)
            {
                read.AddRange(buffer.AsSpan(0, await stream.ReadAsync(buffer)));
            }

            _messages.Enqueue(new Message(headers, [.. read[(end + 4)..]]));
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 {Status} Said\r\nContent-Length: 0\r\n\r\n")
            );
            _arrived.Release();
        }
        catch (IOException)
        {
            // The other side has gone.
        }
    }

    public sealed record Message(IReadOnlyDictionary<string, string> Headers, byte[] Body)
    {
        public string Id => Headers["webhook-id"];

        public string Text => Encoding.UTF8.GetString(Body);

        public bool IsSignedWith(string secret)
        {
            byte[] signed =
            [
                .. Encoding.ASCII.GetBytes($"{Id}.{Headers["webhook-timestamp"]}."),
                .. Body,
            ];
            var mac = HMACSHA256.HashData(
                Convert.FromBase64String(secret["whsec_".Length..]),
                signed
            );
            return Headers["webhook-signature"] == "v1," + Convert.ToBase64String(mac);
        }
    }
}
