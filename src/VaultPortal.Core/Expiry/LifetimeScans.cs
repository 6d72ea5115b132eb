using System.Data.Common;
using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// Goes through everything that has a lifetime, in no order, for marks of it. Where nothing is rotated it goes along the indexes on
/// expiries, and reads no row of a field or secret unless a name, a type or an owner is asked for; those of items and fields lie in the
/// order of vaults and items, so that each of these is looked up once.
/// </summary>
internal sealed class LifetimeScans
{
    /// <summary>
    /// $1 from, $2 until, $3 pattern, $4 vault, $5, $6 owner, $7, $8 principal, $9 whether grants or ownership are not asked for,
    /// $10 the owner as secrets name him, $11 whether types of fields are asked for. Each stands in every text, so that all take the same values.
    /// </summary>
    private const string All =
        "coalesce($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0) IS NOT NULL";

    private const string Readable = """
        ($9 = 1
            OR i.vault_id IN (SELECT asset_id FROM access_grant
                WHERE principal_kind = $7 AND principal_id = $8 AND asset_kind = 1 AND ended IS NULL)
            OR i.id IN (SELECT asset_id FROM access_grant
                WHERE principal_kind = $7 AND principal_id = $8 AND asset_kind = 2 AND ended IS NULL))
        """;

    private const string InVault = """
        ($4 IS NULL OR i.vault_id = $4) AND ($5 IS NULL OR (i.created_by_kind = $5 AND i.created_by_id = $6))
        """;

    private const string MadeByOwner = """
        AND EXISTS (SELECT 1 FROM secret_version o WHERE o.id = coalesce(r.id, s.version_id)
          AND o.created_by IN (SELECT value FROM json_each($10)))
        """;

    private readonly DbConnection _connection;
    private readonly Dictionary<
        (LifetimeKind Kind, bool Rotating, bool Owned),
        PreparedCommand
    > _scans = [];
    private readonly PreparedCommand _account;
    private readonly PreparedCommand _keysOf;

    public LifetimeScans(DbConnection connection)
    {
        _connection = connection;
        _account = new(connection, "SELECT public_id FROM account WHERE $1 = 1 AND id = $2");
        _keysOf = new(
            connection,
            """
            SELECT access_key FROM api_key
            WHERE ($1 = 1 AND owner_id = $2 AND agent_id IS NULL) OR ($1 = 2 AND agent_id = $2)
            """
        );
        foreach (var kind in LifetimeKindNames.All)
        {
            _ = Command(kind, rotating: false, owned: false);
        }
    }

    /// <summary>The marks of all that match, of one kind after the other.</summary>
    public void Run(LifetimeScan wanted, Action<LifetimeMark> found)
    {
        // No title holds NUL, and the database would read no further than to it.
        if (wanted.Search?.Contains('\0', StringComparison.Ordinal) == true)
        {
            return;
        }

        foreach (var kind in LifetimeKindNames.All)
        {
            if (
                (wanted.Kinds.Count == 0 || wanted.Kinds.Contains(kind))
                && (wanted.Vault is null || kind is LifetimeKind.VaultItem or LifetimeKind.Field)
                && wanted.Sight.ReachOf(kind) is var reach and not Reach.None
            )
            {
                Run(kind, reach == Reach.All, wanted, found);
            }
        }
    }

    private void Run(LifetimeKind kind, bool all, LifetimeScan wanted, Action<LifetimeMark> found)
    {
        var isKey = kind is LifetimeKind.ApiKey or LifetimeKind.UserKey or LifetimeKind.AgentKey;
        var names = wanted.Owner is { } owner ? JsonSerializer.Serialize(AuditNames(owner)) : null;
        // An item has no value of its own to be rotated.
        var rotating = wanted.Rotating && kind != LifetimeKind.VaultItem;
        using var row = Command(kind, rotating, names is not null)
            .Query(
                wanted.From is { } from ? UtcTime.ToMicroseconds(from) : long.MinValue,
                wanted.Until is { } until ? UtcTime.ToMicroseconds(until) : long.MaxValue,
                wanted.Search is { Length: > 0 } search ? Pattern(search) : null,
                wanted.Vault,
                (long?)wanted.Owner?.Kind,
                wanted.Owner?.Id,
                wanted.Sight.Principal.Kind,
                isKey ? wanted.Sight.OwnerId : wanted.Sight.Principal.Id,
                all,
                names,
                wanted.FieldTypes
            );
        while (row.Read())
        {
            found(
                new LifetimeMark(
                    kind,
                    row.GetInt64(0),
                    row.OptionalTime(1),
                    row.OptionalTime(2),
                    new LifetimeTraits(
                        kind,
                        row.GetInt64(3),
                        row.GetInt32(4),
                        row.GetInt32(5),
                        row.GetInt32(6)
                    )
                )
            );
        }
    }

    /// <summary>How the audit names what an account or agent does.</summary>
    private List<string> AuditNames(PrincipalRef owner)
    {
        var names = new List<string>();
        using (var row = _account.Query(owner.Kind, owner.Id))
        {
            if (row.Read())
            {
                names.Add($"user:{row.Id(0)}");
            }
        }

        using var keys = _keysOf.Query(owner.Kind, owner.Id);
        while (keys.Read())
        {
            names.Add($"key:{keys.GetString(0)}");
        }

        return names;
    }

    private PreparedCommand Command(LifetimeKind kind, bool rotating, bool owned)
    {
        if (!_scans.TryGetValue((kind, rotating, owned), out var scan))
        {
            scan = new(_connection, Text(kind, rotating, owned));
            _scans.Add((kind, rotating, owned), scan);
        }

        return scan;
    }

    /// <summary>0 row, 1 expiry, 2 value, 3 vault, 4 item type, 5 field type, 6 classification. Which index is gone along is written out: by what is granted it would be slow.</summary>
    private static string Text(LifetimeKind kind, bool rotating, bool owned)
    {
        string When(string table) =>
            rotating ? All : $"{table}.expires_at >= $1 AND {table}.expires_at < $2 AND {All}";
        string ValueAt(string at) => rotating ? at : "NULL";
        return kind switch
        {
            LifetimeKind.VaultItem => $"""
                SELECT i.id, i.expires_at, NULL, i.vault_id, i.type, 0, coalesce(v.classification, 0)
                FROM vault v CROSS JOIN vault_item i INDEXED BY IX_vault_item_vault_id_expires_at ON i.vault_id = v.id
                WHERE v.archived_at IS NULL AND {When("i")} AND i.archived_at IS NULL
                  AND ($3 IS NULL OR i.name LIKE $3 ESCAPE '\') AND {InVault} AND {Readable}
                """,
            LifetimeKind.Field =>
                $"""
                SELECT f.id, f.expires_at, {ValueAt(
                    "f.updated_at"
                )}, i.vault_id, i.type, CASE WHEN $11 = 1 THEN f.type ELSE 0 END, coalesce(v.classification, 0)
                FROM field f {(rotating ? "NOT INDEXED" : "INDEXED BY ix_field_lifetime")}
                    CROSS JOIN vault_item i ON i.id = f.item_id CROSS JOIN vault v ON v.id = i.vault_id
                WHERE {When("f")} AND f.archived_at IS NULL AND i.archived_at IS NULL AND v.archived_at IS NULL
                  AND ($3 IS NULL OR i.name || ' / ' || f.name LIKE $3 ESCAPE '\') AND {InVault} AND {Readable}
                """,
            LifetimeKind.EnvironmentSecret => OfSecrets(1, When("s"), rotating, owned),
            LifetimeKind.WorkflowSecret => OfSecrets(2, When("s"), rotating, owned),
            LifetimeKind.ApiKey =>
                $"""
                SELECT k.id, k.expires_at, {ValueAt(
                    "k.created_at"
                )}, 0, 0, 0, 0 FROM {LifetimeTables.ApiKeys}
                WHERE {When("k")} AND {LifetimeTables.ActiveKey(
                    kind
                )} AND ($9 = 1 OR k.owner_id = $8)
                  AND ($3 IS NULL OR k.name LIKE $3 ESCAPE '\')
                  AND ($5 IS NULL OR ($5 = 1 AND k.owner_id = $6) OR ($5 = 2 AND k.agent_id = $6))
                """,
            LifetimeKind.UserKey =>
                $"""
                SELECT k.id, k.expires_at, {ValueAt(
                    "k.created_at"
                )}, 0, 0, 0, 0 FROM {LifetimeTables.UserKeys}
                WHERE {When("k")} AND {LifetimeTables.ActiveKey(
                    kind
                )} AND ($9 = 1 OR k.owner_id = $8)
                  AND ($3 IS NULL OR a.email || ' ' || {LifetimeTables.Fingerprint} LIKE $3 ESCAPE '\')
                  AND ($5 IS NULL OR ($5 = 1 AND k.owner_id = $6))
                """,
            LifetimeKind.AgentKey =>
                $"""
                SELECT k.id, k.expires_at, {ValueAt(
                    "k.created_at"
                )}, 0, 0, 0, 0 FROM {LifetimeTables.AgentKeys}
                WHERE {When("k")} AND {LifetimeTables.ActiveKey(
                    kind
                )} AND ($9 = 1 OR n.owner_id = $8)
                  AND ($3 IS NULL OR n.name || ' ' || {LifetimeTables.Fingerprint} LIKE $3 ESCAPE '\')
                  AND ($5 IS NULL OR ($5 = 1 AND n.owner_id = $6) OR ($5 = 2 AND k.owner_id = $6))
                """,
            LifetimeKind.TrustedIssuer =>
                $"""
                SELECT t.id, t.expires_at, {ValueAt(
                    "t.created_at"
                )}, 0, 0, 0, 0 FROM trusted_issuer t
                WHERE {When("t")} AND t.disabled_at IS NULL AND ($3 IS NULL OR t.name LIKE $3 ESCAPE '\') AND $5 IS NULL
                """,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    /// <summary>
    /// The noted versions are looked through only where what they tell is asked for; then the rows are read in their own order, in which
    /// their versions lie, too.
    /// </summary>
    private static string OfSecrets(int store, string when, bool rotating, bool owned)
    {
        var newest = rotating || owned;
        return $"""
            {(newest ? $"WITH {LifetimeTables.Recent}" : "")}
            SELECT s.id, s.expires_at, {(
                rotating ? LifetimeTables.SecretValueAt : "NULL"
            )}, 0, 0, 0, 0
            FROM secret s {(
                newest
                    ? $"NOT INDEXED {LifetimeTables.WithRecent}"
                    : "INDEXED BY ix_secret_lifetime"
            )}
            WHERE {when} AND s.store = {store} AND {LifetimeTables.ActiveSecret}
              AND ($3 IS NULL OR s.name LIKE $3 ESCAPE '\') {(owned ? MadeByOwner : "")}
            """;
    }

    private static string Pattern(string search) =>
        "%"
        + search
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal)
        + "%";
}
