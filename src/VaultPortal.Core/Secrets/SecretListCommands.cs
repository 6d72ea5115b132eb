using System.Data.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Secrets;

/// <summary>
/// Lists of the two stores. One prepared command for each combination of store, state and order that was asked for, made when it is
/// first needed: conditions that are written out let the database read no more than it has to.
/// </summary>
internal sealed class SecretListCommands : ICommandSet<SecretListCommands>
{
    public const int MaxPageSize = 200;

    /// <summary>Goes before a list that is read, or sorted, with the newest recent version of each secret.</summary>
    private const string Recent =
        "recent AS MATERIALIZED (" + RecentOfEach + " GROUP BY secret_id)";

    private const string RecentOfEach =
        "SELECT secret_id, max(id) AS id, version, updated_at FROM secret_recent";

    private const string Updated = "coalesce(r.updated_at, s.updated_at)";

    private const string Newest =
        "secret s LEFT JOIN recent r ON r.secret_id = s.id AND r.id > s.version_id";

    private readonly DbConnection _connection;
    private readonly PreparedCommand _environment;
    private readonly PreparedCommand _workflows;
    private readonly Dictionary<(SecretStore, SecretListState?, bool), PreparedCommand> _counts =
    [];
    private readonly Dictionary<
        (SecretStore, SecretListState?, bool, SecretSort, bool),
        PreparedCommand
    > _pages = [];

    private SecretListCommands(DbConnection connection)
    {
        _connection = connection;
        _environment = new(
            connection,
            $"WITH {Recent} SELECT {SecretCommands.NewestColumns} FROM {Newest} WHERE +s.store = 1 ORDER BY s.id DESC"
        );
        _workflows = new(
            connection,
            $"SELECT {SecretCommands.RowColumns} FROM secret s WHERE +s.store = 2 AND s.deleted_at IS NULL ORDER BY s.id DESC"
        );
    }

    public static SecretListCommands Create(DbConnection connection) => new(connection);

    /// <summary>Newest first, whatever their state.</summary>
    public List<T> Environment<T>(Func<SecretRow, T> view) => All(_environment, view);

    /// <summary>Newest first, without the trash.</summary>
    public List<T> Workflows<T>(Func<SecretRow, T> view) => All(_workflows, view);

    public SecretPage<T> Page<T>(
        SecretStore store,
        SecretQuery query,
        DateTimeOffset now,
        ExpiryRule rule,
        Func<SecretRow, T> view
    )
    {
        // No key and no name holds NUL, and the database would read no further than to it.
        if (query.Search?.Contains('\0', StringComparison.Ordinal) == true)
        {
            return new([], 0, rule);
        }

        var pattern = query.Search is { Length: > 0 } search ? Pattern(search) : null;
        var searches = pattern is not null;
        var due = now + (rule.Notice ?? TimeSpan.Zero);
        var size = (long)Math.Clamp(query.PageSize, 1, MaxPageSize);
        var skip = (Math.Max(query.Page, 1) - 1L) * size;
        var total = Count(store, query.State, searches).Number(now, due, pattern) ?? 0;
        var items = new List<T>();
        using var rows = PageOf(store, query, searches).Query(now, due, pattern, size, skip);
        while (rows.Read())
        {
            items.Add(view(SecretCommands.Read(rows)));
        }

        return new(items, (int)total, rule);
    }

    private static List<T> All<T>(PreparedCommand command, Func<SecretRow, T> view)
    {
        var items = new List<T>();
        using var rows = command.Query();
        while (rows.Read())
        {
            items.Add(view(SecretCommands.Read(rows)));
        }

        return items;
    }

    private PreparedCommand Count(SecretStore store, SecretListState? state, bool searches)
    {
        var which = (store, state, searches);
        if (!_counts.TryGetValue(which, out var count))
        {
            count = new(
                _connection,
                $"SELECT count(*) FROM secret s WHERE {Condition(store, state, searches)}"
            );
            _counts.Add(which, count);
        }

        return count;
    }

    private PreparedCommand PageOf(SecretStore store, SecretQuery query, bool searches)
    {
        var which = (store, query.State, searches, query.Sort, query.Descending);
        if (!_pages.TryGetValue(which, out var page))
        {
            var order = Order(query.Sort, query.Descending);
            var condition = query is { State: null, Sort: SecretSort.Name }
                ? AlongNames(store, searches)
                : Condition(store, query.State, searches);
            // Whole rows are read of the page only: to sort them all would take several times as long.
            var ids =
                $"SELECT s.id FROM {Matches(query, condition)} ORDER BY {order} LIMIT $4 OFFSET $5";
            page = new(
                _connection,
                query.Sort == SecretSort.Updated
                    ? $"""
                        WITH {Recent}
                        SELECT {SecretCommands.NewestColumns} FROM {Newest}
                        WHERE s.id IN ({ids}) ORDER BY {Order(
                            query.Sort,
                            query.Descending,
                            Updated
                        )}
                        """
                    : $"""
                    WITH page AS MATERIALIZED ({ids}), recent AS MATERIALIZED (
                        {RecentOfEach} WHERE secret_id IN (SELECT id FROM page) GROUP BY secret_id
                    )
                    SELECT {SecretCommands.NewestColumns} FROM {Newest}
                    WHERE s.id IN (SELECT id FROM page) ORDER BY {order}
                    """
            );
            _pages.Add(which, page);
        }

        return page;
    }

    /// <summary>
    /// What is sorted by times, latest first, is read newest first (the limit of -1 keeps that order): read oldest first, nearly every
    /// row would take the place of an earlier one among the best, and to let one go costs more than to read it.
    /// </summary>
    private static string Matches(SecretQuery query, string condition) =>
        query.Sort == SecretSort.Updated
            ? $"""
                (SELECT s.id, {Updated} AS updated_at FROM {Newest}
                WHERE {condition} {(query.Descending ? "ORDER BY s.id DESC" : "")} LIMIT -1) s
                """
        : query is { Descending: true, Sort: not (SecretSort.Newest or SecretSort.Name) }
            ? $"""
                (SELECT s.id, s.expires_at, s.last_used_at FROM secret s
                WHERE {condition} ORDER BY s.id DESC LIMIT -1) s
                """
        : $"secret s WHERE {condition}";

    /// <summary>
    /// What is not in the trash, by name: the partial index on the names of the store says everything, and the few in the trash come
    /// from theirs.
    /// </summary>
    private static string AlongNames(SecretStore store, bool searches) =>
        $"""
            s.store = {(int)store} AND s.id NOT IN (SELECT d.id FROM secret d WHERE d.deleted_at IS NOT NULL)
            AND {Search(searches)} AND $1 <= $2
            """;

    /// <summary>$1 now, $2 until when an expiry is soon, $3 pattern: each stands in every text, so that all take the same values.</summary>
    private static string Condition(SecretStore store, SecretListState? state, bool searches)
    {
        var condition = state switch
        {
            null => "s.deleted_at IS NULL",
            SecretListState.Active =>
                "s.deleted_at IS NULL AND s.is_active = 1 AND (s.expires_at IS NULL OR s.expires_at > $1)",
            SecretListState.Inactive => "s.deleted_at IS NULL AND s.is_active = 0",
            SecretListState.DueSoon =>
                "s.deleted_at IS NULL AND s.expires_at > $1 AND s.expires_at <= $2",
            SecretListState.Expired => "s.deleted_at IS NULL AND s.expires_at <= $1",
            SecretListState.Trash => "s.deleted_at IS NOT NULL",
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };
        // With the plus the database reads the table from end to end: by an index on names it would look up each row by itself.
        return $"+s.store = {(int)store} AND {condition} AND {Search(searches)} AND $1 <= $2";
    }

    // SQLite's LIKE makes no difference between the cases of ASCII letters, and half the work of lower() and LIKE.
    private static string Search(bool searches) =>
        searches ? @"s.name LIKE $3 ESCAPE '\'" : "$3 IS NULL";

    private static string Order(SecretSort sort, bool descending, string updated = "s.updated_at")
    {
        var direction = descending ? "DESC" : "ASC";
        var tie = descending ? "s.id DESC" : "s.id";
        return sort switch
        {
            SecretSort.Newest => descending ? "s.id" : "s.id DESC",
            SecretSort.Name => $"s.name {direction}, {tie}",
            SecretSort.Updated => $"{updated} {direction}, {tie}",
            // What never expires is never due first, whatever the direction.
            SecretSort.Expires => $"s.expires_at IS NULL, s.expires_at {direction}, {tie}",
            // What was never used was used longest ago.
            SecretSort.LastUsed => $"coalesce(s.last_used_at, 0) {direction}, {tie}",
            _ => throw new ArgumentOutOfRangeException(nameof(sort)),
        };
    }

    private static string Pattern(string search) =>
        "%"
        + search
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal)
        + "%";
}
