using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>Prepared reads and writes of grants.</summary>
internal sealed class GrantCommands : ICommandSet<GrantCommands>
{
    private readonly PreparedCommand _of;
    private readonly PreparedCommand _principal;
    private readonly PreparedCommand _put;
    private readonly PreparedCommand _end;

    private GrantCommands(DbConnection connection)
    {
        _of = new(
            connection,
            """
            SELECT g.principal_kind, g.principal_id, COALESCE(a.public_id, n.public_id), COALESCE(a.email, n.name), g.level,
                   a.disabled_at IS NULL AND n.archived_at IS NULL AND o.disabled_at IS NULL
            FROM access_grant g
            LEFT JOIN account a ON g.principal_kind = 1 AND a.id = g.principal_id
            LEFT JOIN agent n ON g.principal_kind = 2 AND n.id = g.principal_id
            LEFT JOIN account o ON o.id = n.owner_id
            WHERE g.asset_kind = $1 AND g.asset_id = $2 AND g.ended IS NULL ORDER BY g.id
            """
        );
        _principal = new(
            connection,
            """
            SELECT id, disabled_at IS NULL FROM account WHERE $1 = 1 AND public_id = $2
            UNION ALL
            SELECT n.id, n.archived_at IS NULL AND o.disabled_at IS NULL
            FROM agent n JOIN account o ON o.id = n.owner_id WHERE $1 = 2 AND n.public_id = $2
            """
        );
        _put = new(
            connection,
            """
            INSERT INTO access_grant (asset_kind, asset_id, principal_kind, principal_id, level, created_at, opened)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (principal_kind, principal_id, asset_kind, asset_id) DO UPDATE SET
                level = excluded.level,
                created_at = CASE WHEN ended IS NULL THEN created_at ELSE excluded.created_at END,
                opened = CASE WHEN ended IS NULL THEN opened ELSE excluded.opened END,
                ended = NULL
            """
        );
        _end = new(
            connection,
            """
            UPDATE access_grant SET ended = $5
            WHERE asset_kind = $1 AND asset_id = $2 AND principal_kind = $3 AND principal_id = $4 AND ended IS NULL
            """
        );
    }

    public static GrantCommands Create(DbConnection connection) => new(connection);

    /// <summary>The grants that last, the oldest first.</summary>
    public List<GrantRow> Of(GrantedAsset kind, long assetId)
    {
        using var row = _of.Query(kind, assetId);
        var grants = new List<GrantRow>();
        while (row.Read())
        {
            var principal = (PrincipalKind)row.GetInt32(0);
            grants.Add(
                new GrantRow(
                    new PrincipalRef(principal, row.GetInt64(1)),
                    new GrantView(
                        principal,
                        row.Id(2),
                        row.GetString(3),
                        (AccessLevel)row.GetInt32(4)
                    ),
                    row.GetBoolean(5)
                )
            );
        }

        return grants;
    }

    /// <summary>Who has this id, and whether he can still call: an agent whose owner is disabled cannot.</summary>
    public (PrincipalRef Principal, bool Active)? FindPrincipal(PrincipalKind kind, PublicId id)
    {
        using var row = _principal.Query(kind, id);
        return row.Read() ? (new PrincipalRef(kind, row.GetInt64(0)), row.GetBoolean(1)) : null;
    }

    /// <summary>Grants a level; one that ended before begins anew with this commit.</summary>
    public void Put(
        GrantedAsset kind,
        long assetId,
        PrincipalRef principal,
        AccessLevel level,
        DateTimeOffset now,
        long commit
    ) => _put.ExecuteOne(kind, assetId, principal.Kind, principal.Id, level, now, commit);

    public void End(GrantedAsset kind, long assetId, PrincipalRef principal, long commit) =>
        _end.ExecuteOne(kind, assetId, principal.Kind, principal.Id, commit);
}

/// <param name="Active">Whether the principal can still call.</param>
internal sealed record GrantRow(PrincipalRef Principal, GrantView View, bool Active);
