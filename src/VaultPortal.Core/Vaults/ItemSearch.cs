using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>Finds items by a part of their names, of the labels of their fields or of their websites; never by a value. The newest come first.</summary>
public sealed class ItemSearch(Gate gate)
{
    /// <summary>What lies beyond this many matches is neither counted nor answered: nobody reads it, and counting is what costs.</summary>
    public const int MostCounted = 10_000;

    /// <summary>Longest text to look for, in characters. What a search costs follows it, and nobody types more.</summary>
    public const int LongestText = 100;

    /// <summary>With access to no more items than this, each is looked at; with more, the index is.</summary>
    private const int Few = 5_000;

    /// <summary>The index knows texts by every three characters in a row.</summary>
    private const int ShortestIndexed = 3;

    private static readonly VaultError TooMuch = new(
        ErrorKind.Unavailable,
        "unavailable",
        "This search took too long and was given up; look for something more distinct, or try again later."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    /// <summary>How long a search may take. One takes a hundredth of it; only what is made to be slow comes near.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The matches that the caller may read; <c>unavailable</c> when they cannot be found in time.</summary>
    public Task<Result<FoundItems>> FindAsync(
        Caller caller,
        ItemQuery query,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync(
            caller,
            new AuditedCall("vault_item.search", "vault_items", Permissions.Search),
            (scope, standing) => FindInTime(scope, standing, query, cancellation),
            cancellation
        );

    /// <summary>Makes an item to be found by what it is called now.</summary>
    internal static void Put(WriteScope scope, ItemRow item, IEnumerable<FieldRow> fields) =>
        scope
            .Commands<ItemSearchCommands>()
            .Put(
                item.Id,
                string.Join('\n', [item.Name, .. item.Websites, .. fields.Select(f => f.Name)])
            );

    internal static void Remove(WriteScope scope, ItemRow item) =>
        scope.Commands<ItemSearchCommands>().Remove(item.Id);

    private Result<FoundItems> FindInTime(
        ReadScope scope,
        Standing standing,
        ItemQuery query,
        CancellationToken cancellation
    )
    {
        // Made before the time runs: opening the index of a new connection reads tables of its own, and is no search that took too long.
        _ = scope.Commands<ItemSearchCommands>();
        using var deadline = new ReadDeadline(scope.Connection, Limit, cancellation);
        try
        {
            return Find(scope, standing, query, deadline) is { } found ? found : TooMuch;
        }
        catch (SqliteException fault)
            when (fault.SqliteErrorCode == raw.SQLITE_INTERRUPT && deadline.IsOver)
        {
            cancellation.ThrowIfCancellationRequested();
            return TooMuch;
        }
    }

    /// <summary>Null when the time was over.</summary>
    private static FoundItems? Find(
        ReadScope scope,
        Standing standing,
        ItemQuery query,
        ReadDeadline deadline
    )
    {
        var commands = scope.Commands<ItemSearchCommands>();
        var wanted = new ItemSearchFilter(
            standing.Principal,
            standing.ReadsAllMetadata,
            Rows(scope, query.VaultIds),
            query.Types is null
                ? null
                : JsonSerializer.Serialize(query.Types.Select(type => (int)type)),
            query.ExpiresBefore
        );
        var isShort = query.Text.EnumerateRunes().Count() < ShortestIndexed;
        var few = !wanted.All && commands.CountReadable(standing.Principal) <= Few;
        var found =
            few ? commands.ScanGranted(wanted, query.Text, deadline)
            : isShort ? commands.Scan(wanted, Patterns(query.Text))
            : commands.Match(wanted, Phrase(query.Text));
        return deadline.IsOver
            ? null
            : new FoundItems(
                [.. found.Skip(query.Page.Skip).Take(query.Page.Limit).Select(commands.Get)],
                found.Count
            );
    }

    /// <summary>A vault that is not there has no items; so has one that the caller may not read.</summary>
    private static string? Rows(ReadScope scope, IReadOnlyList<PublicId>? vaults) =>
        vaults is null
            ? null
            : JsonSerializer.Serialize(
                vaults.Select(id => scope.Commands<VaultCommands>().Find(id)?.Id ?? 0)
            );

    /// <summary>One phrase of the index' language: within quotes nothing is an operator.</summary>
    private static string Phrase(string text) =>
        $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>
    /// LIKE knows upper and lower case of ASCII only; of other letters both are given, at most two letters' worth: a longer
    /// text comes here never.
    /// </summary>
    private static List<string> Patterns(string text)
    {
        List<string> patterns = [""];
        foreach (var rune in text.EnumerateRunes())
        {
            string[] cases =
                rune.IsAscii || Rune.ToLowerInvariant(rune) == Rune.ToUpperInvariant(rune)
                    ? [rune.ToString()]
                    :
                    [
                        Rune.ToLowerInvariant(rune).ToString(),
                        Rune.ToUpperInvariant(rune).ToString(),
                    ];
            patterns =
            [
                .. patterns.SelectMany(start =>
                    cases.Select(letter =>
                        start + (letter is "%" or "_" or @"\" ? @"\" : "") + letter
                    )
                ),
            ];
        }

        return patterns.ConvertAll(pattern => $"%{pattern}%");
    }
}

/// <summary>Which items count, whatever they are called.</summary>
/// <param name="All">The principal reads the metadata of everything.</param>
/// <param name="Vaults">A JSON array of rows; null = any.</param>
/// <param name="Types">A JSON array of numbers; null = any.</param>
internal sealed record ItemSearchFilter(
    PrincipalRef Principal,
    bool All,
    string? Vaults,
    string? Types,
    DateTimeOffset? ExpiresBefore
);
