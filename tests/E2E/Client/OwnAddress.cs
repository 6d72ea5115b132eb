using System.Net;
using System.Net.Sockets;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>Loopback addresses of one's own: what is limited for each address is then limited for each caller.</summary>
public static class OwnAddress
{
    private static int _last;

    /// <summary>Lets the handler call from an address that no other handler of this run has.</summary>
    public static SocketsHttpHandler FromOwnAddress(this SocketsHttpHandler handler)
    {
        var number = Interlocked.Increment(ref _last);
        var source = new IPAddress([127, 1, (byte)(number >> 8), (byte)number]);
        handler.ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
            try
            {
                socket.Bind(new IPEndPoint(source, 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        };
        return handler;
    }
}
