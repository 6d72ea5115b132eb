using System.Net;
using System.Net.Sockets;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>So many tries a window for each address (of IPv6 its /64, which one customer holds whole).</summary>
/// <param name="time">The clock.</param>
/// <param name="tries">How many are let through in a window.</param>
/// <param name="window">How long a window lasts from its first try.</param>
public sealed class AttemptLimiter(TimeProvider time, int tries, TimeSpan window)
{
    // Addresses beyond this many share one count: strangers cannot fill the memory.
    private const int MostAddresses = 10_000;

    private static readonly IPAddress Shared = IPAddress.None;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, (DateTimeOffset Ends, int Taken)> _windows = [];

    /// <summary>Takes a try; the refusal says how long to wait.</summary>
    public VaultError? Take(IPAddress? source)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var address = Slot(source is null ? Shared : Network(source), now);
            var current =
                _windows.TryGetValue(address, out var found) && found.Ends > now
                    ? found
                    : (Ends: now + window, Taken: 0);
            if (current.Taken >= tries)
            {
                return Refused(current.Ends - now);
            }

            _windows[address] = (current.Ends, current.Taken + 1);
            return null;
        }
    }

    private IPAddress Slot(IPAddress address, DateTimeOffset now)
    {
        if (_windows.ContainsKey(address) || _windows.Count < MostAddresses)
        {
            return address;
        }

        foreach (var (known, state) in _windows)
        {
            if (state.Ends <= now)
            {
                _windows.Remove(known);
            }
        }

        return _windows.Count < MostAddresses ? address : Shared;
    }

    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static VaultError Refused(TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        return new VaultError(
            ErrorKind.Limited,
            "rate_limit_exceeded",
            $"Too many tries from this address. Try again in {seconds} seconds."
        )
        {
            RetryAfter = TimeSpan.FromSeconds(seconds),
        };
    }
}
