namespace VaultPortal.Client;

/// <summary>GET /vault/{id}.</summary>
internal sealed record VaultAnswer(
    string Id,
    AccessLevel AccessLevel,
    bool RekeyDue,
    SignedCheckpoint? DirectoryCheckpoint = null,
    SignedCheckpoint? SummaryCheckpoint = null,
    SignedCheckpoint? PermissionCheckpoint = null,
    int? StaleInstances = null
);
