using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

internal sealed class VaultItemEndpoints(
    MachineDoor door,
    VaultItemService items,
    VaultItemReadService reads
)
{
    public Task UpdateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            MachineDoor.Summary,
            VaultItemReader.Update,
            async (caller, update) =>
                await door.AnswerAsync(
                    http,
                    await items.UpdateAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        update,
                        http.RequestAborted
                    )
                )
        );

    public Task CreateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            MachineDoor.Summary,
            VaultItemReader.Create,
            async (caller, item) =>
                await door.AnswerAsync(
                    http,
                    await items.CreateAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        item,
                        http.RequestAborted
                    ),
                    MachineJson.WriteCreated,
                    StatusCodes.Status201Created
                )
        );

    public Task ArchiveAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            MachineDoor.Summary,
            VaultItemReader.Archive,
            async (caller, summary) =>
                await door.AnswerAsync(
                    http,
                    await items.ArchiveAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        MachineDoor.Id(http, "itemId"),
                        summary,
                        http.RequestAborted
                    ),
                    StatusCodes.Status204NoContent
                )
        );

    public Task RestoreAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            MachineDoor.Summary,
            VaultItemReader.Restore,
            async (caller, restore) =>
                await door.AnswerAsync(
                    http,
                    await items.RestoreAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        MachineDoor.Id(http, "itemId"),
                        restore,
                        http.RequestAborted
                    )
                )
        );

    public Task GetAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var withValues =
                    !door.GivesValuesOneByOne || http.Request.Query["values"] != "none";
                await door.AnswerAsync(
                    http,
                    await reads.GetAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        MachineDoor.Id(http, "itemId"),
                        withValues,
                        http.RequestAborted
                    ),
                    (writer, item) => MachineJson.WriteItem(writer, item, withValues)
                );
            }
        );

    public Task GetFieldAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await reads.GetFieldAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        MachineDoor.Id(http, "fieldId"),
                        http.RequestAborted
                    ),
                    MachineJson.WriteField
                )
        );
}
