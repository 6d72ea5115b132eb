using System.Data.Common;
using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>Prepared reads and writes of vaults. Columns are compared with the model by a test.</summary>
internal sealed class VaultCommands : ICommandSet<VaultCommands>
{
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _insert;
    private readonly PreparedCommand _update;
    private readonly PreparedCommand _items;
    private readonly PreparedCommand _groups;
    private readonly PreparedCommand _staleInstances;
    private readonly PreparedCommand _members;
    private readonly PreparedCommand _itemGrant;

    private VaultCommands(DbConnection connection)
    {
        _find = new(
            connection,
            """
            SELECT id, public_id, name, classification, current_dek_version, directory_version, directory_checkpoint,
                   summary_version, summary_checkpoint, permission_version, permission_checkpoint, item_count,
                   created_by_kind, created_by_id, rekey_due, created_at, updated_at, archived_at, changed, opened
            FROM vault WHERE public_id = $1
            """
        );
        _insert = new(
            connection,
            """
            INSERT INTO vault (public_id, name, classification, current_dek_version, directory_version, directory_checkpoint,
                summary_version, summary_checkpoint, permission_version, permission_checkpoint, item_count,
                created_by_kind, created_by_id, rekey_due, created_at, updated_at, changed, opened)
            VALUES ($1, $2, $3, $4, 0, 0, 0, 0, 0, 0, 0, $5, $6, 0, $7, $7, $8, $8) RETURNING id
            """
        );
        _update = new(
            connection,
            """
            UPDATE vault SET name = $2, classification = $3, directory_version = $4, directory_checkpoint = $5,
                summary_version = $6, summary_checkpoint = $7, permission_version = $8, permission_checkpoint = $9,
                item_count = $10, updated_at = $11, archived_at = $12, current_dek_version = $13, rekey_due = $14, changed = $15,
                opened = $16
            WHERE id = $1
            """
        );
        _items = new(
            connection,
            """
            SELECT i.public_id, i.name, i.type, NULLIF(i.websites, '[]'), g.public_id
            FROM vault_item i LEFT JOIN item_group g ON g.id = i.group_id
            WHERE i.vault_id = $1 AND i.archived_at IS NULL
            """
        );
        _groups = new(
            connection,
            "SELECT public_id, name FROM item_group WHERE vault_id = $1 AND archived_at IS NULL ORDER BY name, public_id"
        );
        _staleInstances = new(
            connection,
            """
            SELECT COUNT(*) FROM field f JOIN vault_item i ON i.id = f.item_id
            WHERE i.vault_id = $1 AND i.archived_at IS NULL AND f.archived_at IS NULL
              AND (f.value IS NOT NULL OR f.asset_id IS NOT NULL) AND f.dek_version < $2
            """
        );
        _itemGrant = new(
            connection,
            """
            SELECT 1 FROM access_grant g JOIN vault_item i ON i.id = g.asset_id
            WHERE g.principal_kind = $1 AND g.principal_id = $2 AND g.asset_kind = 2 AND g.ended IS NULL
              AND i.vault_id = $3 AND i.archived_at IS NULL LIMIT 1
            """
        );
        _members = new(
            connection,
            """
            SELECT g.principal_kind, COALESCE(a.public_id, n.public_id), COALESCE(a.email, n.name), g.level, g.created_at, g.principal_id
            FROM access_grant g
            LEFT JOIN account a ON g.principal_kind = 1 AND a.id = g.principal_id
            LEFT JOIN agent n ON g.principal_kind = 2 AND n.id = g.principal_id
            WHERE g.asset_kind = 1 AND g.asset_id = $1 AND g.ended IS NULL ORDER BY g.id
            """
        );
    }

    public static VaultCommands Create(DbConnection connection) => new(connection);

    public Vault? Find(PublicId id)
    {
        using var row = _find.Query(id);
        return row.Read()
            ? new Vault
            {
                Id = row.GetInt64(0),
                PublicId = row.Id(1),
                Name = row.GetString(2),
                Classification = (DataClassification?)row.OptionalLong(3),
                CurrentDekVersion = row.GetInt32(4),
                DirectoryVersion = row.GetInt64(5),
                DirectoryCheckpoint = row.GetInt64(6),
                SummaryVersion = row.GetInt64(7),
                SummaryCheckpoint = row.GetInt64(8),
                PermissionVersion = row.GetInt64(9),
                PermissionCheckpoint = row.GetInt64(10),
                ItemCount = row.GetInt32(11),
                CreatedByKind = (PrincipalKind)row.GetInt32(12),
                CreatedById = row.GetInt64(13),
                RekeyDue = row.GetBoolean(14),
                CreatedAt = row.Time(15),
                UpdatedAt = row.Time(16),
                ArchivedAt = row.OptionalTime(17),
                Changed = row.GetInt64(18),
                Opened = row.GetInt64(19),
            }
            : null;
    }

    public void Insert(Vault vault, long commit) =>
        vault.Id =
            _insert.Number(
                vault.PublicId,
                vault.Name,
                vault.Classification,
                (long)vault.CurrentDekVersion,
                vault.CreatedByKind,
                vault.CreatedById,
                vault.CreatedAt,
                vault.Changed = vault.Opened = commit
            ) ?? throw new InvalidDataException("An inserted vault has no id.");

    public void Update(Vault vault, long commit) =>
        _update.ExecuteOne(
            vault.Id,
            vault.Name,
            vault.Classification,
            vault.DirectoryVersion,
            vault.DirectoryCheckpoint,
            vault.SummaryVersion,
            vault.SummaryCheckpoint,
            vault.PermissionVersion,
            vault.PermissionCheckpoint,
            (long)vault.ItemCount,
            vault.UpdatedAt,
            vault.ArchivedAt,
            (long)vault.CurrentDekVersion,
            vault.RekeyDue,
            vault.Changed = commit,
            vault.Opened
        );

    /// <summary>The summary that the state stands for now, with the version of the newest one.</summary>
    public SummaryContent SummaryOf(Vault vault) =>
        new(
            vault.PublicId,
            vault.SummaryVersion,
            vault.Name,
            vault.Classification,
            vault.CurrentDekVersion,
            ItemsOf(vault.Id),
            GroupsOf(vault.Id)
        );

    public static DirectoryContent DirectoryOf(Vault vault) =>
        new(vault.PublicId, vault.DirectoryVersion, vault.Name, null, vault.Classification);

    public List<SummaryGroup> GroupsOf(long vaultId)
    {
        using var row = _groups.Query(vaultId);
        var groups = new List<SummaryGroup>();
        while (row.Read())
        {
            groups.Add(new SummaryGroup(row.Id(0), row.GetString(1)));
        }

        return groups;
    }

    /// <summary>Active fields whose value or attachment was sealed under an older data key.</summary>
    public int StaleInstances(Vault vault) =>
        vault.CurrentDekVersion == 1
            ? 0
            : (int)(_staleInstances.Number(vault.Id, (long)vault.CurrentDekVersion) ?? 0);

    public List<(
        PrincipalRef Principal,
        PublicId Id,
        string Name,
        AccessLevel Level,
        DateTimeOffset Since
    )> MembersOf(long vaultId)
    {
        using var row = _members.Query(vaultId);
        var members = new List<(PrincipalRef, PublicId, string, AccessLevel, DateTimeOffset)>();
        while (row.Read())
        {
            var principal = new PrincipalRef((PrincipalKind)row.GetInt32(0), row.GetInt64(5));
            members.Add(
                (principal, row.Id(1), row.GetString(2), (AccessLevel)row.GetInt32(3), row.Time(4))
            );
        }

        return members;
    }

    /// <summary>Whether the principal has a grant on an active item of the vault: then he sees that the vault exists.</summary>
    public bool HasItemGrant(PrincipalRef principal, long vaultId) =>
        _itemGrant.Any(principal.Kind, principal.Id, vaultId);

    public static IReadOnlyList<string> Websites(string json) =>
        json == "[]" ? [] : JsonSerializer.Deserialize<string[]>(json)!;

    public static string Websites(IReadOnlyList<string> websites) =>
        websites.Count == 0 ? "[]" : JsonSerializer.Serialize(websites);

    private List<SummaryItem> ItemsOf(long vaultId)
    {
        using var row = _items.Query(vaultId);
        var items = new List<SummaryItem>();
        while (row.Read())
        {
            items.Add(
                new SummaryItem(
                    row.Id(0),
                    row.GetString(1),
                    (ItemType)row.GetInt32(2),
                    row.OptionalString(3) is { } websites ? Websites(websites) : [],
                    row.OptionalId(4)
                )
            );
        }

        return items;
    }
}
