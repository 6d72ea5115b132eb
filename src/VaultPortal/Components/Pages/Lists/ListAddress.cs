using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace VaultPortal.Components.Pages.Lists;

/// <summary>
/// What a list shows, as its address says it: search, filter, sort and page. The address is the only place where this is kept, so
/// that back, forward and a link to a colleague show the same.
/// </summary>
/// <typeparam name="TFilter">What the list is filtered by.</typeparam>
/// <typeparam name="TSort">What it is sorted by; its first member, without a word in the address, is how it is met.</typeparam>
public sealed record ListAddress<TFilter, TSort>
    where TFilter : struct, Enum
    where TSort : struct, Enum
{
    public string? Search { get; init; }
    public TFilter? Filter { get; init; }
    public TSort Sort { get; init; }
    public bool Descending { get; init; }

    /// <summary>Counted from 1.</summary>
    public int Page { get; init; } = 1;

    public bool Filtered => Search is not null || Filter is not null;

    /// <summary>How many rows lie on the pages before.</summary>
    public int Skip => (Page - 1) * ListRules.PageSize;

    public ListAddress() { }

    /// <summary>Whatever an address may hold: what is not understood counts as absent.</summary>
    public ListAddress(
        string? search,
        string? filter,
        string? sort,
        string? direction,
        string? page
    )
    {
        Search = string.IsNullOrWhiteSpace(search) ? null : search.Trim();
        Filter = Member<TFilter>(filter);
        Sort = Member<TSort>(sort) ?? default;
        Descending = direction == "desc";
        Page = int.TryParse(page, CultureInfo.InvariantCulture, out var number)
            ? Math.Clamp(number, 1, 1_000_000)
            : 1;
    }

    /// <summary>The address by which the columns' heads sort: a second click turns the order round.</summary>
    public ListAddress<TFilter, TSort> SortedBy(TSort sort, bool highestFirst) =>
        this with
        {
            Descending = Is(sort) ? !Descending : highestFirst,
            Sort = sort,
            Page = 1,
        };

    public bool Is(TSort sort) => EqualityComparer<TSort>.Default.Equals(Sort, sort);

    public string ToUri(NavigationManager navigation, ListWords words) =>
        navigation.GetUriWithQueryParameters(
            navigation.ToAbsoluteUri(words.Path).ToString(),
            new Dictionary<string, object?>
            {
                ["q"] = Search,
                [words.Filter] = Filter?.ToString().ToLowerInvariant(),
                ["sort"] = Is(default) ? null : Sort.ToString().ToLowerInvariant(),
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
