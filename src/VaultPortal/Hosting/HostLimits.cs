using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using VaultPortal.Core.Storage;

namespace VaultPortal.Hosting;

/// <summary>How much of the process callers can hold at a time; part of the configuration section <c>Limits</c>.</summary>
public sealed record HostLimits
{
    /// <summary>Largest body of a request outside of the APIs: a form of the account pages has a few hundred bytes.</summary>
    public const int PageBody = 64 << 10;

    private const string Section = "Limits";

    /// <summary>Open circuits, that is pages in browsers, of one account.</summary>
    public int CircuitsPerAccount { get; init; } = 50;

    /// <summary>Open circuits of all sessions. One holds two to three megabytes.</summary>
    public int Circuits { get; init; } = 500;

    /// <summary>Open connections; a further one is closed at once. Each takes a file handle, of which the database needs some.</summary>
    public int Connections { get; init; } = 5_000;

    /// <exception cref="StartRefusedException">A limit is no number, or out of range.</exception>
    public static HostLimits Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var defaults = new HostLimits();
        return new()
        {
            CircuitsPerAccount = Number(
                section,
                nameof(CircuitsPerAccount),
                defaults.CircuitsPerAccount
            ),
            Circuits = Number(section, nameof(Circuits), defaults.Circuits),
            Connections = Number(section, nameof(Connections), defaults.Connections),
        };
    }

    /// <summary>Kestrel's own limits: its defaults, written out where they are relied on, and tighter ones for who is slow.</summary>
    public void Apply(KestrelServerLimits kestrel)
    {
        kestrel.MaxConcurrentConnections = Connections;
        // A connection that has become the line of a circuit counts no longer here, but there (OpenCircuits).
        kestrel.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.MaxRequestHeadersTotalSize = 32 << 10;
        kestrel.MaxRequestLineSize = 8 << 10;
        kestrel.MaxRequestHeaderCount = 100;
        // Above what any door takes; each has its own limit below it.
        kestrel.MaxRequestBodySize = 30_000_000;
    }

    private static int Number(IConfigurationSection section, string name, int otherwise) =>
        section[name] is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is >= 1 and <= 100_000
            ? number
        : throw new StartRefusedException(
            $"The setting {Section}:{name} is a whole number from 1 to 100000."
        );
}
