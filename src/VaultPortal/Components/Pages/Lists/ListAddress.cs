using Microsoft.AspNetCore.Components;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Components.Pages.Lists;

/// <summary>
/// What a list shows, as its address says it: search, state, sort and page. The address is the only place where this is kept, so
/// that back, forward and a link to a colleague show the same.
/// </summary>
public sealed record ListAddress
{
    public const int PageSize = 50;

    public string? Search { get; init; }
    public SecretListState? State { get; init; }
    public SecretSort Sort { get; init; } = SecretSort.Newest;
    public bool Descending { get; init; }

    /// <summary>Counted from 1.</summary>
    public int Page { get; init; } = 1;

    public bool Filtered => Search is not null || State is not null;

    public bool IsTrash => State == SecretListState.Trash;

    /// <summary>Whatever an address may hold: what is not understood counts as absent.</summary>
    public static ListAddress Read(
        string? search,
        string? state,
        string? sort,
        string? direction,
        string? page
    ) =>
        new()
        {
            Search = string.IsNullOrWhiteSpace(search) ? null : search.Trim(),
            State = Member<SecretListState>(state),
            Sort = Member<SecretSort>(sort) ?? SecretSort.Newest,
            Descending = direction == "desc",
            Page = int.TryParse(
                page,
                System.Globalization.CultureInfo.InvariantCulture,
                out var number
            )
                ? Math.Clamp(number, 1, 1_000_000)
                : 1,
        };

    public SecretQuery ToQuery() =>
        new()
        {
            Search = Search,
            State = State,
            Sort = Sort,
            Descending = Descending,
            Page = Page,
            PageSize = PageSize,
        };

    /// <summary>The address by which the columns' heads sort: a second click turns the order round.</summary>
    public ListAddress SortedBy(SecretSort sort) =>
        Sort != sort
            ? this with
            {
                Sort = sort,
                // Names are looked for from A, expiries from the nearest, uses and changes from the latest.
                Descending = sort is SecretSort.Updated or SecretSort.LastUsed,
                Page = 1,
            }
            : this with
            {
                Descending = !Descending,
                Page = 1,
            };

    public string ToUri(NavigationManager navigation, string path) =>
        navigation.GetUriWithQueryParameters(
            navigation.ToAbsoluteUri(path).ToString(),
            new Dictionary<string, object?>
            {
                ["q"] = Search,
                ["state"] = State?.ToString().ToLowerInvariant(),
                ["sort"] = Sort == SecretSort.Newest ? null : Sort.ToString().ToLowerInvariant(),
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
