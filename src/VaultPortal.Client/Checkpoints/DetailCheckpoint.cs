namespace VaultPortal.Client;

/// <summary>What an item is called and which fields it has, never their values (machine.md section 4).</summary>
public sealed record DetailCheckpoint(
    string VaultItemId,
    string VaultId,
    long Version,
    string Name,
    ItemType Type,
    IReadOnlyList<string> Websites,
    IReadOnlyList<DetailField> Fields,
    string? GroupId = null
);
