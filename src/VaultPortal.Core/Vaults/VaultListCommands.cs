using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>The list of the vaults that a principal sees; one prepared command for each state, expiry filter and order.</summary>
internal sealed class VaultListCommands : ICommandSet<VaultListCommands>
{
    /// <summary>
    /// $1, $2 principal; $3 sees all; $4 classification; $5 pattern; $6 one vault; $7 level; $8 the level of whoever reads all
    /// metadata; $9 now; $10 until when an item is due. Each stands in every text, so that all take the same values.
    /// </summary>
    private const string Visible = """
        FROM vault v
        LEFT JOIN access_grant g
            ON g.principal_kind = $1 AND g.principal_id = $2 AND g.asset_kind = 1 AND g.asset_id = v.id
            AND g.ended IS NULL
        WHERE ($6 IS NULL OR v.public_id = $6)
          AND ($4 IS NULL OR v.classification = $4)
          AND ($5 IS NULL OR lower(v.name) LIKE $5 ESCAPE '\')
          AND ($7 IS NULL OR coalesce(g.level, $8, 0) = $7)
          AND coalesce($3, $9, $10) IS NOT NULL
        """;

    private const string Active = """
          AND v.archived_at IS NULL
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

    private readonly DbConnection _connection;
    private readonly Dictionary<(VaultListState, ExpiryFilter?), PreparedCommand> _counts = [];
    private readonly Dictionary<
        (VaultListState, ExpiryFilter?, VaultSort, bool),
        PreparedCommand
    > _pages = [];

    private VaultListCommands(DbConnection connection)
    {
        _connection = connection;
        _ = Count(VaultListState.Active, null);
        _ = Page(new VaultQuery());
    }

    public static VaultListCommands Create(DbConnection connection) => new(connection);

    public (List<(VaultRow Row, long DirectoryCheckpoint)> Rows, int Total) List(
        Standing standing,
        VaultQuery query,
        PublicId? only = null
    )
    {
        object? pattern = query.Search is { Length: > 0 } search ? Pattern(search) : null;
        object? classification = query.Classification;
        object? level = (long?)query.Access;
        AccessLevel? inherent = standing.ReadsAllMetadata ? AccessLevel.Read : null;
        var seesAll = standing.SeesAllVaults;
        var principal = standing.Principal;
        var due = query.Now + ExpiringItems.DueWithin;
        var expiring = query.Now is null ? null : query.Expiring;
        var total = (int)
            Count(query.State, expiring)
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
        using var row = Page(query with { Expiring = expiring })
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

    private PreparedCommand Count(VaultListState state, ExpiryFilter? expiring)
    {
        if (!_counts.TryGetValue((state, expiring), out var count))
        {
            count = new(_connection, $"SELECT COUNT(*) {Matching(state, expiring)}");
            _counts.Add((state, expiring), count);
        }

        return count;
    }

    private PreparedCommand Page(VaultQuery query)
    {
        var which = (query.State, query.Expiring, query.Sort, query.Descending);
        if (!_pages.TryGetValue(which, out var page))
        {
            var direction = query.Descending ? "DESC" : "ASC";
            // Counted are the rows of the page only: what is selected beside an order is worked out for every row that is sorted.
            page = new PreparedCommand(
                _connection,
                $"""
                SELECT v.public_id, v.name, v.classification, v.item_count, v.current_dek_version, v.created_at, v.updated_at,
                       p.level, v.directory_checkpoint,
                       CASE WHEN $9 IS NULL THEN 0 ELSE (SELECT count(*) {Expiring} <= $10) END,
                       CASE WHEN $9 IS NULL THEN 0 ELSE (SELECT count(*) {Expiring} <= $9) END,
                       v.archived_at
                FROM (
                    SELECT v.id, g.level, {Sorted(query.Sort)} AS sorted {Matching(
                    query.State,
                    query.Expiring
                )}
                    ORDER BY sorted {direction}, v.id {direction} LIMIT $11 OFFSET $12) p
                CROSS JOIN vault v ON v.id = p.id ORDER BY p.sorted {direction}, v.id {direction}
                """
            );
            _pages.Add(which, page);
        }

        return page;
    }

    private static string Matching(VaultListState state, ExpiryFilter? expiring)
    {
        var stored = state == VaultListState.Archived ? Archived : Active;
        // Who sees single items only is told nothing of the others.
        return expiring is { } filter
            ? $"""
                {Visible} {stored} AND ($3 = 1 OR g.level IS NOT NULL)
                AND EXISTS (SELECT 1 {Expiring} <= {(
                    filter == ExpiryFilter.Expired ? "$9" : "$10"
                )})
                """
            : $"{Visible} {stored}";
    }

    private static string Sorted(VaultSort sort) =>
        sort switch
        {
            VaultSort.Classification => "v.classification",
            VaultSort.ItemCount => "v.item_count",
            VaultSort.UpdatedAt => "v.updated_at",
            VaultSort.Expiring =>
                $"CASE WHEN $3 = 1 OR g.level IS NOT NULL THEN (SELECT count(*) {Expiring} <= $10) ELSE 0 END",
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
}
