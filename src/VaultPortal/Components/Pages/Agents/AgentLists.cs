using VaultPortal.Components.Pages.Lists;
using VaultPortal.Core.Access;

namespace VaultPortal.Components.Pages.Agents;

/// <summary>The list of agents as its address asks for it. There are few enough to pick from them all.</summary>
internal static class AgentLists
{
    public static readonly IReadOnlyList<(AgentFilter Value, string Word)> Filters =
    [
        (AgentFilter.Active, "Can call"),
        (AgentFilter.Inactive, "No API key"),
    ];

    public static ListPage<AgentListEntry> Page(
        IReadOnlyList<AgentListEntry> agents,
        ListAddress<AgentFilter, AgentSort> address
    )
    {
        var found = agents.Where(a => Matches(a, address.Search) && Is(a, address.Filter)).ToList();
        var page = Sorted(found, address).Skip(address.Skip).Take(ListRules.PageSize);
        return new ListPage<AgentListEntry>([.. page], found.Count);
    }

    private static bool Matches(AgentListEntry agent, string? search) =>
        search is null
        || agent.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
        || agent.OwnerName.Contains(search, StringComparison.OrdinalIgnoreCase)
        || agent.Id.ToString().Contains(search, StringComparison.OrdinalIgnoreCase);

    private static bool Is(AgentListEntry agent, AgentFilter? filter) =>
        filter switch
        {
            AgentFilter.Active => agent.ActiveKeys > 0,
            AgentFilter.Inactive => agent.ActiveKeys == 0,
            null => true,
            _ => false,
        };

    private static IEnumerable<AgentListEntry> Sorted(
        IEnumerable<AgentListEntry> agents,
        ListAddress<AgentFilter, AgentSort> address
    )
    {
        var sorted = address.Sort switch
        {
            AgentSort.Name => agents.OrderBy(a => a.Name, StringComparer.OrdinalIgnoreCase),
            AgentSort.LastUsed => agents.OrderBy(a => a.LastUsedAt ?? DateTimeOffset.MinValue),
            AgentSort.Created => agents.OrderBy(a => a.CreatedAt),
            _ => agents,
        };
        return address.Descending ? sorted.Reverse() : sorted;
    }
}
