using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Secrets;

/// <summary>Reads of a secret's versions, which are chained from its row, newest first.</summary>
internal sealed class SecretHistoryCommands : ICommandSet<SecretHistoryCommands>
{
    /// <summary>Most versions that a list shows; older ones are kept and can be restored by their number.</summary>
    public const int MaxListed = 1_000;

    private readonly PreparedCommand _list;
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _read;

    private SecretHistoryCommands(DbConnection connection)
    {
        const string columns =
            "v.version, v.change, v.name, v.created_at, v.created_by, v.is_active, v.is_reserved, v.expires_at, v.deleted_at, v.value_id, v.sealed IS NOT NULL";
        const string chain = """
            WITH RECURSIVE chain (id) AS (
                SELECT $1 UNION ALL SELECT v.previous FROM secret_version v JOIN chain c ON v.id = c.id WHERE v.previous <> 0
            """;
        _list = new(
            connection,
            $"{chain} LIMIT $2) SELECT {columns} FROM chain c JOIN secret_version v ON v.id = c.id ORDER BY v.version DESC"
        );
        _find = new(
            connection,
            $"{chain}) SELECT v.id FROM chain c JOIN secret_version v ON v.id = c.id WHERE v.version = $2 LIMIT 1"
        );
        _read = new(
            connection,
            $"SELECT {columns} FROM secret_version v WHERE v.id = $1 AND v.secret_id = $2 AND v.version = $3"
        );
    }

    public static SecretHistoryCommands Create(DbConnection connection) => new(connection);

    /// <summary>The newest <see cref="MaxListed"/>, newest first.</summary>
    public List<SecretVersionView> Newest(SecretRow secret)
    {
        var versions = new List<SecretVersionView>();
        using var row = _list.Query(secret.VersionId, (long)MaxListed);
        while (row.Read())
        {
            versions.Add(Read(row));
        }

        return versions;
    }

    /// <summary>The row of a version; 0 when there is none. It walks the chain: not for the queue.</summary>
    public long Find(SecretRow secret, long version) =>
        version < 1 || version > secret.Version ? 0 : _find.Number(secret.VersionId, version) ?? 0;

    /// <summary>The version in this row, if it is that one of this secret, and the row that holds its value (0 = none is kept).</summary>
    public (SecretVersionView View, long ValueId)? At(long row, SecretRow secret, long version)
    {
        using var found = _read.Query(row, secret.Id, version);
        return found.Read() ? (Read(found), found.GetBoolean(10) ? row : found.GetInt64(9)) : null;
    }

    private static SecretVersionView Read(PreparedRows row)
    {
        var brought = row.GetBoolean(10);
        return new()
        {
            Version = row.GetInt64(0),
            Change = (SecretChange)row.GetInt64(1),
            Name = row.GetString(2),
            CreatedAt = row.Time(3),
            CreatedBy = row.GetString(4),
            IsActive = row.GetBoolean(5),
            IsReserved = row.GetBoolean(6),
            ExpiresAt = row.OptionalTime(7),
            DeletedAt = row.OptionalTime(8),
            HasValue = brought || row.GetInt64(9) != 0,
            BroughtValue = brought,
        };
    }
}
