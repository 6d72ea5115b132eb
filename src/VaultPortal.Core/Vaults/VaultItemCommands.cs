using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>Prepared reads and writes of items and fields: the product's hottest path. Columns are compared with the model by a test.</summary>
internal sealed class VaultItemCommands : ICommandSet<VaultItemCommands>
{
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _findByField;
    private readonly PreparedCommand _insert;
    private readonly PreparedCommand _update;
    private readonly PreparedCommand _expiry;
    private readonly PreparedCommand _fields;
    private readonly PreparedCommand _fieldsWithValues;
    private readonly PreparedCommand _fieldExists;
    private readonly PreparedCommand _instanceExists;
    private readonly PreparedCommand _insertField;
    private readonly PreparedCommand _insertInstance;
    private readonly PreparedCommand _updateField;
    private readonly PreparedCommand _archiveField;
    private readonly PreparedCommand _fieldExpiry;
    private readonly PreparedCommand _list;
    private readonly PreparedCommand _archived;

    private VaultItemCommands(DbConnection connection)
    {
        const string item = """
            SELECT i.id, i.public_id, i.vault_id, i.name, i.type, i.websites, i.group_id, g.public_id, i.detail_version,
                   i.detail_checkpoint, i.field_count, i.created_at, i.updated_at, i.archived_at, i.expires_at, v.public_id,
                   v.name, v.archived_at, i.permission_version, i.permission_checkpoint, i.changed
            FROM vault_item i JOIN vault v ON v.id = i.vault_id LEFT JOIN item_group g ON g.id = i.group_id
            """;
        _find = new(connection, $"{item} WHERE i.public_id = $1");
        _findByField = new(
            connection,
            $"{item} WHERE i.id = (SELECT item_id FROM field WHERE public_id = $1 AND archived_at IS NULL)"
        );
        _list = new(
            connection,
            $"{item} WHERE i.vault_id = $1 AND i.archived_at IS NULL ORDER BY i.id"
        );
        _archived = new(
            connection,
            $"{item} WHERE i.vault_id = $1 AND i.archived_at IS NOT NULL ORDER BY i.archived_at DESC, i.id DESC"
        );
        _insert = new(
            connection,
            """
            INSERT INTO vault_item (public_id, vault_id, name, type, websites, detail_version, detail_checkpoint, field_count,
                permission_version, permission_checkpoint, created_by_kind, created_by_id, created_at, updated_at, changed)
            VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, $6, $7, $8, $8, $9) RETURNING id
            """
        );
        _update = new(
            connection,
            """
            UPDATE vault_item SET name = $2, type = $3, websites = $4, detail_version = $5, detail_checkpoint = $6,
                field_count = $7, updated_at = $8, archived_at = $9, group_id = $10, permission_version = $11,
                permission_checkpoint = $12, changed = $13
            WHERE id = $1
            """
        );
        // Apart from the rest: it stands in an index, whose entries every statement that names it writes anew.
        _expiry = new(connection, "UPDATE vault_item SET expires_at = $2 WHERE id = $1");
        const string field = """
            SELECT id, public_id, name, type, sort_order, instance_sequence, instance_id, length(value), dek_version, asset_id,
                   updated_at, expires_at
            """;
        const string active =
            "FROM field WHERE item_id = $1 AND archived_at IS NULL ORDER BY sort_order, public_id";
        _fields = new(connection, $"{field} {active}");
        _fieldsWithValues = new(connection, $"{field}, value {active}");
        _fieldExists = new(connection, "SELECT 1 FROM field WHERE public_id = $1");
        _instanceExists = new(connection, "SELECT 1 FROM field_instance WHERE public_id = $1");
        _insertField = new(
            connection,
            """
            INSERT INTO field (public_id, item_id, name, type, sort_order, instance_sequence, instance_id, value, dek_version,
                asset_id, updated_at)
            VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, $10) RETURNING id
            """
        );
        _insertInstance = new(
            connection,
            """
            INSERT INTO field_instance (public_id, field_id, field_name, field_type, value, dek_version, asset_id, detail_version,
                created_at, created_by_kind, created_by_id, previous)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING sequence
            """
        );
        _updateField = new(
            connection,
            """
            UPDATE field SET name = $2, type = $3, sort_order = $4, instance_sequence = $5, instance_id = $6, value = $7,
                dek_version = $8, asset_id = $9, updated_at = $10
            WHERE id = $1
            """
        );
        _archiveField = new(
            connection,
            "UPDATE field SET archived_at = $2, updated_at = $2 WHERE id = $1"
        );
        _fieldExpiry = new(connection, "UPDATE field SET expires_at = $2 WHERE id = $1");
    }

    public static VaultItemCommands Create(DbConnection connection) => new(connection);

    public ItemRow? Find(PublicId id)
    {
        using var row = _find.Query(id);
        return row.Read() ? ReadItem(row) : null;
    }

    /// <summary>The item in which this field is active.</summary>
    public ItemRow? FindByField(PublicId fieldId)
    {
        using var row = _findByField.Query(fieldId);
        return row.Read() ? ReadItem(row) : null;
    }

    public List<ItemRow> ActiveOf(long vaultId) => Read(_list, vaultId);

    /// <summary>Those archived last first.</summary>
    public List<ItemRow> ArchivedOf(long vaultId) => Read(_archived, vaultId);

    private static List<ItemRow> Read(PreparedCommand list, long vaultId)
    {
        using var row = list.Query(vaultId);
        var items = new List<ItemRow>();
        while (row.Read())
        {
            items.Add(ReadItem(row));
        }

        return items;
    }

    public List<FieldRow> FieldsOf(long itemId, bool withValues = false)
    {
        using var row = (withValues ? _fieldsWithValues : _fields).Query(itemId);
        var fields = new List<FieldRow>();
        while (row.Read())
        {
            fields.Add(
                new FieldRow
                {
                    Id = row.GetInt64(0),
                    PublicId = row.Id(1),
                    Name = row.GetString(2),
                    Type = (FieldType)row.GetInt32(3),
                    Order = row.GetInt32(4),
                    InstanceSequence = row.GetInt64(5),
                    InstanceId = row.Id(6),
                    ValueLength = row.IsDBNull(7) ? null : row.GetInt32(7),
                    DekVersion = row.GetInt32(8),
                    AssetId = row.OptionalId(9),
                    UpdatedAt = row.Time(10),
                    ExpiresAt = row.OptionalTime(11),
                    Value = withValues ? row.OptionalBytes(12) : null,
                }
            );
        }

        return fields;
    }

    /// <summary>Whether this field id was ever used, in whatever item, archived or not.</summary>
    public bool FieldExists(PublicId id) => _fieldExists.Any(id);

    public bool InstanceExists(PublicId id) => _instanceExists.Any(id);

    public void Insert(ItemRow item, PrincipalRef creator, long commit) =>
        item.Id =
            _insert.Number(
                item.PublicId,
                item.VaultId,
                item.Name,
                item.Type,
                VaultCommands.Websites(item.Websites),
                creator.Kind,
                creator.Id,
                item.CreatedAt,
                item.Changed = commit
            ) ?? throw new InvalidDataException("An inserted item has no id.");

    public void Update(ItemRow item, long commit) =>
        _update.ExecuteOne(
            item.Id,
            item.Name,
            item.Type,
            VaultCommands.Websites(item.Websites),
            item.DetailVersion,
            item.DetailCheckpoint,
            (long)item.FieldCount,
            item.UpdatedAt,
            item.ArchivedAt,
            item.GroupRow,
            item.PermissionVersion,
            item.PermissionCheckpoint,
            item.Changed = commit
        );

    /// <summary>Null = it does not expire. <see cref="Update"/> leaves it alone.</summary>
    public void SetExpiry(ItemRow item) => _expiry.ExecuteOne(item.Id, item.ExpiresAt);

    public void ArchiveField(long id, DateTimeOffset now) => _archiveField.ExecuteOne(id, now);

    /// <summary>Null = it does not expire.</summary>
    public void SetFieldExpiry(long id, DateTimeOffset? expiresAt) =>
        _fieldExpiry.ExecuteOne(id, expiresAt);

    /// <summary>Writes the field's new instance and makes it the active one; a field without a row gets one.</summary>
    public void PutInstance(long itemId, FieldRow field, long detailVersion, PrincipalRef by)
    {
        if (field.Id == 0)
        {
            field.Id =
                _insertField.Number(
                    field.PublicId,
                    itemId,
                    field.Name,
                    field.Type,
                    (long)field.Order,
                    field.InstanceId,
                    field.Value,
                    (long)field.DekVersion,
                    field.AssetId,
                    field.UpdatedAt
                ) ?? throw new InvalidDataException("An inserted field has no id.");
        }

        field.InstanceSequence =
            _insertInstance.Number(
                field.InstanceId,
                field.Id,
                field.Name,
                field.Type,
                field.Value,
                (long)field.DekVersion,
                field.AssetId,
                detailVersion,
                field.UpdatedAt,
                by.Kind,
                by.Id,
                field.InstanceSequence
            ) ?? throw new InvalidDataException("An inserted instance has no sequence.");
        _updateField.ExecuteOne(
            field.Id,
            field.Name,
            field.Type,
            (long)field.Order,
            field.InstanceSequence,
            field.InstanceId,
            field.Value,
            (long)field.DekVersion,
            field.AssetId,
            field.UpdatedAt
        );
    }

    private static ItemRow ReadItem(PreparedRows row) =>
        new()
        {
            Id = row.GetInt64(0),
            PublicId = row.Id(1),
            VaultId = row.GetInt64(2),
            Name = row.GetString(3),
            Type = (ItemType)row.GetInt32(4),
            Websites = VaultCommands.Websites(row.GetString(5)),
            GroupRow = row.OptionalLong(6),
            GroupId = row.OptionalId(7),
            DetailVersion = row.GetInt64(8),
            DetailCheckpoint = row.GetInt64(9),
            FieldCount = row.GetInt32(10),
            CreatedAt = row.Time(11),
            UpdatedAt = row.Time(12),
            ArchivedAt = row.OptionalTime(13),
            ExpiresAt = row.OptionalTime(14),
            VaultPublicId = row.Id(15),
            VaultName = row.GetString(16),
            VaultArchivedAt = row.OptionalTime(17),
            PermissionVersion = row.GetInt64(18),
            PermissionCheckpoint = row.GetInt64(19),
            Changed = row.GetInt64(20),
        };
}

/// <summary>An item's row as the write path works on it.</summary>
internal sealed class ItemRow
{
    public long Id { get; set; }
    public PublicId PublicId { get; init; }
    public long VaultId { get; init; }
    public PublicId VaultPublicId { get; init; }
    public string VaultName { get; init; } = "";
    public DateTimeOffset? VaultArchivedAt { get; init; }
    public string Name { get; set; } = "";
    public ItemType Type { get; set; }
    public IReadOnlyList<string> Websites { get; set; } = [];

    /// <summary>The row of the group that it stands in; <see cref="GroupId"/> is the same group's id.</summary>
    public long? GroupRow { get; set; }
    public PublicId? GroupId { get; set; }
    public long DetailVersion { get; set; }
    public long DetailCheckpoint { get; set; }
    public long PermissionVersion { get; set; }
    public long PermissionCheckpoint { get; set; }
    public int FieldCount { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public long Changed { get; set; }

    public SummaryItem InSummary() => new(PublicId, Name, Type, Websites, GroupId);

    public DetailContent Detail(IEnumerable<FieldRow> fields) =>
        new(
            PublicId,
            VaultPublicId,
            DetailVersion,
            Name,
            Type,
            Websites,
            GroupId,
            [.. fields.Select(f => f.InDetail())]
        );
}

/// <summary>A field's row with its active instance. <see cref="Value"/> is loaded only when it was asked for.</summary>
internal sealed class FieldRow
{
    public long Id { get; set; }
    public PublicId PublicId { get; init; }
    public string Name { get; set; } = "";
    public FieldType Type { get; set; }
    public int Order { get; set; }
    public long InstanceSequence { get; set; }
    public PublicId InstanceId { get; set; }
    public int? ValueLength { get; set; }
    public byte[]? Value { get; set; }
    public int DekVersion { get; set; }
    public PublicId? AssetId { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }

    public DetailField InDetail() =>
        new(PublicId, Name, Type, Order, [InstanceId], AssetId is { } asset ? [asset] : []);
}
