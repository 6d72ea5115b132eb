namespace VaultPortal.Client;

/// <summary>What a vault is called (machine.md section 4). The group of a vault is always null.</summary>
public sealed record DirectoryCheckpoint(
    string VaultId,
    long Version,
    string Name,
    string? GroupId = null,
    DataClassification? DataClassification = null
);
