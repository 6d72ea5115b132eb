using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// The index of what items are called: one text for each active item, under the item's row. Which rows match is found first, newest
/// first and no further than <see cref="ItemSearch.MostCounted"/>; only those that are answered are read.
/// </summary>
internal sealed class ItemSearchCommands : ICommandSet<ItemSearchCommands>
{
    private const int MostPatterns = 4;

    /// <summary>$1, $2 principal; $3 sees all; $4 vaults; $5 types; $6 expiry.</summary>
    private static readonly string Wanted = $"""
        i.archived_at IS NULL AND v.archived_at IS NULL
          AND ($4 IS NULL OR i.vault_id IN (SELECT value FROM json_each($4)))
          AND ($5 IS NULL OR i.type IN (SELECT value FROM json_each($5)))
          AND ($6 IS NULL OR i.expires_at < $6)
        ORDER BY i.id DESC LIMIT {ItemSearch.MostCounted}
        """;

    private const string Readable = """
        ($3 = 1
            OR i.vault_id IN (SELECT asset_id FROM access_grant
                WHERE principal_kind = $1 AND principal_id = $2 AND asset_kind = 1 AND ended IS NULL)
            OR i.id IN (SELECT asset_id FROM access_grant
                WHERE principal_kind = $1 AND principal_id = $2 AND asset_kind = 2 AND ended IS NULL))
        """;

    // The texts lie in the index' own table of contents: read past its module, a scan costs a third.
    private const string Contains =
        "(s.c0 LIKE $7 ESCAPE '\\' OR s.c0 LIKE $8 ESCAPE '\\' OR s.c0 LIKE $9 ESCAPE '\\' OR s.c0 LIKE $10 ESCAPE '\\')";

    private readonly PreparedCommand _put;
    private readonly PreparedCommand _remove;
    private readonly PreparedCommand _countReadable;
    private readonly PreparedCommand _match;
    private readonly PreparedCommand _scan;
    private readonly PreparedCommand _granted;
    private readonly PreparedCommand _get;

    private ItemSearchCommands(DbConnection connection)
    {
        _put = new(connection, "INSERT OR REPLACE INTO item_search (rowid, text) VALUES ($1, $2)");
        _remove = new(connection, "DELETE FROM item_search WHERE rowid = $1");
        _countReadable = new(
            connection,
            """
            SELECT coalesce(sum(CASE asset_kind WHEN 1 THEN (SELECT item_count FROM vault WHERE id = asset_id) ELSE 1 END), 0)
            FROM access_grant WHERE principal_kind = $1 AND principal_id = $2 AND ended IS NULL
            """
        );
        _match = new(
            connection,
            $"""
            SELECT i.id FROM item_search s CROSS JOIN vault_item i ON i.id = s.rowid CROSS JOIN vault v ON v.id = i.vault_id
            WHERE s.item_search MATCH $7 AND {Readable} AND {Wanted.Replace(
                "i.id DESC",
                "s.rowid DESC",
                StringComparison.Ordinal
            )}
            """
        );
        _scan = new(
            connection,
            $"""
            SELECT i.id
            FROM item_search_content s CROSS JOIN vault_item i ON i.id = s.id CROSS JOIN vault v ON v.id = i.vault_id
            WHERE {Contains} AND {Readable} AND {Wanted.Replace(
                "i.id DESC",
                "s.id DESC",
                StringComparison.Ordinal
            )}
            """
        );
        _granted = new(
            connection,
            $"""
            SELECT i.id, s.c0
            FROM vault_item i CROSS JOIN vault v ON v.id = i.vault_id CROSS JOIN item_search_content s ON s.id = i.id
            WHERE i.id IN (
                SELECT o.id FROM access_grant g JOIN vault_item o ON o.vault_id = g.asset_id AND o.archived_at IS NULL
                WHERE g.principal_kind = $1 AND g.principal_id = $2 AND g.asset_kind = 1 AND g.ended IS NULL
                UNION
                SELECT asset_id FROM access_grant
                WHERE principal_kind = $1 AND principal_id = $2 AND asset_kind = 2 AND ended IS NULL)
              AND $3 = 0 AND {Wanted}
            """
        );
        _get = new(
            connection,
            """
            SELECT i.public_id, i.name, i.type, i.websites, v.public_id, v.name, g.public_id, i.expires_at
            FROM vault_item i JOIN vault v ON v.id = i.vault_id LEFT JOIN item_group g ON g.id = i.group_id
            WHERE i.id = $1
            """
        );
    }

    public static ItemSearchCommands Create(DbConnection connection) => new(connection);

    public void Put(long item, string text) => _put.Execute(item, text);

    public void Remove(long item) => _remove.Execute(item);

    /// <summary>How many active items the principal's grants reach; one that is reached twice counts twice.</summary>
    public long CountReadable(PrincipalRef principal) =>
        _countReadable.Number(principal.Kind, principal.Id)!.Value;

    /// <summary>The rows of the items with a phrase in them, by the index.</summary>
    public List<long> Match(ItemSearchFilter wanted, string phrase) =>
        Rows(
            _match.Query(
                wanted.Principal.Kind,
                wanted.Principal.Id,
                wanted.All,
                wanted.Vaults,
                wanted.Types,
                wanted.ExpiresBefore,
                phrase
            )
        );

    /// <summary>The rows of the items that are like one of the patterns, by looking at all of them. For short patterns: LIKE takes the time of both lengths multiplied.</summary>
    public List<long> Scan(ItemSearchFilter wanted, List<string> patterns)
    {
        if (patterns.Count > MostPatterns)
        {
            throw new ArgumentException($"At most {MostPatterns} patterns are looked for.");
        }

        return Rows(
            _scan.Query(
                wanted.Principal.Kind,
                wanted.Principal.Id,
                wanted.All,
                wanted.Vaults,
                wanted.Types,
                wanted.ExpiresBefore,
                patterns[0],
                patterns.ElementAtOrDefault(1),
                patterns.ElementAtOrDefault(2),
                patterns.ElementAtOrDefault(3)
            )
        );
    }

    /// <summary>
    /// The rows of the items with a text in them, by looking at those that the grants reach and at no others: how long it takes tells
    /// nothing about what the caller may not read.
    /// </summary>
    public List<long> ScanGranted(ItemSearchFilter wanted, string text, ReadDeadline deadline)
    {
        using var rows = _granted.Query(
            wanted.Principal.Kind,
            wanted.Principal.Id,
            wanted.All,
            wanted.Vaults,
            wanted.Types,
            wanted.ExpiresBefore
        );
        // Not by OrdinalIgnoreCase: without the tables of cultures the platform compares at every place anew, character by character.
        var upper = text.ToUpperInvariant();
        var found = new List<long>();
        while (!deadline.IsOver && rows.Read())
        {
            if (rows.GetString(1).ToUpperInvariant().Contains(upper, StringComparison.Ordinal))
            {
                found.Add(rows.GetInt64(0));
            }
        }

        return found;
    }

    public FoundItem Get(long item)
    {
        using var row = _get.Query(item);
        row.Read();
        return new FoundItem
        {
            Id = row.Id(0),
            Name = row.GetString(1),
            Type = (ItemType)row.GetInt32(2),
            Websites = VaultCommands.Websites(row.GetString(3)),
            VaultId = row.Id(4),
            VaultName = row.GetString(5),
            GroupId = row.OptionalId(6),
            ExpiresAt = row.OptionalTime(7),
        };
    }

    private static List<long> Rows(PreparedRows rows)
    {
        using (rows)
        {
            var found = new List<long>();
            while (rows.Read())
            {
                found.Add(rows.GetInt64(0));
            }

            return found;
        }
    }
}
