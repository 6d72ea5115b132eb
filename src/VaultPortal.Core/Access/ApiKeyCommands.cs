using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

internal sealed class ApiKeyCommands : ICommandSet<ApiKeyCommands>
{
    private readonly PreparedCommand _agent;
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _byId;
    private readonly PreparedCommand _revoke;
    private readonly PreparedCommand _rotated;
    private readonly PreparedCommand _ofOwner;
    private readonly PreparedCommand _all;

    private ApiKeyCommands(DbConnection connection)
    {
        _agent = new(
            connection,
            "SELECT id FROM agent WHERE public_id = $1 AND owner_id = $2 AND archived_at IS NULL"
        );
        const string key =
            "SELECT id, public_id, owner_id, format, successor_id, created_at, expires_at, is_ending FROM api_key";
        _find = new(connection, $"{key} WHERE public_id = $1");
        _byId = new(connection, $"{key} WHERE id = $1");
        _revoke = new(
            connection,
            "UPDATE api_key SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1"
        );
        _rotated = new(
            connection,
            "UPDATE api_key SET successor_id = $2, expires_at = $3 WHERE id = $1 AND successor_id IS NULL"
        );
        const string list = """
            SELECT k.public_id, k.name, k.access_key, k.format, k.scope, a.public_id, a.email, g.name, k.permissions, k.allow_list,
                   k.created_at, k.expires_at, k.revoked_at, k.successor_id IS NOT NULL, k.last_used_at, k.last_used_address
            FROM api_key k JOIN account a ON a.id = k.owner_id LEFT JOIN agent g ON g.id = k.agent_id
            """;
        _ofOwner = new(connection, $"{list} WHERE k.owner_id = $1 ORDER BY k.id DESC");
        _all = new(connection, $"{list} ORDER BY k.id DESC");
    }

    public static ApiKeyCommands Create(DbConnection connection) => new(connection);

    public long? FindActiveAgent(PublicId id, long ownerId) => _agent.Number(id, ownerId);

    public KeptKey? Find(PublicId id) => Read(_find, id);

    public KeptKey? Find(long id) => Read(_byId, id);

    /// <summary>From now on; a key that is revoked already keeps its time.</summary>
    public void Revoke(long id, DateTimeOffset now) => _revoke.ExecuteOne(id, now);

    /// <summary>Gives the key its successor, and the time when it ends itself.</summary>
    public void Rotated(long id, long successorId, DateTimeOffset ends) =>
        _rotated.ExecuteOne(id, successorId, ends);

    /// <summary>The keys of an account, or everybody's; newest first.</summary>
    public List<ApiKeyListEntry> List(long? ownerId)
    {
        var entries = new List<ApiKeyListEntry>();
        using var row = ownerId is { } owner ? _ofOwner.Query(owner) : _all.Query();
        while (row.Read())
        {
            entries.Add(
                new ApiKeyListEntry
                {
                    Id = row.Id(0),
                    Name = row.GetString(1),
                    AccessKey = row.GetString(2),
                    Format = (ApiKeyFormat)row.GetInt32(3),
                    Scope = (ApiKeyScope)row.GetInt32(4),
                    OwnerId = row.Id(5),
                    OwnerName = row.GetString(6),
                    AgentName = row.OptionalString(7),
                    Permissions = [.. PermissionNames.ToNames((Permissions)row.GetInt64(8))],
                    AllowList = AllowList.ToEntries(row.GetString(9)),
                    CreatedAt = row.Time(10),
                    ExpiresAt = row.OptionalTime(11),
                    RevokedAt = row.OptionalTime(12),
                    IsRotated = row.GetBoolean(13),
                    LastUsedAt = row.OptionalTime(14),
                    LastUsedAddress = row.OptionalString(15),
                }
            );
        }

        return entries;
    }

    private static KeptKey? Read(PreparedCommand command, object id)
    {
        using var row = command.Query(id);
        return row.Read()
            ? new KeptKey(
                row.GetInt64(0),
                row.Id(1),
                row.GetInt64(2),
                (ApiKeyFormat)row.GetInt32(3),
                row.OptionalLong(4),
                row.Time(5),
                row.OptionalTime(6),
                row.GetBoolean(7)
            )
            : null;
    }
}

/// <summary>What ending and rotating a key ask of it.</summary>
internal sealed record KeptKey(
    long Id,
    PublicId PublicId,
    long OwnerId,
    ApiKeyFormat Format,
    long? SuccessorId,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    bool IsEnding
);
