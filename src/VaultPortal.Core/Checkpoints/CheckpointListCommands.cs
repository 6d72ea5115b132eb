using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Checkpoints;

/// <summary>Finds the accepted checkpoints of a vault and its items: from the newest of each, which their rows name, backwards.</summary>
internal sealed class CheckpointListCommands : ICommandSet<CheckpointListCommands>
{
    private readonly PreparedCommand _list;

    private CheckpointListCommands(DbConnection connection) =>
        _list = new(
            connection,
            """
            WITH RECURSIVE
            item(public_id, detail_checkpoint, permission_checkpoint) AS (
                SELECT i.public_id, i.detail_checkpoint, i.permission_checkpoint FROM vault_item i
                WHERE i.vault_id = $1 AND ($2 IS NULL OR i.public_id = $2)
                  AND ($3 = 1 OR EXISTS (
                    SELECT 1 FROM access_grant g
                    WHERE g.principal_kind = $4 AND g.principal_id = $5 AND g.asset_kind = 2 AND g.asset_id = i.id
                      AND g.ended IS NULL))
            ),
            chain(sequence, kind, item) AS (
                SELECT directory_checkpoint, 1, NULL FROM vault WHERE id = $1 AND $2 IS NULL AND ($6 IS NULL OR $6 = 1)
                UNION ALL SELECT summary_checkpoint, 2, NULL FROM vault
                    WHERE id = $1 AND $2 IS NULL AND $3 = 1 AND ($6 IS NULL OR $6 = 2)
                UNION ALL SELECT permission_checkpoint, 4, NULL FROM vault
                    WHERE id = $1 AND $2 IS NULL AND $3 = 1 AND ($6 IS NULL OR $6 = 4)
                UNION ALL SELECT detail_checkpoint, 3, public_id FROM item WHERE $6 IS NULL OR $6 = 3
                UNION ALL SELECT permission_checkpoint, 5, public_id FROM item WHERE $6 IS NULL OR $6 = 4
                UNION ALL SELECT c.previous, chain.kind, chain.item FROM chain JOIN checkpoint c ON c.sequence = chain.sequence
            )
            SELECT sequence, kind, item FROM chain WHERE sequence <> 0 ORDER BY sequence
            """
        );

    public static CheckpointListCommands Create(DbConnection connection) => new(connection);

    /// <summary>Where the checkpoints are kept, oldest first, whole chains of each kind.</summary>
    /// <param name="vaultId">Row of the vault.</param>
    /// <param name="itemId">Those of this item only; null = of all.</param>
    /// <param name="readsVault">Whether the principal may read the vault; else he gets the directory's and those of his items.</param>
    /// <param name="kind">Those of this kind only, <see cref="CheckpointKind.Permission"/> also of items; null = all.</param>
    public List<CheckpointPlace> List(
        long vaultId,
        PublicId? itemId,
        bool readsVault,
        PrincipalRef principal,
        CheckpointKind? kind
    )
    {
        using var row = _list.Query(
            vaultId,
            itemId,
            readsVault,
            principal.Kind,
            principal.Id,
            kind
        );
        var places = new List<CheckpointPlace>();
        while (row.Read())
        {
            places.Add(new(row.GetInt64(0), (CheckpointKind)row.GetInt32(1), row.OptionalId(2)));
        }

        return places;
    }
}

/// <param name="ItemId">The item that it is about; null = the vault.</param>
internal readonly record struct CheckpointPlace(
    long Sequence,
    CheckpointKind Kind,
    PublicId? ItemId
);
