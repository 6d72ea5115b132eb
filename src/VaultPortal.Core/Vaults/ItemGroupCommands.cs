using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>Prepared reads and writes of groups.</summary>
internal sealed class ItemGroupCommands : ICommandSet<ItemGroupCommands>
{
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _insert;
    private readonly PreparedCommand _rename;
    private readonly PreparedCommand _archive;
    private readonly PreparedCommand _hasItems;

    private ItemGroupCommands(DbConnection connection)
    {
        _find = new(
            connection,
            "SELECT id, public_id, vault_id, name, created_at, archived_at FROM item_group WHERE public_id = $1"
        );
        _insert = new(
            connection,
            "INSERT INTO item_group (public_id, vault_id, name, created_at) VALUES ($1, $2, $3, $4)"
        );
        _rename = new(connection, "UPDATE item_group SET name = $2 WHERE id = $1");
        _archive = new(connection, "UPDATE item_group SET archived_at = $2 WHERE id = $1");
        _hasItems = new(
            connection,
            "SELECT 1 FROM vault_item WHERE vault_id = $1 AND group_id = $2 AND archived_at IS NULL LIMIT 1"
        );
    }

    public static ItemGroupCommands Create(DbConnection connection) => new(connection);

    /// <summary>The group, archived or not, in whatever vault.</summary>
    public ItemGroup? Find(PublicId id)
    {
        using var row = _find.Query(id);
        return row.Read()
            ? new ItemGroup
            {
                Id = row.GetInt64(0),
                PublicId = row.Id(1),
                VaultId = row.GetInt64(2),
                Name = row.GetString(3),
                CreatedAt = row.Time(4),
                ArchivedAt = row.OptionalTime(5),
            }
            : null;
    }

    public void Insert(PublicId id, long vaultId, string name, DateTimeOffset now) =>
        _insert.ExecuteOne(id, vaultId, name, now);

    public void Rename(long id, string name) => _rename.ExecuteOne(id, name);

    public void Archive(long id, DateTimeOffset now) => _archive.ExecuteOne(id, now);

    /// <summary>Whether active items stand in the group.</summary>
    public bool HasItems(ItemGroup group) => _hasItems.Any(group.VaultId, group.Id);
}
