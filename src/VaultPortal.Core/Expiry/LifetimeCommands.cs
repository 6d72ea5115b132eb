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
    private readonly LifetimeScans _scans;
    private readonly Dictionary<LifetimeKind, PreparedCommand> _rows;
    private readonly PreparedCommand _principal;
    private readonly PreparedCommand _account;
    private readonly PreparedCommand _key;
    private readonly PreparedCommand _vault;
    private readonly PreparedCommand _byPublicId;

    private LifetimeCommands(DbConnection connection)
    {
        _scans = new(connection);
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
        _rows = LifetimeKindNames.All.ToDictionary(
            kind => kind,
            kind => new PreparedCommand(connection, RowsText(kind))
        );
    }

    public static LifetimeCommands Create(DbConnection connection) => new(connection);

    /// <inheritdoc cref="LifetimeScans.Run(LifetimeScan, Action{LifetimeMark})"/>
    public void Scan(LifetimeScan wanted, Action<LifetimeMark> found) => _scans.Run(wanted, found);

    /// <summary>The whole rows of those of a kind that are (still) there, in no order.</summary>
    public List<LifetimeRow> Rows(LifetimeKind kind, IEnumerable<long> ids)
    {
        var read = new List<(LifetimeRow Row, PrincipalRef? Owner, string? MadeBy)>();
        using (var row = _rows[kind].Query(JsonSerializer.Serialize(ids)))
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
                FROM field f CROSS JOIN vault_item i ON i.id = f.item_id CROSS JOIN vault v ON v.id = i.vault_id
                WHERE f.id {wanted} AND f.archived_at IS NULL AND i.archived_at IS NULL AND v.archived_at IS NULL
                """,
            LifetimeKind.EnvironmentSecret or LifetimeKind.WorkflowSecret =>
                $"""
                WITH {LifetimeTables.Recent.Replace(
                    "GROUP BY",
                    $"WHERE secret_id {wanted} GROUP BY",
                    StringComparison.Ordinal
                )}
                SELECT s.id, s.public_id, s.name, s.expires_at, {LifetimeTables.SecretValueAt}, NULL, NULL,
                       (SELECT o.created_by FROM secret_version o WHERE o.id = coalesce(r.id, s.version_id)), {none}
                FROM secret s {LifetimeTables.WithRecent}
                WHERE s.id {wanted} AND +s.store = {(
                    kind == LifetimeKind.EnvironmentSecret ? 1 : 2
                )} AND {LifetimeTables.ActiveSecret}
                """,
            LifetimeKind.ApiKey =>
                $"""
                SELECT k.id, k.public_id, k.name, k.expires_at, k.created_at, CASE WHEN n.id IS NULL THEN 1 ELSE 2 END,
                       coalesce(n.id, a.id), NULL, {none}
                FROM {LifetimeTables.ApiKeys} WHERE k.id {wanted} AND {LifetimeTables.ActiveKey(
                    kind
                )}
                """,
            LifetimeKind.UserKey =>
                $"""
                SELECT k.id, k.public_id, a.email || ' ' || {LifetimeTables.Fingerprint}, k.expires_at, k.created_at, 1, a.id, NULL, {none}
                FROM {LifetimeTables.UserKeys} WHERE k.id {wanted} AND {LifetimeTables.ActiveKey(
                    kind
                )}
                """,
            LifetimeKind.AgentKey =>
                $"""
                SELECT k.id, k.public_id, n.name || ' ' || {LifetimeTables.Fingerprint}, k.expires_at, k.created_at, 2, n.id, NULL, {none}
                FROM {LifetimeTables.AgentKeys} WHERE k.id {wanted} AND {LifetimeTables.ActiveKey(
                    kind
                )}
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
}
