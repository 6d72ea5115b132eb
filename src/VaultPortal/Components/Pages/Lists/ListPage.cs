namespace VaultPortal.Components.Pages.Lists;

/// <summary>One page of a list.</summary>
/// <param name="Total">How many rows match in all.</param>
public sealed record ListPage<TRow>(IReadOnlyList<TRow> Rows, int Total);
