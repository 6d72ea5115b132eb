namespace VaultPortal.Core.Common;

/// <summary>Which part of a list is asked for. Pages count from 1.</summary>
public readonly record struct Page(int Number, int Limit)
{
    public int Skip => (Number - 1) * Limit;
}

/// <summary>A part of a list.</summary>
/// <param name="Total">How many entries the whole list has.</param>
public sealed record Paged<T>(IReadOnlyList<T> Entries, int Total);
