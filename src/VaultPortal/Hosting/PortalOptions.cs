using VaultPortal.Core.Access;

namespace VaultPortal.Hosting;

/// <summary>Where this installation keeps everything, and what this process is.</summary>
public sealed record PortalOptions
{
    /// <summary>The folder of database, master key and lock, as a full path.</summary>
    public required string DataFolder { get; init; }

    /// <summary>What this process does, as others are told it when they wait for the data.</summary>
    public string Command { get; init; } = "serve";

    public RateLimitOptions RateLimits { get; init; } = new();

    public static PortalOptions Read(IConfiguration configuration) =>
        new()
        {
            DataFolder = Path.GetFullPath(configuration["Data"] ?? "data"),
            RateLimits =
                configuration.GetSection(RateLimitOptions.Section).Get<RateLimitOptions>() ?? new(),
        };
}
