using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>Prepared reads and writes of attachments.</summary>
internal sealed class AssetCommands : ICommandSet<AssetCommands>
{
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _insert;
    private readonly PreparedCommand _append;
    private readonly PreparedCommand _complete;
    private readonly PreparedCommand _part;
    private readonly PreparedCommand _count;
    private readonly PreparedCommand _unnamed;
    private readonly PreparedCommand _forgotten;
    private readonly PreparedCommand _deleteParts;
    private readonly PreparedCommand _delete;
    private readonly PreparedCommand _references;

    private AssetCommands(DbConnection connection)
    {
        _find = new(
            connection,
            """
            SELECT id, public_id, vault_id, dek_version, size, reference_count, created_at, completed_at
            FROM asset WHERE public_id = $1
            """
        );
        _insert = new(
            connection,
            """
            INSERT INTO asset (public_id, vault_id, dek_version, size, reference_count, created_by_kind, created_by_id, created_at)
            VALUES ($1, $2, $3, 0, 0, $4, $5, $6) RETURNING id
            """
        );
        _append = new(
            connection,
            """
            INSERT INTO asset_chunk (asset_id, position, bytes)
            SELECT id, $2, $3 FROM asset WHERE id = $1 AND completed_at IS NULL
            """
        );
        _complete = new(
            connection,
            "UPDATE asset SET size = $2, completed_at = $3 WHERE id = $1 AND completed_at IS NULL"
        );
        _part = new(
            connection,
            "SELECT bytes FROM asset_chunk WHERE asset_id = $1 AND position = $2"
        );
        _count = new(
            connection,
            "UPDATE asset SET reference_count = reference_count + 1 WHERE public_id = $1 AND completed_at IS NOT NULL"
        );
        _unnamed = new(
            connection,
            "SELECT count(*) FROM asset WHERE reference_count = 0 AND created_by_kind = $1 AND created_by_id = $2"
        );
        _forgotten = new(
            connection,
            "SELECT id FROM asset WHERE reference_count = 0 AND created_at <= $1 ORDER BY created_at LIMIT $2"
        );
        _deleteParts = new(connection, "DELETE FROM asset_chunk WHERE asset_id = $1");
        _delete = new(connection, "DELETE FROM asset WHERE id = $1");
        _references = new(
            connection,
            """
            SELECT i.public_id, i.changed, i.expires_at, f.expires_at, i.type, f.type, n.field_type
            FROM field_instance n JOIN field f ON f.id = n.field_id JOIN vault_item i ON i.id = f.item_id
            WHERE n.asset_id = $2 AND i.vault_id = $1 AND i.archived_at IS NULL
              AND ($3 = 1 OR EXISTS (
                SELECT 1 FROM access_grant g
                WHERE g.principal_kind = $4 AND g.principal_id = $5 AND g.asset_kind = 2 AND g.asset_id = i.id
                  AND g.ended IS NULL))
            """
        );
    }

    public static AssetCommands Create(DbConnection connection) => new(connection);

    /// <summary>The attachment, complete or not, of whatever vault.</summary>
    public Asset? Find(PublicId id)
    {
        using var row = _find.Query(id);
        return row.Read()
            ? new Asset
            {
                Id = row.GetInt64(0),
                PublicId = row.Id(1),
                VaultId = row.GetInt64(2),
                DekVersion = row.GetInt32(3),
                Size = row.GetInt64(4),
                References = row.GetInt64(5),
                CreatedAt = row.Time(6),
                CompletedAt = row.OptionalTime(7),
            }
            : null;
    }

    /// <summary>Begins an attachment that nobody sees yet, and answers its row.</summary>
    public long Insert(
        PublicId id,
        long vaultId,
        int dekVersion,
        PrincipalRef creator,
        DateTimeOffset now
    ) =>
        _insert.Number(id, vaultId, dekVersion, creator.Kind, creator.Id, now)
        ?? throw new InvalidDataException("An inserted attachment has no id.");

    public void Append(long id, int position, byte[] bytes) =>
        _append.ExecuteOne(id, position, bytes);

    public void Complete(long id, long size, DateTimeOffset now) =>
        _complete.ExecuteOne(id, size, now);

    /// <summary>A part of the encrypted bytes; null after the last.</summary>
    public byte[]? Part(long id, int position)
    {
        using var row = _part.Query(id, position);
        return row.Read() ? row.Bytes(0) : null;
    }

    public void CountReference(PublicId id) => _count.ExecuteOne(id);

    /// <summary>How many attachments of this principal nothing names, incomplete ones included.</summary>
    public long UnnamedOf(PrincipalRef principal) =>
        _unnamed.Number(principal.Kind, principal.Id) ?? 0;

    /// <summary>Attachments that nothing names, begun before a moment, oldest first.</summary>
    public List<long> Forgotten(DateTimeOffset before, int most)
    {
        using var row = _forgotten.Query(before, most);
        var ids = new List<long>();
        while (row.Read())
        {
            ids.Add(row.GetInt64(0));
        }

        return ids;
    }

    public void Delete(long id)
    {
        _deleteParts.Execute(id);
        _delete.ExecuteOne(id);
    }

    /// <summary>
    /// A field of an active item that names the attachment, now or in its past, and has not expired; one that has expired where there is
    /// no other, and of those first one that is not refused; null where there is none.
    /// </summary>
    /// <param name="isRefused">Asked only of what has expired.</param>
    /// <param name="readsVault">Whether all items of the vault count, or those only that are granted to the principal.</param>
    public AssetReference? Reference(
        Asset asset,
        bool readsVault,
        PrincipalRef principal,
        DateTimeOffset now,
        Func<AssetReference, bool> isRefused
    )
    {
        using var row = _references.Query(
            asset.VaultId,
            asset.PublicId,
            readsVault,
            principal.Kind,
            principal.Id
        );
        AssetReference? refused = null;
        AssetReference? warned = null;
        while (row.Read())
        {
            var found = new AssetReference(
                row.Id(0),
                row.GetInt64(1),
                row.OptionalTime(2),
                row.OptionalTime(3),
                (ItemType)row.GetInt32(4),
                (FieldType)row.GetInt32(5),
                (FieldType)row.GetInt32(6)
            );
            if (!found.IsExpired(now))
            {
                return found;
            }

            if (warned is null && isRefused(found))
            {
                refused = found;
            }
            else
            {
                warned ??= found;
            }
        }

        return warned ?? refused;
    }
}

/// <summary>The item by which an attachment is read, as it was when it was found.</summary>
/// <param name="Changed">The commit that had changed the item last.</param>
/// <param name="FieldType">What the field is now.</param>
/// <param name="TypeThen">What it was when it named the attachment.</param>
internal readonly record struct AssetReference(
    PublicId ItemId,
    long Changed,
    DateTimeOffset? ItemExpiresAt,
    DateTimeOffset? FieldExpiresAt,
    ItemType ItemType,
    FieldType FieldType,
    FieldType TypeThen
)
{
    public bool IsExpired(DateTimeOffset now) =>
        VaultTraits.IsExpired(ItemExpiresAt, FieldExpiresAt, now);
}
