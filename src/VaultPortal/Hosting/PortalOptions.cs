namespace VaultPortal.Hosting;

/// <summary>Where this installation keeps everything.</summary>
public sealed record PortalOptions
{
    /// <summary>The folder of database, master key and lock, as a full path.</summary>
    public required string DataFolder { get; init; }

    public string DatabaseFile => Path.Combine(DataFolder, "vault.db");

    public static PortalOptions Read(IConfiguration configuration) =>
        new() { DataFolder = Path.GetFullPath(configuration["Data"] ?? "data") };
}
