namespace VaultPortal.Core.Storage;

/// <summary>How connections to the database file behave. The defaults are the product's; tests set smaller ones.</summary>
public sealed record SqliteDatabaseOptions
{
    /// <summary>How long a statement waits for another process's lock; then storage counts as unavailable.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The page cache of the writing connection.</summary>
    public int WriterCacheKibibytes { get; init; } = 40 * 1024;

    /// <summary>The page cache of each reading connection.</summary>
    public int ReaderCacheKibibytes { get; init; } = 8 * 1024;

    /// <summary>The name of a registered SQLite VFS; null for the system's.</summary>
    internal string? Vfs { get; init; }

    /// <summary>Where migrations are looked for; null for this assembly. Tests bring their own.</summary>
    internal string? MigrationsAssembly { get; init; }
}
