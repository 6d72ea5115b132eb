using VaultPortal.Components.Pages.Lists;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Pages.Vaults;

/// <summary>The list of vaults: what it is called and filtered by, and its address as a question to the service.</summary>
internal static class VaultLists
{
    public static readonly ListWords Called = new(
        "Vaults",
        "vaults",
        "vault",
        "vaults",
        Filter: "classification"
    );

    public static readonly IReadOnlyList<(DataClassification Value, string Word)> Classifications =
    [
        .. Enum.GetValues<DataClassification>().Select(value => (value, Words.For(value))),
    ];

    public static readonly IReadOnlyList<ListFilter> Filters =
    [
        new(
            "access",
            "Access",
            "Any access",
            ListFilter.Of<VaultAccessFilter>(access =>
                access == VaultAccessFilter.None
                    ? "Exists only"
                    : access.ToString().ToUpperInvariant()
            )
        ),
        new(
            "expiring",
            "Expiry",
            "Any expiry",
            ListFilter.Of<ExpiryFilter>(expiry =>
                expiry == ExpiryFilter.Soon ? "Due or expired" : "Expired"
            )
        ),
        new("state", "State", "Active", [("archived", "Archived")]),
    ];

    public static VaultQuery ToQuery(
        this ListAddress<DataClassification, VaultSort> address,
        DateTimeOffset now
    ) =>
        new()
        {
            Search = address.Search,
            Classification = address.Filter,
            Access = address.Chosen<VaultAccessFilter>("access"),
            State = address.Chosen<VaultListState>("state") ?? VaultListState.Active,
            Expiring = address.Chosen<ExpiryFilter>("expiring"),
            Now = now,
            Sort = address.Sort,
            Descending = address.Descending,
            Skip = address.Skip,
            Take = ListRules.PageSize,
        };

    public static bool IsArchived(this ListAddress<DataClassification, VaultSort> address) =>
        address.Chosen<VaultListState>("state") == VaultListState.Archived;
}
