namespace VaultPortal.Client;

/// <summary>What a vault contains (machine.md section 4).</summary>
public sealed record SummaryCheckpoint(
    string VaultId,
    long Version,
    string Name,
    int CurrentDekVersion,
    IReadOnlyList<SummaryItem> Items,
    IReadOnlyList<ItemGroup> Groups,
    DataClassification? DataClassification = null
);
