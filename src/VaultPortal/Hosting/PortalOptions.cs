using VaultPortal.Core.Access;
using VaultPortal.Hosting.Keys;

namespace VaultPortal.Hosting;

/// <summary>Where this installation keeps everything, and what this process is.</summary>
public sealed record PortalOptions
{
    /// <summary>The folder of database, master key and lock, as a full path.</summary>
    public required string DataFolder { get; init; }

    /// <summary>What this process does, as others are told it when they wait for the data.</summary>
    public string Command { get; init; } = "serve";

    /// <summary>This process needs the data for itself.</summary>
    public bool Alone { get; init; }

    public RateLimitOptions RateLimits { get; init; } = new();

    /// <summary>Where seals of the audit are appended (<c>Audit:SealFile</c>). To vouch for anything it has to lie out of reach of whoever can write the database.</summary>
    public required string SealFile { get; init; }

    /// <summary>Where the master key comes from.</summary>
    public MasterKeyOptions MasterKey { get; init; } = new();

    public static PortalOptions Read(IConfiguration configuration)
    {
        var folder = Path.GetFullPath(configuration["Data"] ?? "data");
        return new()
        {
            DataFolder = folder,
            SealFile = Path.GetFullPath(
                configuration["Audit:SealFile"] ?? Path.Combine(folder, "audit-seals.jsonl")
            ),
            MasterKey = MasterKeyOptions.Read(configuration),
            RateLimits =
                configuration.GetSection(RateLimitOptions.Section).Get<RateLimitOptions>() ?? new(),
        };
    }
}
