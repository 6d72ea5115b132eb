namespace VaultPortal.Client;

/// <summary>A page of GET …/history.</summary>
internal sealed record HistoryAnswer(
    IReadOnlyList<HistoryInstance> Instances,
    Pagination? Pagination = null
);
