using System.Net;
using System.Net.Sockets;

namespace VaultPortal.Core.Network;

/// <summary>Which addresses are out in the world (the special-purpose registries of RFC 6890): all that lead back into a network of somebody's own are not.</summary>
internal static class NetworkAddresses
{
    private static readonly IPNetwork[] Special4 = Networks(
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4"
    );

    private static readonly IPNetwork LinkLocal4 = IPNetwork.Parse("169.254.0.0/16");

    // What is not in here is loopback, link-local, unique local, multicast or unassigned.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Special6 = Networks(
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20"
    );

    // Of these the last four bytes are an IPv4 address (RFC 6052, section 2.1).
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPublic(address.MapToIPv4());
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !Special4.Any(network => network.Contains(address));
        }

        return Translated.Contains(address)
            ? IsPublic(new IPAddress(address.GetAddressBytes().AsSpan(12)))
            : Global6.Contains(address) && !Special6.Any(network => network.Contains(address));
    }

    /// <summary>
    /// Whether it counts on this one link only (RFC 3927, RFC 4291 section 2.5.6). There clouds hand their machines credentials out to
    /// whoever asks, and nothing that is meant to be reached.
    /// </summary>
    public static bool IsLinkLocal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsLinkLocal(address.MapToIPv4());
        }

        return Translated.Contains(address)
            ? IsLinkLocal(new IPAddress(address.GetAddressBytes().AsSpan(12)))
            : LinkLocal4.Contains(address) || address.IsIPv6LinkLocal;
    }

    private static IPNetwork[] Networks(params string[] networks) =>
        [.. networks.Select(IPNetwork.Parse)];
}
