using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>A new, empty group of a vault's items.</summary>
public sealed record NewItemGroup(PublicId Id, string Name, SignedInput<SummaryContent> Summary);

/// <summary>A group's new name.</summary>
public sealed record ItemGroupUpdate(string Name, SignedInput<SummaryContent> Summary);

/// <summary>Items that are put into a group, or taken out of theirs.</summary>
/// <param name="ItemIds">Each once, at most 200.</param>
/// <param name="Details">The next detail checkpoint of each item that changes, and of no item that is not named.</param>
public sealed record ItemGrouping(
    IReadOnlyList<PublicId> ItemIds,
    SignedInput<SummaryContent> Summary,
    IReadOnlyList<SignedInput<DetailContent>> Details
);
