using VaultPortal.Api.Shared;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

internal sealed class SearchEndpoints(MachineDoor door, ItemSearch search)
{
    private static readonly BodyRules Rules = BodyRules.Plain with { Repeatable = false };

    public Task FindAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            Rules,
            SearchReader.Read,
            async (caller, query) =>
                await door.AnswerAsync(
                    http,
                    await search.FindAsync(caller, query, http.RequestAborted),
                    (writer, found) => SearchJson.Write(writer, found, query)
                )
        );
}
