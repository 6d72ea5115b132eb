using System.Net;
using System.Net.WebSockets;

namespace VaultPortal.Tests.E2E.Hardening;

/// <summary>Lines of circuits without a browser; they are closed when this is disposed.</summary>
public sealed class Circuits : IDisposable
{
    public const string Line = "/_blazor";
    public const string Negotiate = $"{Line}/negotiate?negotiateVersion=1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<ClientWebSocket> _sockets = [];

    public Task<(ClientWebSocket? Socket, HttpStatusCode Status)> Open(Visitor visitor) =>
        Open(visitor, visitor.Origin, null);

    public async Task<(ClientWebSocket? Socket, HttpStatusCode Status)> Open(
        Visitor visitor,
        string? origin,
        string? site
    )
    {
        var socket = new ClientWebSocket();
        _sockets.Add(socket);
        socket.Options.Cookies = visitor.Cookies;
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in Headers(origin, site))
        {
            socket.Options.SetRequestHeader(name, value);
        }

        try
        {
            await socket.ConnectAsync(
                new UriBuilder(visitor.Origin) { Scheme = "ws", Path = Line }.Uri,
                default
            );
        }
        catch (WebSocketException)
        {
            return (null, socket.HttpStatusCode);
        }

        return (socket, socket.HttpStatusCode);
    }

    public static (string Name, string Value)[] Headers(string? origin, string? site) =>
        [
            .. origin is null ? [] : new[] { ("Origin", origin) },
            .. site is null ? [] : new[] { ("Sec-Fetch-Site", site) },
        ];

    public static Task Say(ClientWebSocket line, byte[] message) =>
        line.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, default);

    public static async Task<byte[]> Hear(ClientWebSocket line)
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[4096];
        var heard = await line.ReceiveAsync(buffer, patience.Token);
        return buffer[..heard.Count];
    }

    public static async Task Until(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());
}
