using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// The list of the vaults that a principal sees; one prepared command for each state, expiry filter and order. Whoever sees all of them
/// is asked for no grant but those of the rows on the page.
/// </summary>
internal sealed class VaultListCommands : ICommandSet<VaultListCommands>
{
    /// <summary>
    /// $1, $2 principal; $3 sees all; $4 classification; $5 pattern; $6 one vault; $7 level; $8 the level of whoever reads all
    /// metadata; $9 now; $10 until when an item is due, or where that differs the bounds (<see cref="DueBounds"/>). Each stands in every text, so that all take the same values.
    /// </summary>
    private const string Filtered = """
        WHERE ($6 IS NULL OR v.public_id = $6)
          AND ($4 IS NULL OR v.classification = $4)
          AND ($5 IS NULL OR lower(v.name) LIKE $5 ESCAPE '\')
          AND coalesce($1, $2, $3, $7, $8, $9, $10) IS NOT NULL
        """;

    private const string Granted = """
        LEFT JOIN access_grant g
            ON g.principal_kind = $1 AND g.principal_id = $2 AND g.asset_kind = 1 AND g.asset_id = v.id
            AND g.ended IS NULL
        """;

    private const string OfLevel = "AND ($7 IS NULL OR coalesce(g.level, $8, 0) = $7)";

    private const string Active = "AND v.archived_at IS NULL";

    private const string Seen = """
          AND ($3 = 1 OR g.level IS NOT NULL OR v.id IN (
            SELECT i.vault_id FROM access_grant ig JOIN vault_item i ON i.id = ig.asset_id
            WHERE ig.principal_kind = $1 AND ig.principal_id = $2 AND ig.asset_kind = 2 AND ig.ended IS NULL
              AND i.archived_at IS NULL))
        """;

    // Whoever reads all metadata changes nothing, whatever his grants say.
    private static readonly string Archived =
        $"AND v.archived_at IS NOT NULL AND g.level = {(int)AccessLevel.Admin} AND $8 IS NULL";

    // With the plus the index on expiries is the one that is used: the other names every active item.
    private const string Expiring =
        "FROM vault_item e WHERE e.vault_id = v.id AND +e.archived_at IS NULL AND e.expires_at";

    private const string Due = "<= $10";

    /// <summary>Goes before a command whose items are due at different times.</summary>
    private const string Bounds = """
        WITH bound (vault, classification, type, until) AS MATERIALIZED (
            SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($10))
        """;

    // The first half is what the index finds them by.
    private const string DueByPolicy = """
        <= (SELECT max(until) FROM bound) AND e.expires_at <= coalesce(
            (SELECT b.until FROM bound b
             WHERE b.vault = v.id AND b.classification = coalesce(v.classification, 0) AND b.type = e.type),
            (SELECT b.until FROM bound b
             WHERE b.vault = 0 AND b.classification = coalesce(v.classification, 0) AND b.type = e.type))
        """;

    private readonly DbConnection _connection;
    private readonly Dictionary<Which, PreparedCommand> _counts = [];
    private readonly Dictionary<(Which, VaultSort, bool Descending), PreparedCommand> _pages = [];

    private VaultListCommands(DbConnection connection)
    {
        _connection = connection;
        var active = new Which(VaultListState.Active, null, All: false, Varies: false);
        _ = Count(active);
        _ = Page(active, new VaultQuery());
    }

    public static VaultListCommands Create(DbConnection connection) => new(connection);

    public (List<(VaultRow Row, long DirectoryCheckpoint)> Rows, int Total) List(
        Standing standing,
        VaultQuery query,
        PublicId? only = null,
        PolicySet? policies = null
    )
    {
        object? pattern = query.Search is { Length: > 0 } search ? Pattern(search) : null;
        object? classification = query.Classification;
        object? level = (long?)query.Access;
        AccessLevel? inherent = standing.ReadsAllMetadata ? AccessLevel.Read : null;
        var seesAll = standing.SeesAllVaults;
        var principal = standing.Principal;
        var due = query.Now is { } now && policies is not null ? DueBounds.Of(policies, now) : null;
        var which = new Which(
            query.State,
            query.Now is null ? null : query.Expiring,
            All: seesAll && level is null && query.State == VaultListState.Active,
            Varies: due is string
        );
        var total = (int)
            Count(which)
                .Number(
                    principal.Kind,
                    principal.Id,
                    seesAll,
                    classification,
                    pattern,
                    only,
                    level,
                    inherent,
                    query.Now,
                    due
                )!;
        var rows = new List<(VaultRow, long)>();
        using var row = Page(which, query)
            .Query(
                principal.Kind,
                principal.Id,
                seesAll,
                classification,
                pattern,
                only,
                level,
                inherent,
                query.Now,
                due,
                (long)query.Take,
                (long)query.Skip
            );
        while (row.Read())
        {
            rows.Add((Read(row, standing, counted: query.Now is not null), row.GetInt64(8)));
        }

        return (rows, total);
    }

    private static VaultRow Read(PreparedRows row, Standing standing, bool counted)
    {
        var level = (AccessLevel?)row.OptionalLong(7);
        if (standing.ReadsAllMetadata)
        {
            level ??= AccessLevel.Read;
        }

        var itemsOnly = level is null && !standing.SeesAllVaults;
        return new VaultRow
        {
            Id = row.Id(0),
            Name = row.GetString(1),
            Classification = (DataClassification?)row.OptionalLong(2),
            ItemCount = row.GetInt32(3),
            CurrentDekVersion = row.GetInt32(4),
            CreatedAt = row.Time(5),
            UpdatedAt = row.Time(6),
            Access = level,
            MetadataOnly = standing.Role == Role.Auditor,
            ItemGrantsOnly = itemsOnly,
            Expiring =
                counted && !itemsOnly
                    ? new ExpiringItems(row.GetInt32(9) - row.GetInt32(10), row.GetInt32(10))
                    : null,
            ArchivedAt = row.OptionalTime(11),
        };
    }

    private PreparedCommand Count(Which which)
    {
        if (!_counts.TryGetValue(which, out var count))
        {
            count = new(_connection, $"{With(which)} SELECT COUNT(*) {Matching(which)}");
            _counts.Add(which, count);
        }

        return count;
    }

    private PreparedCommand Page(Which which, VaultQuery query)
    {
        if (!_pages.TryGetValue((which, query.Sort, query.Descending), out var page))
        {
            var direction = query.Descending ? "DESC" : "ASC";
            // Counted are the rows of the page only: what is selected beside an order is worked out for every row that is sorted.
            page = new PreparedCommand(
                _connection,
                $"""
                {With(which)}
                SELECT v.public_id, v.name, v.classification, v.item_count, v.current_dek_version, v.created_at, v.updated_at,
                       g.level, v.directory_checkpoint,
                       CASE WHEN $9 IS NULL THEN 0 ELSE (SELECT count(*) {Expiring} {DueOf(
                    which
                )}) END,
                       CASE WHEN $9 IS NULL THEN 0 ELSE (SELECT count(*) {Expiring} <= $9) END,
                       v.archived_at
                FROM (
                    SELECT v.id, {Sorted(query.Sort, which)} AS sorted {Matching(which)}
                    ORDER BY sorted {direction}, v.id {direction} LIMIT $11 OFFSET $12) p
                CROSS JOIN vault v ON v.id = p.id {Granted} ORDER BY p.sorted {direction}, v.id {direction}
                """
            );
            _pages.Add((which, query.Sort, query.Descending), page);
        }

        return page;
    }

    private static string Matching(Which which)
    {
        var stored = which switch
        {
            { All: true } => Active,
            { State: VaultListState.Archived } => $"{OfLevel} {Archived}",
            _ => $"{OfLevel} {Active} {Seen}",
        };
        var matching = $"FROM vault v {(which.All ? "" : Granted)} {Filtered} {stored}";
        // Who sees single items only is told nothing of the others.
        return which.Expiring is { } filter
            ? $"""
                {matching} {(which.All ? "" : "AND ($3 = 1 OR g.level IS NOT NULL)")}
                AND EXISTS (SELECT 1 {Expiring} {(
                    filter == ExpiryFilter.Expired ? "<= $9" : DueOf(which)
                )})
                """
            : matching;
    }

    private static string With(Which which) => which.Varies ? Bounds : "";

    private static string DueOf(Which which) => which.Varies ? DueByPolicy : Due;

    private static string Sorted(VaultSort sort, Which which) =>
        sort switch
        {
            VaultSort.Classification => "v.classification",
            VaultSort.ItemCount => "v.item_count",
            VaultSort.UpdatedAt => "v.updated_at",
            VaultSort.Expiring when which.All => $"(SELECT count(*) {Expiring} {DueOf(which)})",
            VaultSort.Expiring =>
                $"CASE WHEN $3 = 1 OR g.level IS NOT NULL THEN (SELECT count(*) {Expiring} {DueOf(which)}) ELSE 0 END",
            _ => "lower(v.name)",
        };

    // As the database's lower() does: ASCII letters only. More, and a name with an "Ä" would not be found by its own letters.
    private static string Pattern(string search) =>
        "%"
        + string.Concat(
                search.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c)
            )
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal)
        + "%";

    /// <summary>What the text of a command depends on.</summary>
    /// <param name="All">Whether every active vault is seen, so that no grant decides.</param>
    /// <param name="Varies">Whether items are due at different times, by policies.</param>
    private readonly record struct Which(
        VaultListState State,
        ExpiryFilter? Expiring,
        bool All,
        bool Varies
    );
}
