using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Pages.Vaults;

/// <summary>A row of a vault's page: an item, or the head of a group and how many of its items are shown.</summary>
/// <param name="Index">The place in the whole list, counted from 0.</param>
/// <param name="Group">The group that the row stands in or heads; null = none.</param>
public sealed record ItemLine(
    int Index,
    VaultItemRow? Item,
    ItemGroupRow? Group,
    int Count = 0,
    bool Closed = false
)
{
    public string Key => Item is { } item ? item.Id.ToString() : GroupKey(Group?.Id);

    /// <summary>"none" for what stands in no group.</summary>
    public static string GroupKey(PublicId? group) => group?.ToString() ?? "none";
}
