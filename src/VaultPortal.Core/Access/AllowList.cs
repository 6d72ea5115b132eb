using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>
/// The networks that a key may be used from, as they are kept with it: CIDR notation (RFC 4632, RFC 4291 section 2.3),
/// separated by a space; empty = every address. IPv4 addresses that came in over an IPv6 socket count as IPv4.
/// </summary>
public static class AllowList
{
    public const int MaxEntries = 50;

    /// <summary>Reads what a caller wrote: networks whose host bits are zero, or single addresses. Answers the kept form.</summary>
    public static Result<string> Parse(IReadOnlyList<string> entries)
    {
        if (entries.Count > MaxEntries)
        {
            return VaultError.Invalid(
                "/allowList",
                $"At most {MaxEntries} networks are allowed here."
            );
        }

        var networks = new List<string>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (!TryParse(entries[i], out var network))
            {
                return VaultError.Invalid(
                    $"/allowList/{i}",
                    "A network is written as 203.0.113.0/24 or 2001:db8::/32, with no bits set behind its prefix, or is a single address."
                );
            }

            networks.Add(network);
        }

        return string.Join(' ', networks.Distinct());
    }

    /// <summary>The networks of the kept form.</summary>
    public static IReadOnlyList<string> ToEntries(string list) =>
        list.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether the address is in one of the networks of the kept form. An unknown address is in none.</summary>
    public static bool Allows(string list, IPAddress? source)
    {
        if (list.Length == 0)
        {
            return true;
        }

        if (source is null)
        {
            return false;
        }

        var address = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
        foreach (var entry in list.AsSpan().Split(' '))
        {
            if (IPNetwork.Parse(list.AsSpan(entry)).Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A kept form cut down to another: only what lies in both, the other whole where nothing does. So it never allows an address that
    /// the other does not.
    /// </summary>
    public static string Within(string list, string outer)
    {
        if (list.Length == 0 || outer.Length == 0)
        {
            return list.Length == 0 ? outer : list;
        }

        var (wanted, allowed) = (Networks(list), Networks(outer));
        IPNetwork[] both =
        [
            .. wanted.Where(network => allowed.Any(a => Contains(a, network))),
            .. allowed.Where(network => wanted.Any(w => Contains(w, network))),
        ];
        return both.Length == 0 ? outer : string.Join(' ', both.Distinct());
    }

    private static IPNetwork[] Networks(string list) =>
        [.. ToEntries(list).Select(entry => IPNetwork.Parse(entry))];

    private static bool Contains(IPNetwork outer, IPNetwork inner) =>
        outer.PrefixLength <= inner.PrefixLength && outer.Contains(inner.BaseAddress);

    private static bool TryParse(string entry, [NotNullWhen(true)] out string? network)
    {
        network = null;
        var slash = entry.IndexOf('/', StringComparison.Ordinal);
        var text = slash < 0 ? entry : entry[..slash];
        if (!IPAddress.TryParse(text, out var address) || !IsPlain(address, text))
        {
            return false;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        // The platform clears bits behind the prefix; whoever wrote them meant something else.
        if (
            !IPNetwork.TryParse(slash < 0 ? $"{entry}/{bits}" : entry, out var parsed)
            || !parsed.BaseAddress.Equals(address)
        )
        {
            return false;
        }

        network = parsed.ToString();
        return true;
    }

    /// <summary>The platform also reads octal, hexadecimal and shortened IPv4, and zones: none of that is meant here.</summary>
    private static bool IsPlain(IPAddress address, string text) =>
        address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString() == text
            : !address.IsIPv4MappedToIPv6 && !text.AsSpan().ContainsAny("%[]");
}
