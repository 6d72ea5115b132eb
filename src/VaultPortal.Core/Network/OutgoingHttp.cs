using System.Net;
using System.Net.Sockets;

namespace VaultPortal.Core.Network;

/// <summary>
/// Calls to addresses that somebody gave and whose answers are hostile: no redirects, no proxy, no cookies. Unless it is allowed, no
/// private address is connected to, and a link-local one never: that is decided about the very address of the connection, so that a name which changes its mind
/// gets no further.
/// </summary>
internal static class OutgoingHttp
{
    public const int MaxHeadKilobytes = 16;

    public static HttpMessageInvoker Invoker(bool allowsPrivate) =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                // Each call looks the name up anew and checks what it connects to.
                PooledConnectionLifetime = TimeSpan.Zero,
                MaxResponseDrainSize = 0,
                MaxResponseHeadersLength = MaxHeadKilobytes,
                ActivityHeadersPropagator = null,
                ConnectCallback = (context, cancellation) =>
                    ConnectAsync(context.DnsEndPoint, allowsPrivate, cancellation),
            }
        );

    /// <summary>Whether a call failed because its address lies in a private network.</summary>
    public static bool IsPrivateAddress(Exception failed) =>
        failed is HttpRequestException { InnerException: PrivateAddressException };

    /// <summary>Whether a call failed because its address is link-local, which nothing allows.</summary>
    public static bool IsLinkLocalAddress(Exception failed) =>
        failed is HttpRequestException { InnerException: LinkLocalAddressException };

    /// <summary>Why a call failed, in plain words. Without the exception's text, which can name what lies inside the network.</summary>
    public static string ReasonOf(Exception failed) =>
        (failed as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "the name is not known",
            HttpRequestError.ConnectionError => "no connection came about",
            HttpRequestError.SecureConnectionError =>
                "no secure connection came about, or the certificate is not trusted",
            _ => "the answer broke off or could not be read",
        };

    private static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint target,
        bool allowsPrivate,
        CancellationToken cancellation
    )
    {
        // The platform's look-up throws for the unspecified address, which connects to this machine.
        var addresses = IPAddress.TryParse(target.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(target.Host, cancellation);
        var allowed = Array.FindAll(
            addresses,
            address =>
                allowsPrivate
                    ? !NetworkAddresses.IsLinkLocal(address)
                    : NetworkAddresses.IsPublic(address)
        );
        if (allowed.Length == 0 && addresses.Length > 0)
        {
            throw allowsPrivate ? new LinkLocalAddressException() : new PrivateAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class PrivateAddressException : IOException;

    private sealed class LinkLocalAddressException : IOException;
}
