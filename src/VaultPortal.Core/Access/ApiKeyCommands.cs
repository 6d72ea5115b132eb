using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

internal sealed class ApiKeyCommands : ICommandSet<ApiKeyCommands>
{
    private readonly PreparedCommand _agent;
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _revoke;

    private ApiKeyCommands(DbConnection connection)
    {
        _agent = new(
            connection,
            "SELECT id FROM agent WHERE public_id = $1 AND owner_id = $2 AND archived_at IS NULL"
        );
        _find = new(connection, "SELECT id, owner_id FROM api_key WHERE public_id = $1");
        _revoke = new(
            connection,
            "UPDATE api_key SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1"
        );
    }

    public static ApiKeyCommands Create(DbConnection connection) => new(connection);

    public long? FindActiveAgent(PublicId id, long ownerId) => _agent.Number(id, ownerId);

    public (long Id, long OwnerId)? Find(PublicId id)
    {
        using var row = _find.Query(id);
        return row.Read() ? (row.GetInt64(0), row.GetInt64(1)) : null;
    }

    /// <summary>From now on; a key that is revoked already keeps its time.</summary>
    public void Revoke(long id, DateTimeOffset now) => _revoke.ExecuteOne(id, now);
}
