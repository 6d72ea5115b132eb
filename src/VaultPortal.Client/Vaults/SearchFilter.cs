namespace VaultPortal.Client;

/// <summary>What is searched for: in names, labels and websites, never in values.</summary>
/// <param name="Text">Words.</param>
public sealed record SearchFilter(string Text)
{
    /// <summary>Only these types of item; null for all.</summary>
    public IReadOnlyList<ItemType>? Types { get; init; }

    /// <summary>Only in these vaults; null for all.</summary>
    public IReadOnlyList<string>? VaultIds { get; init; }

    /// <summary>Only what expires before; null for all.</summary>
    public DateTimeOffset? ExpiresBefore { get; init; }
}
