using VaultPortal.Api.Shared;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

internal sealed class ExpiryEndpoints(MachineDoor door, ItemExpiryService expiries)
{
    public Task SetAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            ExpiryReader.Read,
            async (caller, change) =>
                await door.AnswerAsync(
                    http,
                    await expiries.SetAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        change,
                        http.RequestAborted
                    )
                )
        );
}
