using VaultPortal.Components.Pages.Lists;
using VaultPortal.Core.Access;
using VaultPortal.Core.Policies;

namespace VaultPortal.Components.Pages.Keys;

/// <summary>The list of keys as its address asks for it. There are few enough to pick from them all.</summary>
internal static class KeyLists
{
    public static readonly IReadOnlyList<(KeyFilter Value, string Word)> Filters =
    [
        (KeyFilter.Active, "Active"),
        (KeyFilter.DueSoon, "Due soon"),
        (KeyFilter.Expired, "Expired"),
        (KeyFilter.Inactive, "Revoked"),
    ];

    public static ListPage<ApiKeyListEntry> Page(
        IReadOnlyList<ApiKeyListEntry> keys,
        ListAddress<KeyFilter, KeySort> address,
        ExpiryRule rule,
        DateTimeOffset now
    )
    {
        var found = keys.Where(key =>
                Matches(key, address.Search) && Is(key, address.Filter, rule, now)
            )
            .ToList();
        var page = Sorted(found, address).Skip(address.Skip).Take(ListRules.PageSize);
        return new ListPage<ApiKeyListEntry>([.. page], found.Count);
    }

    private static bool Matches(ApiKeyListEntry key, string? search) =>
        search is null
        || key.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
        || key.OwnerName.Contains(search, StringComparison.OrdinalIgnoreCase)
        || key.AgentName?.Contains(search, StringComparison.OrdinalIgnoreCase) == true
        || key.AccessKey.Contains(search, StringComparison.OrdinalIgnoreCase);

    /// <summary>A key is as old as its value.</summary>
    public static Lifetime LifetimeOf(ApiKeyListEntry key, ExpiryRule rule) =>
        rule.LifetimeOf(key.ExpiresAt, key.CreatedAt);

    private static bool Is(
        ApiKeyListEntry key,
        KeyFilter? filter,
        ExpiryRule rule,
        DateTimeOffset now
    )
    {
        var revoked = key.RevokedAt is not null;
        var expired = key.ExpiresAt <= now;
        return filter switch
        {
            KeyFilter.Active => !revoked && !expired,
            KeyFilter.DueSoon => !revoked
                && LifetimeOf(key, rule).StateAt(now) == ExpiryState.DueSoon,
            KeyFilter.Expired => !revoked && expired,
            KeyFilter.Inactive => revoked,
            _ => true,
        };
    }

    private static IEnumerable<ApiKeyListEntry> Sorted(
        IEnumerable<ApiKeyListEntry> keys,
        ListAddress<KeyFilter, KeySort> address
    ) =>
        address.Sort switch
        {
            KeySort.Name => By(keys, key => key.Name, StringComparer.OrdinalIgnoreCase, address),
            KeySort.Expires => By(
                keys,
                key => key.ExpiresAt ?? DateTimeOffset.MaxValue,
                Comparer<DateTimeOffset>.Default,
                address
            ),
            KeySort.LastUsed => By(
                keys,
                key => key.LastUsedAt ?? DateTimeOffset.MinValue,
                Comparer<DateTimeOffset>.Default,
                address
            ),
            _ => keys,
        };

    private static IEnumerable<ApiKeyListEntry> By<T>(
        IEnumerable<ApiKeyListEntry> keys,
        Func<ApiKeyListEntry, T> value,
        IComparer<T> comparer,
        ListAddress<KeyFilter, KeySort> address
    ) =>
        address.Descending
            ? keys.OrderByDescending(value, comparer)
            : keys.OrderBy(value, comparer);
}
