using Microsoft.AspNetCore.Components;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Pages.Vaults;

/// <summary>
/// What the list of vaults shows, as its address says it: search, filter, sort and page. The address is the only place where
/// this is kept, so that back, forward and a link to a colleague show the same.
/// </summary>
public sealed record VaultListAddress
{
    public const int PageSize = 50;

    public string? Search { get; init; }

    public DataClassification? Classification { get; init; }

    public VaultSort Sort { get; init; }

    public bool Descending { get; init; }

    /// <summary>Counted from 1.</summary>
    public int Page { get; init; } = 1;

    public bool Filtered => Search is not null || Classification is not null;

    /// <summary>Whatever an address may hold: what is not understood counts as absent.</summary>
    public static VaultListAddress Read(
        string? search,
        string? classification,
        string? sort,
        string? direction,
        int? page
    ) =>
        new()
        {
            Search = string.IsNullOrWhiteSpace(search) ? null : search.Trim(),
            Classification = Member<DataClassification>(classification),
            Sort = Member<VaultSort>(sort) ?? VaultSort.Name,
            Descending = direction == "desc",
            Page = Math.Clamp(page ?? 1, 1, 1_000_000),
        };

    public VaultQuery ToQuery() =>
        new()
        {
            Search = Search,
            Classification = Classification,
            Sort = Sort,
            Descending = Descending,
            Skip = (Page - 1) * PageSize,
            Take = PageSize,
        };

    /// <summary>The address by which the columns' heads sort: a second click turns the order round.</summary>
    public VaultListAddress SortedBy(VaultSort sort) =>
        this with
        {
            Sort = sort,
            // Names are looked for from A, counts and times from the greatest.
            Descending =
                Sort == sort ? !Descending : sort is VaultSort.ItemCount or VaultSort.UpdatedAt,
            Page = 1,
        };

    public string ToUri(NavigationManager navigation) =>
        navigation.GetUriWithQueryParameters(
            navigation.ToAbsoluteUri("vaults").ToString(),
            new Dictionary<string, object?>
            {
                ["q"] = Search,
                ["classification"] = Classification?.ToString().ToLowerInvariant(),
                ["sort"] = Sort == VaultSort.Name ? null : Sort.ToString().ToLowerInvariant(),
                ["dir"] = Descending ? "desc" : null,
                ["page"] = Page == 1 ? null : Page,
            }
        );

    private static T? Member<T>(string? text)
        where T : struct, Enum =>
        text is not null
        && char.IsAsciiLetter(text.FirstOrDefault())
        && Enum.TryParse<T>(text, ignoreCase: true, out var value)
        && Enum.IsDefined(value)
            ? value
            : null;
}
