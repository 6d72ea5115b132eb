using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>The list of the vaults that a principal sees; one prepared command for each order.</summary>
internal sealed class VaultListCommands : ICommandSet<VaultListCommands>
{
    /// <summary>$1, $2 principal; $3 sees all; $4 classification; $5 pattern; $6 one vault.</summary>
    private const string Visible = """
        FROM vault v
        LEFT JOIN access_grant g
            ON g.principal_kind = $1 AND g.principal_id = $2 AND g.asset_kind = 1 AND g.asset_id = v.id
            AND g.ended IS NULL
        WHERE v.archived_at IS NULL
          AND ($6 IS NULL OR v.public_id = $6)
          AND ($3 = 1 OR g.level IS NOT NULL OR EXISTS (
            SELECT 1 FROM access_grant ig JOIN vault_item i ON i.id = ig.asset_id
            WHERE ig.principal_kind = $1 AND ig.principal_id = $2 AND ig.asset_kind = 2 AND ig.ended IS NULL
              AND i.vault_id = v.id AND i.archived_at IS NULL))
          AND ($4 IS NULL OR v.classification = $4)
          AND ($5 IS NULL OR lower(v.name) LIKE $5 ESCAPE '\')
        """;

    private readonly DbConnection _connection;
    private readonly PreparedCommand _count;
    private readonly Dictionary<(VaultSort, bool), PreparedCommand> _pages = [];

    private VaultListCommands(DbConnection connection)
    {
        _connection = connection;
        _count = new(connection, $"SELECT COUNT(*) {Visible}");
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
        var seesAll = standing.SeesAllVaults;
        var principal = standing.Principal;
        var total = (int)
            _count.Number(principal.Kind, principal.Id, seesAll, classification, pattern, only)!;
        var rows = new List<(VaultRow, long)>();
        using var row = Page(query.Sort, query.Descending)
            .Query(
                principal.Kind,
                principal.Id,
                seesAll,
                classification,
                pattern,
                only,
                (long)query.Take,
                (long)query.Skip
            );
        while (row.Read())
        {
            var level = (AccessLevel?)row.OptionalLong(7);
            if (standing.ReadsAllMetadata)
            {
                level ??= AccessLevel.Read;
            }

            var vault = new VaultRow
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
                ItemGrantsOnly = level is null && !seesAll,
            };
            rows.Add((vault, row.GetInt64(8)));
        }

        return (rows, total);
    }

    private PreparedCommand Page(VaultSort sort, bool descending)
    {
        if (!_pages.TryGetValue((sort, descending), out var page))
        {
            var column = sort switch
            {
                VaultSort.Classification => "v.classification",
                VaultSort.ItemCount => "v.item_count",
                VaultSort.UpdatedAt => "v.updated_at",
                _ => "lower(v.name)",
            };
            var direction = descending ? "DESC" : "ASC";
            page = new PreparedCommand(
                _connection,
                $"""
                SELECT v.public_id, v.name, v.classification, v.item_count, v.current_dek_version, v.created_at, v.updated_at,
                       g.level, v.directory_checkpoint
                {Visible} ORDER BY {column} {direction}, v.id {direction} LIMIT $7 OFFSET $8
                """
            );
            _pages.Add((sort, descending), page);
        }

        return page;
    }

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
