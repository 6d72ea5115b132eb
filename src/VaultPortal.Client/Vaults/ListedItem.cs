namespace VaultPortal.Client;

/// <summary>An item as a search or a synchronisation names it. Not verified: the server's word.</summary>
public sealed record ListedItem(
    string Id,
    string Name,
    ItemType Type,
    IReadOnlyList<string> Websites,
    string VaultId,
    string? VaultName = null,
    string? GroupId = null,
    DateTimeOffset? ExpiresAt = null
);
