using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>One page of what changed for a caller: first apply what was closed, then the vaults, then the items.</summary>
public sealed record VaultSyncPage
{
    public required IReadOnlyList<VaultRow> Vaults { get; init; }
    public required IReadOnlyList<SyncedItem> Items { get; init; }
    public required IReadOnlyList<SyncedClosure> Closed { get; init; }

    /// <summary>Where the next call goes on. A page without any entry has reached the present.</summary>
    public required VaultSyncCursor Next { get; init; }
}

public sealed record SyncedItem(PublicId VaultId, VaultItemRow Item);

/// <summary>What the caller could read and cannot any more. A vault takes its items with it.</summary>
/// <param name="ItemId">Null: it is the whole vault.</param>
public sealed record SyncedClosure(PublicId VaultId, PublicId? ItemId, ClosureReason Reason);

public enum ClosureReason
{
    Archived,

    /// <summary>The grant ended that it was read by.</summary>
    NoAccess,
}
