using Microsoft.AspNetCore.Components;

namespace VaultPortal.Components.Pages.Lists;

/// <summary>
/// What a list shows, as its address says it: search, filters and sort. The address is the only place where this is kept, so that
/// back, forward and a link to a colleague show the same.
/// </summary>
/// <typeparam name="TFilter">What the list is filtered by first.</typeparam>
/// <typeparam name="TSort">What it is sorted by; its first member, without a word in the address, is how it is met.</typeparam>
public sealed record ListAddress<TFilter, TSort>
    where TFilter : struct, Enum
    where TSort : struct, Enum
{
    public string? Search { get; init; }
    public TFilter? Filter { get; init; }

    /// <summary>What was chosen of the list's other filters, by their names.</summary>
    public IReadOnlyDictionary<string, string> Also { get; init; } =
        new Dictionary<string, string>();
    public TSort Sort { get; init; }
    public bool Descending { get; init; }

    /// <summary>Which piece of the list is read, counted from 1. It does not stand in the address: that is where somebody has scrolled to.</summary>
    public int Page { get; init; } = 1;

    public bool Filtered => Search is not null || Filter is not null || Also.Count > 0;

    /// <summary>How many rows lie on the pages before.</summary>
    public int Skip => (Page - 1) * ListRules.PageSize;

    public ListAddress() { }

    /// <summary>Whatever an address may hold: what is not understood counts as absent.</summary>
    public ListAddress(string? search, string? filter, string? sort, string? direction)
    {
        Search = string.IsNullOrWhiteSpace(search) ? null : search.Trim();
        Filter = Member<TFilter>(filter);
        Sort = Member<TSort>(sort) ?? default;
        Descending = direction == "desc";
    }

    /// <summary>The member that was chosen of one of the other filters.</summary>
    public T? Chosen<T>(string filter)
        where T : struct, Enum => Member<T>(Also.GetValueOrDefault(filter));

    /// <param name="value">Null = whatever.</param>
    public ListAddress<TFilter, TSort> With(string filter, string? value)
    {
        var also = Also.Where(chosen => chosen.Key != filter).ToDictionary();
        if (value is not null)
        {
            also.Add(filter, value);
        }

        return this with
        {
            Also = also,
        };
    }

    /// <summary>The address by which the columns' heads sort: a second click turns the order round.</summary>
    public ListAddress<TFilter, TSort> SortedBy(TSort sort, bool highestFirst) =>
        this with
        {
            Descending = Is(sort) ? !Descending : highestFirst,
            Sort = sort,
        };

    public bool Is(TSort sort) => EqualityComparer<TSort>.Default.Equals(Sort, sort);

    /// <param name="selected">Ids of rows, with commas between; null = none.</param>
    public string ToUri(NavigationManager navigation, ListWords words, string? selected = null)
    {
        var parameters = new Dictionary<string, object?>
        {
            ["q"] = Search,
            [words.Filter] = Filter?.ToString().ToLowerInvariant(),
        };
        foreach (var (filter, value) in Also)
        {
            parameters[filter] = value;
        }

        parameters["sort"] = Is(default) ? null : Sort.ToString().ToLowerInvariant();
        parameters["dir"] = Descending ? "desc" : null;
        parameters["selected"] = selected;
        return navigation.GetUriWithQueryParameters(
            navigation.ToAbsoluteUri(words.Path).ToString(),
            parameters
        );
    }

    private static T? Member<T>(string? text)
        where T : struct, Enum =>
        text is not null
        && char.IsAsciiLetter(text.FirstOrDefault())
        && Enum.TryParse<T>(text, ignoreCase: true, out var value)
        && Enum.IsDefined(value)
            ? value
            : null;
}
