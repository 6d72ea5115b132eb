using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>Prepared reads of announced rotations.</summary>
internal sealed class RotationCommands : ICommandSet<RotationCommands>
{
    private readonly PreparedCommand _list;
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _over;
    private readonly PreparedCommand _keyOf;
    private readonly PreparedCommand _deletedSince;

    private RotationCommands(DbConnection connection)
    {
        const string columns = """
            SELECT r.public_id, s.name, w.public_id, w.name, r.phase, r.generate_length, r.grace_hours, r.announced_at, r.confirm_by,
                r.switched_at, r.retire_at, r.done_at, a.email
            FROM announced_rotation r
            LEFT JOIN secret s ON s.id = r.secret_id
            LEFT JOIN webhook w ON w.id = r.webhook_id
            LEFT JOIN account a ON a.id = r.announced_by_id
            """;
        _list = new(
            connection,
            $"""
            {columns}
            WHERE r.id < coalesce((SELECT id FROM announced_rotation WHERE public_id = $1), 9223372036854775807)
                AND ($2 IS NULL OR s.name = $2)
            ORDER BY r.id DESC LIMIT $3
            """
        );
        _find = new(connection, $"{columns} WHERE r.public_id = $1");
        _over = new(
            connection,
            """
            SELECT id FROM announced_rotation
            WHERE done_at IS NULL AND (phase = 1 AND confirm_by <= $1 OR phase = 2 AND retire_at <= $1) ORDER BY id LIMIT $2
            """
        );
        _keyOf = new(connection, "SELECT name FROM secret WHERE id = $1 AND store = 1");
        // Down the chain of versions, and no further than the moment.
        _deletedSince = new(
            connection,
            $"""
            WITH RECURSIVE chain (previous, change, at) AS (
                SELECT previous, change, created_at FROM secret_version WHERE id = $1
                UNION ALL SELECT v.previous, v.change, v.created_at
                FROM chain c JOIN secret_version v ON v.id = c.previous WHERE c.at >= $2)
            SELECT count(*) FROM chain WHERE change = {(int)SecretChange.Deleted} AND at >= $2
            """
        );
    }

    public static RotationCommands Create(DbConnection connection) => new(connection);

    /// <summary>Newest first.</summary>
    /// <param name="after">The last one of the page before; null = from the newest.</param>
    /// <param name="secret">Of this key only; null = of all.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="now">What moment the phases are told for.</param>
    public List<RotationView> List(PublicId? after, string? secret, int most, DateTimeOffset now)
    {
        var rotations = new List<RotationView>();
        using var row = _list.Query(after, secret, (long)most);
        while (row.Read())
        {
            rotations.Add(Read(row, now));
        }

        return rotations;
    }

    public RotationView? Find(PublicId id, DateTimeOffset now)
    {
        using var row = _find.Query(id);
        return row.Read() ? Read(row, now) : null;
    }

    /// <summary>Rows of rotations whose time is over and that still stand as under way.</summary>
    public List<long> Over(DateTimeOffset now, int most)
    {
        var rows = new List<long>();
        using var row = _over.Query(now, (long)most);
        while (row.Read())
        {
            rows.Add(row.GetInt64(0));
        }

        return rows;
    }

    /// <summary>The key of an environment secret; null = it was erased.</summary>
    public string? KeyOf(long secret) => _keyOf.Text(secret);

    /// <summary>Whether a secret was deleted since then, even if it was made anew or taken back.</summary>
    public bool DeletedSince(SecretRow secret, DateTimeOffset since) =>
        _deletedSince.Number(secret.VersionId, since) > 0;

    private static RotationView Read(PreparedRows row, DateTimeOffset now)
    {
        var phase = (RotationPhase)row.GetInt64(4);
        var (confirmBy, retireAt) = (row.Time(8), row.OptionalTime(10));
        return new RotationView
        {
            Id = row.Id(0),
            Secret = row.OptionalString(1),
            WebhookId = row.OptionalId(2),
            WebhookName = row.OptionalString(3),
            Phase = RotationService.PhaseAt(phase, confirmBy, retireAt, now),
            GenerateLength = row.GetInt32(5),
            GraceHours = row.GetInt32(6),
            AnnouncedAt = row.Time(7),
            ConfirmBy = confirmBy,
            SwitchedAt = row.OptionalTime(9),
            RetireAt = retireAt,
            DoneAt = row.OptionalTime(11),
            AnnouncedBy = row.OptionalString(12),
        };
    }
}
