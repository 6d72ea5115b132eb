using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

internal sealed class ItemGroupEndpoints(MachineDoor door, ItemGroupService groups)
{
    /// <summary>Stands for no group: what is put there is taken out of its group.</summary>
    private const string NoGroup = "none";

    public Task CreateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            MachineDoor.Summary,
            ItemGroupReader.Create,
            async (caller, group) =>
                await door.AnswerAsync(
                    http,
                    await groups.CreateAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        group,
                        http.RequestAborted
                    ),
                    MachineJson.WriteCreated,
                    StatusCodes.Status201Created
                )
        );

    public Task RenameAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            MachineDoor.Summary,
            ItemGroupReader.Rename,
            async (caller, update) =>
                await door.AnswerAsync(
                    http,
                    await groups.RenameAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        MachineDoor.Id(http, "groupId"),
                        update,
                        http.RequestAborted
                    )
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
                    await groups.ArchiveAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        MachineDoor.Id(http, "groupId"),
                        summary,
                        http.RequestAborted
                    ),
                    StatusCodes.Status204NoContent
                )
        );

    public Task PutItemsAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            MachineDoor.Summary,
            ItemGroupReader.Items,
            async (caller, grouping) =>
                await door.AnswerAsync(
                    http,
                    await groups.PutItemsAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        Target(http),
                        grouping,
                        http.RequestAborted
                    )
                )
        );

    private static PublicId? Target(HttpContext http) =>
        http.Request.RouteValues["groupId"] is NoGroup ? null : MachineDoor.Id(http, "groupId");
}
