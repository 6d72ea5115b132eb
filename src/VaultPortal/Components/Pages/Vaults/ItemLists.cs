using VaultPortal.Components.Pages.Lists;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Pages.Vaults;

/// <summary>A vault's items as its address asks for them: filtered, sorted, under their groups.</summary>
internal static class ItemLists
{
    public static readonly IReadOnlyList<(ItemType Value, string Word)> Types =
    [
        .. Enum.GetValues<ItemType>().Select(type => (type, Words.For(type))),
    ];

    private static readonly ListFilter Expiry = new(
        "expiring",
        "Expiry",
        "Any expiry",
        [
            ("soon", "Due or expired"),
            ("expired", "Expired"),
            ("later", "Expires later"),
            ("never", "Does not expire"),
        ]
    );

    private static readonly ListFilter State = new(
        "state",
        "State",
        "Active",
        [("archived", "Archived")]
    );

    public static ListWords Called(PublicId vault) =>
        new("Items", $"vaults/{vault}", "item", "items", Filter: "type");

    /// <summary>What is archived is shown to those who may restore it.</summary>
    public static IReadOnlyList<ListFilter> Filters(bool withArchived) =>
        withArchived ? [Expiry, State] : [Expiry];

    public static bool IsArchived(this ListAddress<ItemType, ItemSort> address) =>
        address.Also.ContainsKey("state");

    /// <summary>All rows, group by group: what is filtered leaves out groups without a match, and opens closed ones.</summary>
    /// <param name="lifetimeOf">As their policies have it.</param>
    public static List<ItemLine> Lines(
        IEnumerable<VaultItemRow> items,
        Func<VaultItemRow, Lifetime> lifetimeOf,
        IReadOnlyList<ItemGroupRow> groups,
        ListAddress<ItemType, ItemSort> address,
        ItemOrder order,
        DateTimeOffset now
    )
    {
        var shown = items
            .Where(item => Matches(item, address, () => lifetimeOf(item).StateAt(now)))
            .ToLookup(item => item.GroupId);
        var known = groups.Select(group => group.Id).ToHashSet();
        var lines = new List<ItemLine>();
        foreach (var group in order.Sorted(groups))
        {
            Add(group, [.. shown[group.Id]]);
        }

        // What stood in a group that is gone stands in none.
        Add(
            null,
            [
                .. shown
                    .Where(part => part.Key is not { } id || !known.Contains(id))
                    .SelectMany(p => p),
            ]
        );
        return lines;

        void Add(ItemGroupRow? group, List<VaultItemRow> members)
        {
            if (members.Count == 0 && (group is null || address.Filtered))
            {
                return;
            }

            var closed = !address.Filtered && groups.Count > 0 && order.IsClosed(group?.Id);
            if (groups.Count > 0)
            {
                lines.Add(new ItemLine(lines.Count, null, group, members.Count, closed));
            }

            if (!closed)
            {
                lines.AddRange(
                    Sorted(members, address, order)
                        .Select((item, i) => new ItemLine(lines.Count + i, item, group))
                        .ToList()
                );
            }
        }
    }

    private static IEnumerable<VaultItemRow> Sorted(
        List<VaultItemRow> items,
        ListAddress<ItemType, ItemSort> address,
        ItemOrder order
    )
    {
        IEnumerable<VaultItemRow> sorted = address.Sort switch
        {
            ItemSort.Name => items.OrderBy(item => item.Name, StringComparer.OrdinalIgnoreCase),
            ItemSort.Type => items
                .OrderBy(item => Words.For(item.Type), StringComparer.OrdinalIgnoreCase)
                .ThenBy(item => item.Name, StringComparer.OrdinalIgnoreCase),
            ItemSort.UpdatedAt => items.OrderBy(item => item.ArchivedAt ?? item.UpdatedAt),
            // What never expires is never due first, whatever the direction.
            ItemSort.Expiry => address.Descending
                ? items.OrderByDescending(item => item.ExpiresAt ?? DateTimeOffset.MinValue)
                : items.OrderBy(item => item.ExpiresAt ?? DateTimeOffset.MaxValue),
            _ => order.Sorted(items),
        };
        return address is { Descending: true, Sort: not (ItemSort.Expiry or ItemSort.Own) }
            ? sorted.Reverse()
            : sorted;
    }

    private static bool Matches(
        VaultItemRow item,
        ListAddress<ItemType, ItemSort> address,
        Func<ExpiryState> state
    ) =>
        (address.Filter is null || item.Type == address.Filter)
        && (
            address.Search is not { } search
            || Contains(item.Name, search)
            || item.Websites.Any(website => Contains(website, search))
        )
        && address.Also.GetValueOrDefault("expiring") switch
        {
            "soon" => state() is ExpiryState.DueSoon or ExpiryState.Expired,
            "expired" => state() == ExpiryState.Expired,
            "later" => item.ExpiresAt is not null && state() == ExpiryState.Active,
            "never" => item.ExpiresAt is null,
            _ => true,
        };

    private static bool Contains(string text, string search) =>
        text.Contains(search, StringComparison.OrdinalIgnoreCase);
}
