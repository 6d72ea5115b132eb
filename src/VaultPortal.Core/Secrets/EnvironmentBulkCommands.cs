using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Secrets;

/// <summary>Reads of many environment secrets, by key.</summary>
internal sealed class EnvironmentBulkCommands : ICommandSet<EnvironmentBulkCommands>
{
    private readonly PreparedCommand _usable;

    private EnvironmentBulkCommands(DbConnection connection) =>
        _usable = new(
            connection,
            $"""
            SELECT {SecretCommands.RowColumns} FROM secret s
            WHERE s.store = 1 AND s.name > $1 AND s.is_active = 1 AND s.deleted_at IS NULL
              AND (s.expires_at IS NULL OR s.expires_at > $2)
            ORDER BY s.name LIMIT $3
            """
        );

    public static EnvironmentBulkCommands Create(DbConnection connection) => new(connection);

    /// <summary>What follows a key and expires after a moment or never, so many at most.</summary>
    public List<SecretRow> UsableAfter(
        string key,
        DateTimeOffset expiresAfter,
        int most,
        RecentVersions recent
    )
    {
        var secrets = new List<SecretRow>();
        using var row = _usable.Query(key, expiresAfter, (long)most);
        while (row.Read())
        {
            secrets.Add(recent.Complete(SecretCommands.Read(row)));
        }

        return secrets;
    }
}
