using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>Prepared reads and writes of agents and of what ends with one.</summary>
internal sealed class AgentCommands : ICommandSet<AgentCommands>
{
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _list;
    private readonly PreparedCommand _count;
    private readonly PreparedCommand _archive;
    private readonly PreparedCommand _lastApiKey;
    private readonly PreparedCommand _revokeApiKeys;
    private readonly PreparedCommand _endGrants;
    private readonly PreparedCommand _registeredKeys;

    private AgentCommands(DbConnection connection)
    {
        _find = new(
            connection,
            "SELECT id, owner_id, name, archived_at FROM agent WHERE public_id = $1"
        );
        _list = new(
            connection,
            """
            SELECT n.public_id, n.name, a.public_id, a.email, n.created_at,
                (SELECT COUNT(*) FROM api_key k WHERE k.owner_id = n.owner_id AND k.agent_id = n.id AND k.revoked_at IS NULL
                    AND (k.expires_at IS NULL OR k.expires_at > $2)),
                (SELECT MAX(k.last_used_at) FROM api_key k WHERE k.owner_id = n.owner_id AND k.agent_id = n.id),
                (SELECT r.fingerprint FROM registered_key r WHERE r.owner_kind = 2 AND r.owner_id = n.id AND r.state = 1),
                n.owner_id,
                (SELECT r.public_id FROM registered_key r WHERE r.owner_kind = 2 AND r.owner_id = n.id AND r.state = 1)
            FROM agent n JOIN account a ON a.id = n.owner_id
            WHERE n.archived_at IS NULL AND ($1 IS NULL OR n.owner_id = $1) ORDER BY n.id DESC
            """
        );
        _count = new(
            connection,
            "SELECT count(*) FROM agent WHERE owner_id = $1 AND archived_at IS NULL"
        );
        _archive = new(connection, "UPDATE agent SET archived_at = $2 WHERE id = $1");
        _lastApiKey = new(
            connection,
            "SELECT id FROM api_key WHERE owner_id = $1 AND agent_id = $2 ORDER BY id DESC LIMIT 1"
        );
        _revokeApiKeys = new(
            connection,
            "UPDATE api_key SET revoked_at = $3 WHERE owner_id = $1 AND agent_id = $2 AND revoked_at IS NULL"
        );
        _endGrants = new(
            connection,
            "UPDATE access_grant SET ended = $2 WHERE principal_kind = 2 AND principal_id = $1 AND ended IS NULL"
        );
        _registeredKeys = new(
            connection,
            "SELECT id FROM registered_key WHERE owner_kind = 2 AND owner_id = $1 AND state <> 3"
        );
    }

    public static AgentCommands Create(DbConnection connection) => new(connection);

    /// <summary>Whoever's it is, archived or not.</summary>
    public AgentRow? Find(PublicId id)
    {
        using var row = _find.Query(id);
        return row.Read()
            ? new AgentRow(
                row.GetInt64(0),
                id,
                row.GetInt64(1),
                row.GetString(2),
                row.OptionalTime(3)
            )
            : null;
    }

    /// <summary>The agents of an account, or everybody's, that are not archived; newest first.</summary>
    public List<AgentListEntry> List(long? ownerId, long callerId, DateTimeOffset now)
    {
        using var row = _list.Query(ownerId, now);
        var agents = new List<AgentListEntry>();
        while (row.Read())
        {
            agents.Add(
                new AgentListEntry
                {
                    Id = row.Id(0),
                    Name = row.GetString(1),
                    OwnerId = row.Id(2),
                    OwnerName = row.GetString(3),
                    CreatedAt = row.Time(4),
                    ActiveKeys = row.GetInt32(5),
                    LastUsedAt = row.OptionalTime(6),
                    KeyFingerprint = row.OptionalBytes(7) is { } print
                        ? Convert.ToHexStringLower(print)
                        : null,
                    IsOwn = row.GetInt64(8) == callerId,
                    KeyId = row.OptionalId(9),
                }
            );
        }

        return agents;
    }

    /// <summary>How many agents an account has that are not archived.</summary>
    public long Count(long ownerId) => _count.Number(ownerId)!.Value;

    public void Archive(AgentRow agent, DateTimeOffset now) => _archive.ExecuteOne(agent.Id, now);

    /// <summary>The row of the API key that was made last for the agent, whatever became of it.</summary>
    public long? LastApiKey(AgentRow agent) => _lastApiKey.Number(agent.OwnerId, agent.Id);

    public void RevokeApiKeys(AgentRow agent, DateTimeOffset now) =>
        _revokeApiKeys.Execute(agent.OwnerId, agent.Id, now);

    public void EndGrants(AgentRow agent, long commit) => _endGrants.Execute(agent.Id, commit);

    /// <summary>The rows of the keys that it registered and that are not retired.</summary>
    public List<long> RegisteredKeys(AgentRow agent)
    {
        using var row = _registeredKeys.Query(agent.Id);
        var keys = new List<long>();
        while (row.Read())
        {
            keys.Add(row.GetInt64(0));
        }

        return keys;
    }
}

internal sealed record AgentRow(
    long Id,
    PublicId PublicId,
    long OwnerId,
    string Name,
    DateTimeOffset? ArchivedAt
);
