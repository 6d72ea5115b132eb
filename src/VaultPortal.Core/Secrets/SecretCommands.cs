using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Secrets;

/// <summary>Prepared reads and writes of secrets and their versions: a hot path.</summary>
internal sealed class SecretCommands : ICommandSet<SecretCommands>
{
    /// <summary>
    /// What <see cref="Read"/> reads of a secret's row alone. Of environment secrets it is not the whole truth:
    /// <see cref="RecentVersions.Complete"/> adds the rest in the queue, and <see cref="NewestColumns"/> for readers.
    /// </summary>
    internal const string RowColumns = """
        s.id, s.public_id, s.store, s.kind, s.name, s.is_active, s.is_reserved, s.version, s.version_id, s.value_id,
        s.previous_value_id, s.previous_until, s.expires_at, s.deleted_at, s.last_used_at, s.created_at, s.updated_at
        """;

    /// <summary>The same where r is the newest of the recent versions, if that is newer than what the row names.</summary>
    internal const string NewestColumns = """
        s.id, s.public_id, s.store, s.kind, s.name, s.is_active, s.is_reserved, coalesce(r.version, s.version),
        coalesce(r.id, s.version_id), coalesce(r.id, s.value_id), s.previous_value_id, s.previous_until, s.expires_at,
        s.deleted_at, s.last_used_at, s.created_at, coalesce(r.updated_at, s.updated_at)
        """;

    private readonly PreparedCommand _findByKey;
    private readonly PreparedCommand _findRowByKey;
    private readonly PreparedCommand _findById;
    private readonly PreparedCommand _value;
    private readonly PreparedCommand _insert;
    private readonly PreparedCommand _insertVersion;
    private readonly PreparedCommand _update;
    private readonly PreparedCommand _updateIndexed;

    private SecretCommands(DbConnection connection)
    {
        // The store is written out, so that the partial index on the keys of this store is taken.
        _findByKey = new(
            connection,
            $"""
            SELECT {NewestColumns} FROM secret s LEFT JOIN secret_recent r
            ON r.id = (SELECT max(n.id) FROM secret_recent n WHERE n.secret_id = s.id AND n.id > s.version_id)
            WHERE s.store = 1 AND s.name = $1
            """
        );
        _findRowByKey = new(
            connection,
            $"SELECT {RowColumns} FROM secret s WHERE s.store = 1 AND s.name = $1"
        );
        _findById = new(
            connection,
            $"SELECT {RowColumns} FROM secret s WHERE s.public_id = $1 AND s.store = $2"
        );
        _value = new(
            connection,
            "SELECT version, sealed FROM secret_version WHERE id = $1 AND secret_id = $2 AND sealed IS NOT NULL"
        );
        _insert = new(
            connection,
            """
            INSERT INTO secret (public_id, store, kind, name, is_active, is_reserved, version, version_id, value_id,
                previous_value_id, created_at, updated_at)
            VALUES ($1, $2, $3, $4, 0, 0, 0, 0, 0, 0, $5, $5) RETURNING id
            """
        );
        _insertVersion = new(
            connection,
            """
            INSERT INTO secret_version (secret_id, version, previous, change, name, sealed, value_id, is_active, is_reserved,
                expires_at, deleted_at, created_at, created_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id
            """
        );
        _update = new(
            connection,
            """
            UPDATE secret SET is_active = $2, is_reserved = $3, version = $4, version_id = $5, value_id = $6,
                previous_value_id = $7, previous_until = $8, expires_at = $9, updated_at = $10
            WHERE id = $1
            """
        );
        _updateIndexed = new(
            connection,
            "UPDATE secret SET name = $2, deleted_at = $3 WHERE id = $1"
        );
    }

    public static SecretCommands Create(DbConnection connection) => new(connection);

    /// <summary>The environment secret with this key, whatever its state. It looks through the recent versions: for readers.</summary>
    public SecretRow? FindByKey(string key)
    {
        using var row = _findByKey.Query(key);
        return row.Read() ? Read(row) : null;
    }

    /// <summary>The same in the queue.</summary>
    public SecretRow? FindByKey(string key, RecentVersions recent)
    {
        using var row = _findRowByKey.Query(key);
        return row.Read() ? recent.Complete(Read(row)) : null;
    }

    /// <summary>A secret of the workflow vault, whatever its state: its row alone says what it is.</summary>
    public SecretRow? FindById(SecretStore store, SecretId id)
    {
        using var row = _findById.Query(id.ToBytes(), (long)store);
        return row.Read() ? Read(row) : null;
    }

    /// <summary>The value that this row of the versions holds.</summary>
    public SealedValue ValueOf(SecretRow secret, long valueId)
    {
        using var row = _value.Query(valueId, secret.Id);
        return row.Read()
            ? new SealedValue(secret, row.GetInt64(0), row.Bytes(1))
            : throw new InvalidDataException(
                $"Secret {secret.PublicId} names a value that is not there."
            );
    }

    /// <summary>A row without a version; what it is comes with <see cref="Update"/>.</summary>
    public void Insert(SecretRow secret)
    {
        secret.Id =
            _insert.Number(
                secret.PublicId.ToBytes(),
                (long)secret.Store,
                (long)secret.Kind,
                secret.Name,
                secret.CreatedAt
            ) ?? throw new InvalidDataException("An inserted secret has no id.");
        secret.Written = new() { Name = secret.Name };
    }

    /// <summary>The number of the row that holds the secret's state as a version; a value of its own, or the one that it keeps.</summary>
    public long InsertVersion(
        SecretRow secret,
        SecretChange change,
        byte[]? sealedValue,
        string createdBy
    ) =>
        _insertVersion.Number(
            secret.Id,
            secret.Version,
            secret.VersionId,
            (long)change,
            secret.Name,
            sealedValue,
            sealedValue is null ? secret.ValueId : 0L,
            secret.IsActive,
            secret.IsReserved,
            secret.ExpiresAt,
            secret.DeletedAt,
            secret.UpdatedAt,
            createdBy
        ) ?? throw new InvalidDataException("An inserted version has no id.");

    /// <summary>
    /// What stands in indexes is written only when it changed: the database would write their pages anew for the same words, and of
    /// 100,000 secrets that is one more page at random with every write.
    /// </summary>
    public void Update(SecretRow secret)
    {
        _update.ExecuteOne(
            secret.Id,
            secret.IsActive,
            secret.IsReserved,
            secret.Version,
            secret.VersionId,
            secret.ValueId,
            secret.PreviousValueId,
            secret.PreviousUntil,
            secret.ExpiresAt,
            secret.UpdatedAt
        );
        if (!secret.Written.HasIndexesOf(secret.State))
        {
            _updateIndexed.ExecuteOne(secret.Id, secret.Name, secret.DeletedAt);
        }

        secret.Written = secret.State;
    }

    internal static SecretRow Read(PreparedRows row)
    {
        var secret = new SecretRow
        {
            Id = row.GetInt64(0),
            PublicId = SecretId.FromBytes(row.Bytes(1)),
            Store = (SecretStore)row.GetInt64(2),
            Kind = (SecretKind)row.GetInt64(3),
            Name = row.GetString(4),
            IsActive = row.GetBoolean(5),
            IsReserved = row.GetBoolean(6),
            Version = row.GetInt64(7),
            VersionId = row.GetInt64(8),
            ValueId = row.GetInt64(9),
            PreviousValueId = row.GetInt64(10),
            PreviousUntil = row.OptionalTime(11),
            ExpiresAt = row.OptionalTime(12),
            DeletedAt = row.OptionalTime(13),
            LastUsedAt = row.OptionalTime(14),
            CreatedAt = row.Time(15),
            UpdatedAt = row.Time(16),
        };
        secret.Written = secret.State;
        return secret;
    }
}
