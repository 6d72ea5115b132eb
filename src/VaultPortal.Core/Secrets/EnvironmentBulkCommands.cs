using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Secrets;

/// <summary>Reads of many environment secrets with their values, by key.</summary>
internal sealed class EnvironmentBulkCommands : ICommandSet<EnvironmentBulkCommands>
{
    private readonly PreparedCommand _usable;

    private EnvironmentBulkCommands(DbConnection connection) =>
        _usable = new(
            connection,
            $"""
            SELECT {SecretCommands.Columns}, v.version, v.sealed
            FROM secret s JOIN secret_version v ON v.id = s.value_id AND v.secret_id = s.id
            WHERE s.store = 1 AND s.name > $1 AND s.is_active = 1 AND s.deleted_at IS NULL
              AND (s.expires_at IS NULL OR s.expires_at > $2)
            ORDER BY s.name LIMIT $3
            """
        );

    public static EnvironmentBulkCommands Create(DbConnection connection) => new(connection);

    /// <summary>What follows a key, so many at most, and no more once there are so many bytes.</summary>
    public List<SealedValue> UsableAfter(string key, DateTimeOffset now, int most, int enoughBytes)
    {
        var values = new List<SealedValue>();
        using var row = _usable.Query(key, now, (long)most);
        for (var bytes = 0; bytes < enoughBytes && row.Read(); )
        {
            var value = new SealedValue(
                SecretCommands.Read(row),
                row.GetInt64(SecretCommands.ColumnCount),
                row.Bytes(SecretCommands.ColumnCount + 1)
            );
            values.Add(value);
            bytes += value.Sealed.Length;
        }

        return values;
    }
}
