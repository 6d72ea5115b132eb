using System.Text;
using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>Finds items by a part of their names, of the labels of their fields or of their websites; never by a value. The newest come first.</summary>
public sealed class ItemSearch(Gate gate)
{
    /// <summary>What lies beyond this many matches is neither counted nor answered: nobody reads it, and counting is what costs.</summary>
    public const int MostCounted = 10_000;

    /// <summary>Longest text to look for, in characters: that of a website.</summary>
    public const int LongestText = TextRules.MaxWebsite;

    /// <summary>With access to no more items than this, each is looked at; with more, the index is.</summary>
    private const int Few = 5_000;

    /// <summary>The index knows texts by every three characters in a row.</summary>
    private const int ShortestIndexed = 3;

    /// <summary>The matches that the caller may read.</summary>
    public Task<Result<FoundItems>> FindAsync(
        Caller caller,
        ItemQuery query,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync(
            caller,
            new AuditedCall("vault_item.search", "vault_items", Permissions.Search),
            (scope, standing) => (Result<FoundItems>)Find(scope, standing, query),
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

    private static FoundItems Find(ReadScope scope, Standing standing, ItemQuery query)
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
            isShort || (few && Ascii.IsValid(query.Text))
                ? commands.Scan(wanted, Patterns(query.Text), few)
                : commands.Match(wanted, Phrase(query.Text));
        return new FoundItems(
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
    /// LIKE knows upper and lower case of ASCII only; of other letters both are given, at most two letters' worth. A longer text has
    /// none but ASCII here.
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
