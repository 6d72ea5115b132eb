using System.Data.Common;
using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// Everything that has a lifetime, read from the tables of its own concern: marks of many, from which states are worked out, and whole
/// rows of a few. What is archived, deleted, inactive, revoked, rotated, retired or disabled is not among them.
/// </summary>
internal sealed class LifetimeCommands : ICommandSet<LifetimeCommands>
{
    /// <summary>
    /// $1 from, $2 until, $3 pattern, $4 vault, $5, $6 owner, $7, $8 principal, $9 whether grants or ownership are not asked for,
    /// $10 the owner as secrets name him. Each stands in every text, so that all take the same values.
    /// </summary>
    private const string All = "coalesce($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0) IS NOT NULL";

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

    /// <summary>The newest noted version of each secret, where its row does not name it yet.</summary>
    private const string Recent =
        "recent AS MATERIALIZED (SELECT secret_id, max(id) AS id, updated_at FROM secret_recent GROUP BY secret_id)";

    private const string NewestSecret =
        "secret s LEFT JOIN recent r ON r.secret_id = s.id AND r.id > s.version_id";

    /// <summary>Of a generated key nothing is kept as a value: it is as old as its row among the keys.</summary>
    private const string SecretValueAt = """
        coalesce(r.updated_at, (SELECT o.created_at FROM secret_version o WHERE o.id = s.value_id),
            (SELECT max(w.created_at) FROM workflow_key w WHERE w.secret_id = s.id AND w.valid_until IS NULL), s.created_at)
        """;

    private const string ActiveSecret = "s.deleted_at IS NULL AND s.is_active = 1";

    private const string Fingerprint = "lower(hex(substr(k.fingerprint, 1, 8)))";

    // The order of the tables is written out: by what expires when, where that is asked, and never by what is granted.
    private const string Fields =
        "field f CROSS JOIN vault_item i ON i.id = f.item_id CROSS JOIN vault v ON v.id = i.vault_id";

    private const string Items = "vault v CROSS JOIN vault_item i ON i.vault_id = v.id";

    private const string ApiKeys =
        "api_key k JOIN account a ON a.id = k.owner_id LEFT JOIN agent n ON n.id = k.agent_id";

    private const string UserKeys =
        "registered_key k JOIN account a ON k.owner_kind = 1 AND a.id = k.owner_id";

    private const string AgentKeys = """
        registered_key k JOIN agent n ON k.owner_kind = 2 AND n.id = k.owner_id JOIN account a ON a.id = n.owner_id
        """;

    private readonly DbConnection _connection;
    private readonly Dictionary<
        (LifetimeKind Kind, bool Rotating, bool Owned),
        PreparedCommand
    > _scans = [];
    private readonly Dictionary<LifetimeKind, PreparedCommand> _rows = [];
    private readonly PreparedCommand _principal;
    private readonly PreparedCommand _account;
    private readonly PreparedCommand _key;
    private readonly PreparedCommand _keysOf;
    private readonly PreparedCommand _vault;
    private readonly PreparedCommand _byPublicId;

    private LifetimeCommands(DbConnection connection)
    {
        _connection = connection;
        _principal = new(
            connection,
            """
            SELECT 1, id FROM account WHERE public_id = $1 UNION ALL SELECT 2, id FROM agent WHERE public_id = $1
            """
        );
        _account = new(
            connection,
            """
            SELECT id, public_id, email FROM account WHERE $1 = 1 AND id = $2
            UNION ALL SELECT owner_id, public_id, name FROM agent WHERE $1 = 2 AND id = $2
            """
        );
        _key = new(
            connection,
            "SELECT CASE WHEN agent_id IS NULL THEN 1 ELSE 2 END, coalesce(agent_id, owner_id) FROM api_key WHERE access_key = $1"
        );
        _keysOf = new(
            connection,
            """
            SELECT access_key FROM api_key
            WHERE ($1 = 1 AND owner_id = $2 AND agent_id IS NULL) OR ($1 = 2 AND agent_id = $2)
            """
        );
        _vault = new(connection, "SELECT id FROM vault WHERE public_id = $1");
        _byPublicId = new(
            connection,
            """
            SELECT id FROM vault_item WHERE $2 = 1 AND public_id = $1
            UNION ALL SELECT id FROM field WHERE $2 = 2 AND public_id = $1
            UNION ALL SELECT id FROM secret WHERE $2 = 3 AND store = 1 AND name = $1
            UNION ALL SELECT id FROM secret WHERE $2 = 4 AND store = 2 AND public_id = $1
            UNION ALL SELECT id FROM api_key WHERE $2 = 5 AND public_id = $1
            UNION ALL SELECT id FROM registered_key WHERE $2 = 6 AND owner_kind = 1 AND public_id = $1
            UNION ALL SELECT id FROM registered_key WHERE $2 = 7 AND owner_kind = 2 AND public_id = $1
            UNION ALL SELECT id FROM trusted_issuer WHERE $2 = 8 AND public_id = $1
            """
        );
        foreach (var kind in LifetimeKindNames.All)
        {
            _ = Scan(kind, rotating: false, owned: false);
            _ = Rows(kind);
        }
    }

    public static LifetimeCommands Create(DbConnection connection) => new(connection);

    /// <summary>The marks of all that match, of one kind after the other, in no order.</summary>
    public void Scan(LifetimeScan wanted, Action<LifetimeMark> found)
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
                && Reach(wanted.Sight, kind) is { } reach
            )
            {
                Scan(kind, reach, wanted, found);
            }
        }
    }

    /// <summary>The whole rows of those of a kind that are (still) there, in no order.</summary>
    public List<LifetimeRow> Rows(LifetimeKind kind, IEnumerable<long> ids)
    {
        var read = new List<(LifetimeRow Row, PrincipalRef? Owner, string? MadeBy)>();
        using (var row = Rows(kind).Query(JsonSerializer.Serialize(ids)))
        {
            while (row.Read())
            {
                read.Add(Read(kind, row));
            }
        }

        return read.ConvertAll(r => WithOwner(r.Row, r.Owner, r.MadeBy));
    }

    public LifetimeRow? Row(LifetimeKind kind, long id) => Rows(kind, [id]).SingleOrDefault();

    /// <summary>Those of the objects, as their own APIs name them, that are among those with a lifetime.</summary>
    public Dictionary<LifetimeRef, LifetimeRow> Find(IEnumerable<LifetimeRef> objects) =>
        objects
            .Select(named => (named.Kind, Row: RowOf(named)))
            .Where(found => found.Row is not null)
            .GroupBy(found => found.Kind, found => found.Row!.Value)
            .SelectMany(kind => Rows(kind.Key, kind))
            .ToDictionary(row => row.Object);

    private long? RowOf(LifetimeRef named)
    {
        object? id = named.Kind switch
        {
            LifetimeKind.EnvironmentSecret => SecretRules.IsKey(named.Id) ? named.Id : null,
            LifetimeKind.WorkflowSecret => SecretId.TryParseWorkflow(named.Id, out var secret)
                ? secret.ToBytes()
                : null,
            _ => PublicId.TryParse(named.Id, out var publicId) ? publicId : null,
        };
        return id is null ? null : _byPublicId.Number(id, named.Kind);
    }

    public long? Vault(PublicId id) => _vault.Number(id);

    /// <summary>An account or agent.</summary>
    public PrincipalRef? Principal(PublicId id)
    {
        using var row = _principal.Query(id);
        return row.Read()
            ? new PrincipalRef((PrincipalKind)row.GetInt32(0), row.GetInt64(1))
            : null;
    }

    private static bool? Reach(LifetimeSight sight, LifetimeKind kind)
    {
        var (sees, all) = kind switch
        {
            LifetimeKind.VaultItem or LifetimeKind.Field => (sight.Vaults, sight.AllVaults),
            LifetimeKind.EnvironmentSecret => (sight.Environment, true),
            LifetimeKind.WorkflowSecret => (sight.Workflows, true),
            LifetimeKind.ApiKey => OfKeys(sight.ApiKeys),
            LifetimeKind.UserKey => OfKeys(sight.UserKeys),
            LifetimeKind.AgentKey => OfKeys(sight.AgentKeys),
            LifetimeKind.TrustedIssuer => (sight.Issuers, true),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        return sees ? all : null;
    }

    private static (bool Sees, bool All) OfKeys(KeyReach reach) =>
        (reach != KeyReach.None, reach == KeyReach.All);

    private void Scan(LifetimeKind kind, bool all, LifetimeScan wanted, Action<LifetimeMark> found)
    {
        var isKey = kind is LifetimeKind.ApiKey or LifetimeKind.UserKey or LifetimeKind.AgentKey;
        var names = wanted.Owner is { } owner ? JsonSerializer.Serialize(AuditNames(owner)) : null;
        using var row = Scan(kind, wanted.Rotating, wanted.Owner is not null)
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
                names
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
            if (row.Read() && owner.Kind == PrincipalKind.User)
            {
                names.Add($"user:{row.Id(1)}");
            }
        }

        using var keys = _keysOf.Query(owner.Kind, owner.Id);
        while (keys.Read())
        {
            names.Add($"key:{keys.GetString(0)}");
        }

        return names;
    }

    private PreparedCommand Scan(LifetimeKind kind, bool rotating, bool owned)
    {
        // An item has no value of its own to be rotated.
        rotating = rotating && kind != LifetimeKind.VaultItem;
        if (!_scans.TryGetValue((kind, rotating, owned), out var scan))
        {
            scan = new(_connection, ScanText(kind, rotating, owned));
            _scans.Add((kind, rotating, owned), scan);
        }

        return scan;
    }

    private static string ScanText(LifetimeKind kind, bool rotating, bool owned)
    {
        // Written out where it is asked: an alternative would keep the index on expiries from being used.
        string When(string table) =>
            rotating ? All : $"{table}.expires_at >= $1 AND {table}.expires_at < $2 AND {All}";
        string ValueAt(string at) => rotating ? at : "NULL";
        return kind switch
        {
            LifetimeKind.VaultItem => $"""
                SELECT i.id, i.expires_at, NULL, i.vault_id, i.type, 0, coalesce(v.classification, 0) FROM {Items}
                WHERE v.archived_at IS NULL AND {When("i")} AND +i.archived_at IS NULL
                  AND ($3 IS NULL OR i.name LIKE $3 ESCAPE '\') AND {InVault} AND {Readable}
                """,
            LifetimeKind.Field =>
                $"""
                SELECT f.id, f.expires_at, {ValueAt(
                    "f.updated_at"
                )}, i.vault_id, i.type, f.type, coalesce(v.classification, 0) FROM {Fields}
                WHERE {When("f")} AND f.archived_at IS NULL AND i.archived_at IS NULL AND v.archived_at IS NULL
                  AND ($3 IS NULL OR i.name || ' / ' || f.name LIKE $3 ESCAPE '\') AND {InVault} AND {Readable}
                """,
            LifetimeKind.EnvironmentSecret => SecretScan(1, When("s"), rotating, owned),
            LifetimeKind.WorkflowSecret => SecretScan(2, When("s"), rotating, owned),
            LifetimeKind.ApiKey => $"""
                SELECT k.id, k.expires_at, {ValueAt("k.created_at")}, 0, 0, 0, 0 FROM {ApiKeys}
                WHERE {When("k")} AND {ActiveKey(kind)} AND ($9 = 1 OR k.owner_id = $8)
                  AND ($3 IS NULL OR k.name LIKE $3 ESCAPE '\')
                  AND ($5 IS NULL OR ($5 = 1 AND k.owner_id = $6) OR ($5 = 2 AND k.agent_id = $6))
                """,
            LifetimeKind.UserKey => $"""
                SELECT k.id, k.expires_at, {ValueAt("k.created_at")}, 0, 0, 0, 0 FROM {UserKeys}
                WHERE {When("k")} AND {ActiveKey(kind)} AND ($9 = 1 OR k.owner_id = $8)
                  AND ($3 IS NULL OR a.email || ' ' || {Fingerprint} LIKE $3 ESCAPE '\')
                  AND ($5 IS NULL OR ($5 = 1 AND k.owner_id = $6))
                """,
            LifetimeKind.AgentKey => $"""
                SELECT k.id, k.expires_at, {ValueAt("k.created_at")}, 0, 0, 0, 0 FROM {AgentKeys}
                WHERE {When("k")} AND {ActiveKey(kind)} AND ($9 = 1 OR n.owner_id = $8)
                  AND ($3 IS NULL OR n.name || ' ' || {Fingerprint} LIKE $3 ESCAPE '\')
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

    /// <summary>The noted versions are looked through only where what they tell is asked for.</summary>
    private static string SecretScan(int store, string when, bool rotating, bool owned)
    {
        var newest = rotating || owned;
        return $"""
            {(newest ? $"WITH {Recent}" : "")}
            SELECT s.id, s.expires_at, {(rotating ? SecretValueAt : "NULL")}, 0, 0, 0, 0
            FROM {(newest ? NewestSecret : "secret s")}
            WHERE {when} AND +s.store = {store} AND {ActiveSecret} AND ($3 IS NULL OR s.name LIKE $3 ESCAPE '\')
            {(
                owned
                    ? """
                    AND EXISTS (SELECT 1 FROM secret_version o WHERE o.id = coalesce(r.id, s.version_id)
                      AND o.created_by IN (SELECT value FROM json_each($10)))
                    """
                    : ""
            )}
            """;
    }

    private static string ActiveKey(LifetimeKind kind) =>
        kind switch
        {
            LifetimeKind.ApiKey =>
                "k.revoked_at IS NULL AND k.successor_id IS NULL AND a.disabled_at IS NULL AND n.archived_at IS NULL",
            LifetimeKind.UserKey => "k.state <> 3 AND a.disabled_at IS NULL",
            _ => "k.state <> 3 AND n.archived_at IS NULL AND a.disabled_at IS NULL",
        };

    private PreparedCommand Rows(LifetimeKind kind)
    {
        if (!_rows.TryGetValue(kind, out var rows))
        {
            rows = new(_connection, RowsText(kind));
            _rows.Add(kind, rows);
        }

        return rows;
    }

    /// <summary>0 row, 1 id, 2 title, 3 expiry, 4 value, 5, 6 owner, 7 made by, 8 vault, 9 its id, 10 its name, 11 item, 12 its id, 13 type, 14 field type, 15 classification.</summary>
    private static string RowsText(LifetimeKind kind)
    {
        const string none = "0, NULL, NULL, 0, NULL, 0, 0, 0";
        const string wanted = "IN (SELECT value FROM json_each($1))";
        const string inVault = "v.id, v.public_id, v.name, i.id, i.public_id, i.type";
        return kind switch
        {
            LifetimeKind.VaultItem => $"""
                SELECT i.id, i.public_id, i.name, i.expires_at, NULL, i.created_by_kind, i.created_by_id, NULL, {inVault}, 0,
                       coalesce(v.classification, 0)
                FROM vault_item i CROSS JOIN vault v ON v.id = i.vault_id
                WHERE i.id {wanted} AND i.archived_at IS NULL AND v.archived_at IS NULL
                """,
            LifetimeKind.Field => $"""
                SELECT f.id, f.public_id, i.name || ' / ' || f.name, f.expires_at, f.updated_at, i.created_by_kind,
                       i.created_by_id, NULL, {inVault}, f.type, coalesce(v.classification, 0)
                FROM {Fields}
                WHERE f.id {wanted} AND f.archived_at IS NULL AND i.archived_at IS NULL AND v.archived_at IS NULL
                """,
            LifetimeKind.EnvironmentSecret or LifetimeKind.WorkflowSecret =>
                $"""
                WITH {Recent.Replace(
                    "GROUP BY",
                    $"WHERE secret_id {wanted} GROUP BY",
                    StringComparison.Ordinal
                )}
                SELECT s.id, s.public_id, s.name, s.expires_at, {SecretValueAt}, NULL, NULL,
                       (SELECT o.created_by FROM secret_version o WHERE o.id = coalesce(r.id, s.version_id)), {none}
                FROM {NewestSecret}
                WHERE s.id {wanted} AND +s.store = {(
                    kind == LifetimeKind.EnvironmentSecret ? 1 : 2
                )} AND {ActiveSecret}
                """,
            LifetimeKind.ApiKey => $"""
                SELECT k.id, k.public_id, k.name, k.expires_at, k.created_at, CASE WHEN n.id IS NULL THEN 1 ELSE 2 END,
                       coalesce(n.id, a.id), NULL, {none}
                FROM {ApiKeys} WHERE k.id {wanted} AND {ActiveKey(kind)}
                """,
            LifetimeKind.UserKey => $"""
                SELECT k.id, k.public_id, a.email || ' ' || {Fingerprint}, k.expires_at, k.created_at, 1, a.id, NULL, {none}
                FROM {UserKeys} WHERE k.id {wanted} AND {ActiveKey(kind)}
                """,
            LifetimeKind.AgentKey => $"""
                SELECT k.id, k.public_id, n.name || ' ' || {Fingerprint}, k.expires_at, k.created_at, 2, n.id, NULL, {none}
                FROM {AgentKeys} WHERE k.id {wanted} AND {ActiveKey(kind)}
                """,
            LifetimeKind.TrustedIssuer => $"""
                SELECT t.id, t.public_id, t.name, t.expires_at, t.created_at, NULL, NULL, NULL, {none}
                FROM trusted_issuer t WHERE t.id {wanted} AND t.disabled_at IS NULL
                """,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    private static (LifetimeRow Row, PrincipalRef? Owner, string? MadeBy) Read(
        LifetimeKind kind,
        PreparedRows row
    )
    {
        PrincipalRef? owner = row.IsDBNull(5)
            ? null
            : new PrincipalRef((PrincipalKind)row.GetInt32(5), row.GetInt64(6));
        return (
            new LifetimeRow
            {
                Id = row.GetInt64(0),
                Object = new LifetimeRef(
                    kind,
                    kind switch
                    {
                        LifetimeKind.EnvironmentSecret => row.GetString(2),
                        LifetimeKind.WorkflowSecret => SecretId
                            .FromBytes(row.Bytes(1))
                            .ToWorkflow(),
                        _ => row.Id(1).ToString(),
                    }
                ),
                Title = row.GetString(2),
                ExpiresAt = row.OptionalTime(3),
                ValueAt = row.OptionalTime(4),
                VaultId = row.OptionalId(9),
                VaultName = row.OptionalString(10),
                ItemRow = row.GetInt64(11),
                ItemId = row.OptionalId(12),
                Traits = new LifetimeTraits(
                    kind,
                    row.GetInt64(8),
                    row.GetInt32(13),
                    row.GetInt32(14),
                    row.GetInt32(15)
                ),
            },
            owner,
            row.OptionalString(7)
        );
    }

    private LifetimeRow WithOwner(LifetimeRow row, PrincipalRef? owner, string? madeBy)
    {
        if ((owner ?? MadeBy(madeBy)) is not { } found)
        {
            return row;
        }

        using var principal = _account.Query(found.Kind, found.Id);
        return principal.Read()
            ? row with
            {
                Owner = found,
                AccountId = principal.GetInt64(0),
                OwnerId = principal.Id(1),
                OwnerName = principal.GetString(2),
            }
            : row;
    }

    /// <summary>Whom the audit's name of an actor means: an account, or an agent; a key stands for whom it acts for.</summary>
    private PrincipalRef? MadeBy(string? actor)
    {
        if (
            actor?.StartsWith("user:", StringComparison.Ordinal) == true
            && PublicId.TryParse(actor[5..], out var user)
        )
        {
            return Principal(user);
        }

        if (actor?.StartsWith("key:", StringComparison.Ordinal) != true)
        {
            return null;
        }

        using var row = _key.Query(actor[4..]);
        return row.Read()
            ? new PrincipalRef((PrincipalKind)row.GetInt32(0), row.GetInt64(1))
            : null;
    }

    private static string Pattern(string search) =>
        "%"
        + search
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal)
        + "%";
}
