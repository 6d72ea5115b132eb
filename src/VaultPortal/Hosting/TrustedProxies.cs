using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace VaultPortal.Hosting;

/// <summary>
/// Forwarded headers count only from peers that <c>Proxies:Trusted</c> lists (addresses or networks); the right-most address that is
/// not trusted is the caller's. With an empty list they are ignored.
/// </summary>
public static class TrustedProxies
{
    public const string Setting = "Proxies:Trusted";

    public static IApplicationBuilder UseTrustedProxies(this WebApplication app)
    {
        var trusted = app.Configuration.GetSection(Setting).Get<string[]>() ?? [];
        if (trusted.Length == 0)
        {
            return app;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // As many hops as are trusted; it stops by itself at the first that is not.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var entry in trusted)
        {
            Add(options, entry);
        }

        return app.UseForwardedHeaders(options);
    }

    private static void Add(ForwardedHeadersOptions options, string entry)
    {
        if (IPAddress.TryParse(entry, out var address))
        {
            options.KnownProxies.Add(address);
        }
        else if (System.Net.IPNetwork.TryParse(entry, out var network))
        {
            options.KnownIPNetworks.Add(network);
        }
        else
        {
            throw new InvalidOperationException(
                $"{Setting} holds '{entry}', which is neither an address nor a network such as 10.0.0.0/8."
            );
        }
    }
}
