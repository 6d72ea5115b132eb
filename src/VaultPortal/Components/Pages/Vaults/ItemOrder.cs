using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Pages.Vaults;

/// <summary>
/// The order of groups and items that a reader prefers, and the groups that he has closed: his own, kept in his browser
/// (docs/decisions/0041-the-order-is-the-readers.md). It names ids only, and whatever it names that is not there counts for nothing.
/// </summary>
public sealed record ItemOrder
{
    /// <summary>Most ids of each kind: what a browser sends in one message is limited.</summary>
    public const int MostGroups = 200;
    public const int MostItems = 600;

    public IReadOnlyList<string> Groups { get; init; } = [];
    public IReadOnlyList<string> Items { get; init; } = [];
    public IReadOnlyList<string> Closed { get; init; } = [];

    /// <summary>Groups in this order; those that it does not name stand behind, by name.</summary>
    public IEnumerable<ItemGroupRow> Sorted(IEnumerable<ItemGroupRow> groups) =>
        ByPlace(groups, group => group.Id, Groups);

    /// <summary>Items in this order; those that it does not name stand behind, as they were made.</summary>
    public IEnumerable<VaultItemRow> Sorted(IEnumerable<VaultItemRow> items) =>
        ByPlace(items, item => item.Id, Items);

    public bool IsClosed(PublicId? group) => Closed.Contains(ItemLine.GroupKey(group));

    public ItemOrder Toggled(PublicId? group)
    {
        var key = ItemLine.GroupKey(group);
        return this with
        {
            Closed = IsClosed(group)
                ? [.. Closed.Where(closed => closed != key)]
                : [.. Closed.Append(key).TakeLast(MostGroups)],
        };
    }

    public ItemOrder WithGroups(IEnumerable<string> ids) =>
        this with
        {
            Groups = [.. ids.Take(MostGroups)],
        };

    /// <param name="ids">The items of one group in their new order; what is known of the others stays.</param>
    public ItemOrder WithItems(IReadOnlyList<string> ids) =>
        this with
        {
            Items = [.. ids.Concat(Items.Except(ids)).Take(MostItems)],
        };

    /// <summary>The ids with some of them put before another; null = at the end.</summary>
    public static IReadOnlyList<string> Put(
        IEnumerable<string> ids,
        IReadOnlyCollection<string> moved,
        string? before
    )
    {
        var all = ids.ToList();
        // Put before one of themselves they stand before the next that stays.
        var next = all.SkipWhile(id => id != before).FirstOrDefault(id => !moved.Contains(id));
        var staying = all.Where(id => !moved.Contains(id)).ToList();
        var place = next is null ? staying.Count : staying.IndexOf(next);
        staying.InsertRange(place, all.Where(moved.Contains));
        return staying;
    }

    /// <summary>The ids with some of them one place further up or down; what stands at the edge stays there.</summary>
    public static IReadOnlyList<string> Shift(
        IEnumerable<string> ids,
        IReadOnlyCollection<string> moved,
        bool up
    )
    {
        var all = up ? ids.ToList() : ids.Reverse().ToList();
        for (var i = 1; i < all.Count; i++)
        {
            if (moved.Contains(all[i]) && !moved.Contains(all[i - 1]))
            {
                (all[i - 1], all[i]) = (all[i], all[i - 1]);
            }
        }

        return up ? all : [.. all.AsEnumerable().Reverse()];
    }

    private static IEnumerable<T> ByPlace<T>(
        IEnumerable<T> rows,
        Func<T, PublicId> id,
        IReadOnlyList<string> order
    )
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var named in order)
        {
            places.TryAdd(named, places.Count);
        }

        return rows.OrderBy(row => places.GetValueOrDefault(id(row).ToString(), int.MaxValue));
    }
}
