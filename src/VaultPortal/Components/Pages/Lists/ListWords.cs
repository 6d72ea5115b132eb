using System.Globalization;

namespace VaultPortal.Components.Pages.Lists;

/// <summary>How a list calls what it lists.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Path">The list's path, without a slash in front.</param>
/// <param name="One">"secret": also the beginning of its test ids.</param>
/// <param name="Many">"secrets".</param>
/// <param name="Filter">What it is filtered by, "state" or "classification": also the name in the address and in test ids.</param>
public sealed record ListWords(
    string Title,
    string Path,
    string One,
    string Many,
    string Filter = "state"
)
{
    /// <summary>What it is filtered by, as a label.</summary>
    public string FilterLabel => char.ToUpperInvariant(Filter[0]) + Filter[1..];

    public string Counted(int count) =>
        count == 1 ? $"1 {One}" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} {Many}");
}

/// <summary>What became of an action on rows of a list, and what it can be undone by.</summary>
/// <param name="Text">Names what was done.</param>
/// <param name="Failed">What was not, and why; empty = all was.</param>
/// <param name="Undo">The rows that can be taken back.</param>
public sealed record ListNotice(
    string Text,
    IReadOnlyList<string> Failed,
    IReadOnlyList<string> Undo
);
