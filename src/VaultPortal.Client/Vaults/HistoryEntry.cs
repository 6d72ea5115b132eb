namespace VaultPortal.Client;

/// <summary>
/// One instance of a field. What it is called, when and by whom is the server's word here; the value opens only where it belongs.
/// </summary>
/// <param name="Field">The instance, with its value still sealed.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="ArchivedAt">When the next one took its place; null for the active one.</param>
/// <param name="DetailVersion">The version of the detail checkpoint that it came with.</param>
public sealed record HistoryEntry(
    OpenField Field,
    DateTimeOffset CreatedAt,
    Author? CreatedBy,
    DateTimeOffset? ArchivedAt,
    long? DetailVersion
);
