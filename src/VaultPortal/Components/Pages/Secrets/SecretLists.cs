using VaultPortal.Components.Pages.Lists;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Components.Pages.Secrets;

/// <summary>A list's address as a question to the services of secrets, and their answer as a page of it.</summary>
internal static class SecretLists
{
    public static SecretQuery ToQuery(this ListAddress<SecretListState, SecretSort> address) =>
        new()
        {
            Search = address.Search,
            State = address.Filter,
            Sort = address.Sort,
            Descending = address.Descending,
            Page = address.Page,
            PageSize = ListRules.PageSize,
        };

    public static Result<ListPage<T>> ToPage<T>(this Result<SecretPage<T>> answer) =>
        answer.Succeeded ? new ListPage<T>(answer.Value.Items, answer.Value.Total) : answer.Error;
}
