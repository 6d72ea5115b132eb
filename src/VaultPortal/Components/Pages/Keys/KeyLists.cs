using VaultPortal.Core.Access;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Components.Pages.Keys;

/// <summary>The list of keys as its address asks for it. There are few enough to pick from them all.</summary>
internal static class KeyLists
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    public static readonly IReadOnlyList<(SecretListState State, string Word)> States =
    [
        (SecretListState.Active, "Active"),
        (SecretListState.DueSoon, "Due within 30 days"),
        (SecretListState.Expired, "Expired"),
        (SecretListState.Inactive, "Revoked"),
    ];

    public static SecretPage<ApiKeyListEntry> Page(
        IReadOnlyList<ApiKeyListEntry> keys,
        SecretQuery query,
        DateTimeOffset now
    )
    {
        var found = keys.Where(key => Matches(key, query.Search) && Is(key, query.State, now))
            .ToList();
        var page = Sorted(found, query)
            .Skip((query.Page - 1) * query.PageSize)
            .Take(query.PageSize);
        return new SecretPage<ApiKeyListEntry>([.. page], found.Count);
    }

    private static bool Matches(ApiKeyListEntry key, string? search) =>
        search is null
        || key.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
        || key.OwnerName.Contains(search, StringComparison.OrdinalIgnoreCase)
        || key.AgentName?.Contains(search, StringComparison.OrdinalIgnoreCase) == true
        || key.AccessKey.Contains(search, StringComparison.OrdinalIgnoreCase);

    private static bool Is(ApiKeyListEntry key, SecretListState? state, DateTimeOffset now)
    {
        var revoked = key.RevokedAt is not null;
        var expired = key.ExpiresAt <= now;
        return state switch
        {
            SecretListState.Active => !revoked && !expired,
            SecretListState.DueSoon => !revoked && !expired && key.ExpiresAt <= now + Soon,
            SecretListState.Expired => !revoked && expired,
            SecretListState.Inactive => revoked,
            SecretListState.Trash => false,
            _ => true,
        };
    }

    private static IEnumerable<ApiKeyListEntry> Sorted(
        IEnumerable<ApiKeyListEntry> keys,
        SecretQuery query
    ) =>
        query.Sort switch
        {
            SecretSort.Name => By(keys, key => key.Name, StringComparer.OrdinalIgnoreCase, query),
            SecretSort.Expires => By(
                keys,
                key => key.ExpiresAt ?? DateTimeOffset.MaxValue,
                Comparer<DateTimeOffset>.Default,
                query
            ),
            SecretSort.LastUsed => By(
                keys,
                key => key.LastUsedAt ?? DateTimeOffset.MinValue,
                Comparer<DateTimeOffset>.Default,
                query
            ),
            _ => keys,
        };

    private static IEnumerable<ApiKeyListEntry> By<T>(
        IEnumerable<ApiKeyListEntry> keys,
        Func<ApiKeyListEntry, T> value,
        IComparer<T> comparer,
        SecretQuery query
    ) => query.Descending ? keys.OrderByDescending(value, comparer) : keys.OrderBy(value, comparer);
}
