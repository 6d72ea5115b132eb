namespace VaultPortal.Client;

/// <summary>An item as the vault's summary names it.</summary>
public sealed record SummaryItem(
    string Id,
    string Name,
    ItemType Type,
    IReadOnlyList<string> Websites,
    string? GroupId = null
);
