using VaultPortal.Core.Access;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Components.Pages.Agents;

/// <summary>The list of agents as its address asks for it. There are few enough to pick from them all.</summary>
internal static class AgentLists
{
    public static readonly IReadOnlyList<(SecretListState State, string Word)> States =
    [
        (SecretListState.Active, "Can call"),
        (SecretListState.Inactive, "No API key"),
    ];

    public static SecretPage<AgentListEntry> Page(
        IReadOnlyList<AgentListEntry> agents,
        SecretQuery query
    )
    {
        var found = agents.Where(a => Matches(a, query.Search) && Is(a, query.State)).ToList();
        var page = Sorted(found, query)
            .Skip((query.Page - 1) * query.PageSize)
            .Take(query.PageSize);
        return new SecretPage<AgentListEntry>([.. page], found.Count);
    }

    private static bool Matches(AgentListEntry agent, string? search) =>
        search is null
        || agent.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
        || agent.OwnerName.Contains(search, StringComparison.OrdinalIgnoreCase)
        || agent.Id.ToString().Contains(search, StringComparison.OrdinalIgnoreCase);

    private static bool Is(AgentListEntry agent, SecretListState? state) =>
        state switch
        {
            SecretListState.Active => agent.ActiveKeys > 0,
            SecretListState.Inactive => agent.ActiveKeys == 0,
            null => true,
            _ => false,
        };

    private static IEnumerable<AgentListEntry> Sorted(
        IEnumerable<AgentListEntry> agents,
        SecretQuery query
    )
    {
        var sorted = query.Sort switch
        {
            SecretSort.Name => agents.OrderBy(a => a.Name, StringComparer.OrdinalIgnoreCase),
            SecretSort.LastUsed => agents.OrderBy(a => a.LastUsedAt ?? DateTimeOffset.MinValue),
            SecretSort.Updated => agents.OrderBy(a => a.CreatedAt),
            _ => agents,
        };
        return query.Descending ? sorted.Reverse() : sorted;
    }
}
