using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Secrets;

/// <summary>What workflows look up: items by name, and generated keys.</summary>
internal sealed class WorkflowCommands : ICommandSet<WorkflowCommands>
{
    private readonly PreparedCommand _usable;
    private readonly PreparedCommand _nameExists;
    private readonly PreparedCommand _findByHash;
    private readonly PreparedCommand _insertKey;
    private readonly PreparedCommand _forgetRotated;
    private readonly PreparedCommand _end;
    private readonly PreparedCommand _forget;

    private WorkflowCommands(DbConnection connection)
    {
        // The store is written out, so that the partial index on the names of this store is taken.
        _usable = new(
            connection,
            $"""
            SELECT {SecretCommands.RowColumns} FROM secret s
            WHERE s.store = 2 AND s.name = $1 AND s.deleted_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > $2)
            LIMIT 2
            """
        );
        _nameExists = new(
            connection,
            "SELECT 1 FROM secret s WHERE s.store = 2 AND s.name = $1 AND s.deleted_at IS NULL LIMIT 1"
        );
        _findByHash = new(
            connection,
            $"""
            SELECT {SecretCommands.RowColumns} FROM workflow_key k JOIN secret s ON s.id = k.secret_id
            WHERE k.hash = $1 AND (k.valid_until IS NULL OR k.valid_until > $2)
            """
        );
        _insertKey = new(
            connection,
            "INSERT INTO workflow_key (secret_id, hash, created_at) VALUES ($1, $2, $3)"
        );
        _forgetRotated = new(
            connection,
            "DELETE FROM workflow_key WHERE secret_id = $1 AND valid_until IS NOT NULL"
        );
        _end = new(
            connection,
            "UPDATE workflow_key SET valid_until = $2 WHERE secret_id = $1 AND valid_until IS NULL"
        );
        _forget = new(connection, "DELETE FROM workflow_key WHERE secret_id = $1");
    }

    public static WorkflowCommands Create(DbConnection connection) => new(connection);

    /// <summary>Two at most of the items with this name that expire after a moment or never: more make no difference.</summary>
    public List<SecretRow> Usable(string name, DateTimeOffset expiresAfter)
    {
        var items = new List<SecretRow>(2);
        using var row = _usable.Query(name, expiresAfter);
        while (row.Read())
        {
            items.Add(SecretCommands.Read(row));
        }

        return items;
    }

    /// <summary>Whether an item has this name, expired or not.</summary>
    public bool NameExists(string name) => _nameExists.Any(name);

    /// <summary>The item whose key has this hash and is valid now; the item itself may be neither active nor unexpired.</summary>
    public SecretRow? FindByHash(byte[] hash, DateTimeOffset now)
    {
        using var row = _findByHash.Query(hash, now);
        return row.Read() ? SecretCommands.Read(row) : null;
    }

    public void InsertKey(SecretRow item, byte[] hash, DateTimeOffset now) =>
        _insertKey.ExecuteOne(item.Id, hash, now);

    /// <summary>The present key is valid until then; what was rotated before is worth nothing any more.</summary>
    public void EndPresentKey(SecretRow item, DateTimeOffset until)
    {
        _forgetRotated.Execute(item.Id);
        _end.ExecuteOne(item.Id, until);
    }

    public void ForgetKeys(long secretId) => _forget.Execute(secretId);
}
