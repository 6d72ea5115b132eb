namespace VaultPortal.Client;

/// <summary>A vault as a list names it. Not verified: the server's word.</summary>
public sealed record ListedVault(
    string Id,
    string Name,
    int CurrentDekVersion,
    DataClassification? DataClassification = null,
    int? ItemCount = null,
    DateTimeOffset? CreatedAt = null,
    DateTimeOffset? UpdatedAt = null
);
