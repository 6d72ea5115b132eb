using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>What a principal reads or has read, by the commits in which it changed.</summary>
internal sealed class VaultSyncCommands : ICommandSet<VaultSyncCommands>
{
    private readonly PreparedCommand _head;
    private readonly PreparedCommand _grants;
    private readonly PreparedCommand _itemGrants;
    private readonly PreparedCommand _allVaults;
    private readonly PreparedCommand _grantedVaults;
    private readonly PreparedCommand _items;

    private VaultSyncCommands(DbConnection connection)
    {
        _head = new(connection, "SELECT chain_id, batch FROM audit_head WHERE id = 1");
        _grants = new(
            connection,
            """
            SELECT COUNT(*) FROM access_grant
            WHERE principal_kind = $1 AND principal_id = $2 AND opened <= $3 AND (ended IS NULL OR ended > $4)
            """
        );
        _itemGrants = new(
            connection,
            """
            SELECT i.vault_id, i.id, i.changed, i.archived_at, g.opened, g.ended
            FROM access_grant g JOIN vault_item i ON i.id = g.asset_id
            WHERE g.principal_kind = $1 AND g.principal_id = $2 AND g.asset_kind = 2
            """
        );
        const string vaults = """
            SELECT v.id, v.public_id, v.name, v.classification, v.item_count, v.current_dek_version, v.created_at, v.updated_at,
                   v.archived_at, v.directory_checkpoint, v.changed, v.opened, g.opened, g.ended, g.level
            FROM vault v
            LEFT JOIN access_grant g
                ON g.principal_kind = $1 AND g.principal_id = $2 AND g.asset_kind = 1 AND g.asset_id = v.id
            WHERE v.id >= $3
            """;
        _allVaults = new(connection, $"{vaults} ORDER BY v.id");
        _grantedVaults = new(
            connection,
            $"""
            {vaults} AND v.id IN (
                SELECT asset_id FROM access_grant WHERE principal_kind = $1 AND principal_id = $2 AND asset_kind = 1
                UNION
                SELECT i.vault_id FROM access_grant ig JOIN vault_item i ON i.id = ig.asset_id
                WHERE ig.principal_kind = $1 AND ig.principal_id = $2 AND ig.asset_kind = 2)
            ORDER BY v.id
            """
        );
        _items = new(
            connection,
            """
            SELECT i.id, i.public_id, i.name, i.type, i.websites, g.public_id, i.field_count, i.created_at, i.updated_at,
                   i.archived_at, i.expires_at, i.changed
            FROM vault_item i LEFT JOIN item_group g ON g.id = i.group_id
            WHERE i.vault_id = $1 AND i.changed > $2 AND i.id > $3 ORDER BY i.id
            """
        );
    }

    public static VaultSyncCommands Create(DbConnection connection) => new(connection);

    /// <summary>The id of the chain of commits and the number of the last one.</summary>
    public (string ChainId, long Commit) Head()
    {
        using var row = _head.Query();
        return row.Read() ? (row.GetString(0), row.GetInt64(1)) : ("", 0);
    }

    /// <summary>How many of the principal's grants were there at commit <paramref name="seen"/> and lasted beyond <paramref name="after"/>.</summary>
    public long CountGrants(PrincipalRef principal, long seen, long after) =>
        _grants.Number(principal.Kind, principal.Id, seen, after)!.Value;

    /// <summary>The principal's grants on single items, lasting or ended: by the row of the vault, then by that of the item.</summary>
    public Dictionary<long, Dictionary<long, ItemGrantSpan>> ItemGrants(PrincipalRef principal)
    {
        var vaults = new Dictionary<long, Dictionary<long, ItemGrantSpan>>();
        using var row = _itemGrants.Query(principal.Kind, principal.Id);
        while (row.Read())
        {
            if (!vaults.TryGetValue(row.GetInt64(0), out var items))
            {
                vaults.Add(row.GetInt64(0), items = []);
            }

            items.Add(
                row.GetInt64(1),
                new ItemGrantSpan(
                    new GrantSpan(row.GetInt64(4), row.OptionalLong(5)),
                    row.GetInt64(2),
                    !row.IsDBNull(3)
                )
            );
        }

        return vaults;
    }

    /// <summary>The vaults from a row on, archived ones too, that the principal has or had to do with; in the order of their rows.</summary>
    public IEnumerable<SyncVaultRow> Vaults(PrincipalRef principal, bool all, long from)
    {
        using var row = (all ? _allVaults : _grantedVaults).Query(
            principal.Kind,
            principal.Id,
            from
        );
        while (row.Read())
        {
            yield return new SyncVaultRow(
                row.GetInt64(0),
                new VaultRow
                {
                    Id = row.Id(1),
                    Name = row.GetString(2),
                    Classification = (DataClassification?)row.OptionalLong(3),
                    ItemCount = row.GetInt32(4),
                    CurrentDekVersion = row.GetInt32(5),
                    CreatedAt = row.Time(6),
                    UpdatedAt = row.Time(7),
                    Access =
                        row.IsDBNull(13) && row.OptionalLong(14) is { } level ? (AccessLevel)level
                        : all ? AccessLevel.Read
                        : null,
                    ItemGrantsOnly = false,
                },
                row.GetInt64(9),
                new SyncedVault(
                    row.GetInt64(10),
                    row.GetInt64(11),
                    !row.IsDBNull(8),
                    row.OptionalLong(12) is { } opened
                        ? new GrantSpan(opened, row.OptionalLong(13))
                        : null
                )
            );
        }
    }

    /// <summary>The items of a vault, archived ones too, that changed after a commit and stand after a row; in the order of their rows.</summary>
    public IEnumerable<SyncItemRow> Items(long vault, long changedAfter, long after)
    {
        using var row = _items.Query(vault, changedAfter, after);
        while (row.Read())
        {
            yield return new SyncItemRow(
                row.GetInt64(0),
                new VaultItemRow
                {
                    Id = row.Id(1),
                    Name = row.GetString(2),
                    Type = (ItemType)row.GetInt32(3),
                    Websites = VaultCommands.Websites(row.GetString(4)),
                    GroupId = row.OptionalId(5),
                    FieldCount = row.GetInt32(6),
                    CreatedAt = row.Time(7),
                    UpdatedAt = row.Time(8),
                    ExpiresAt = row.OptionalTime(10),
                },
                row.GetInt64(11),
                !row.IsDBNull(9)
            );
        }
    }
}

internal sealed record SyncVaultRow(
    long Row,
    VaultRow Vault,
    long DirectoryCheckpoint,
    SyncedVault State
);

internal sealed record SyncItemRow(long Row, VaultItemRow Item, long Changed, bool Archived);
