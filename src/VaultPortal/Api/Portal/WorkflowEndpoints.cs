using System.Text.Json;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Portal;

/// <summary>Items of the workflow vault: secrets go in and never out; a generated key goes out once.</summary>
internal sealed class WorkflowEndpoints(PortalDoor door, WorkflowVaultService items)
{
    private static readonly VaultError NoSuchItem = new(
        ErrorKind.NotFound,
        "workflow_item_not_found",
        "There is no item with this id."
    );

    /// <summary>201 with id and version, and for an <c>api-key:</c> item its key, this once.</summary>
    public Task CreateAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            PortalReader.NewItem,
            async (caller, item) =>
                await PortalJson.AnswerAsync(
                    http,
                    await items.CreateAsync(caller, item, http.RequestAborted),
                    WriteItem,
                    StatusCodes.Status201Created
                )
        );

    /// <summary>200 with the version that stands now. A secret that is left out stays.</summary>
    public Task UpdateAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            PortalReader.ItemChange,
            (caller, change) =>
                AnswerAsync(http, id => items.UpdateAsync(caller, id, change, http.RequestAborted))
        );

    /// <summary>200 with the new key, this once.</summary>
    public Task RotateKeyAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            PortalReader.KeyRotation,
            (caller, rotation) =>
                AnswerAsync(
                    http,
                    id =>
                        items.RotateKeyAsync(
                            caller,
                            id,
                            rotation.GraceHours,
                            rotation.IfMatch,
                            http.RequestAborted
                        )
                )
        );

    private static async Task AnswerAsync(
        HttpContext http,
        Func<SecretId, Task<Result<WorkflowItemView>>> ask
    )
    {
        if (!SecretId.TryParseWorkflow(http.Request.RouteValues["id"] as string, out var id))
        {
            await PortalProblem.WriteAsync(http, NoSuchItem);
            return;
        }

        await PortalJson.AnswerAsync(http, await ask(id), WriteItem);
    }

    private static void WriteItem(Utf8JsonWriter writer, WorkflowItemView item)
    {
        writer.WriteString("id", item.Id.ToWorkflow());
        writer.WriteNumber("version", item.Version);
        if (item.GeneratedKey is { } key)
        {
            writer.WriteString("shownOnce", key);
        }
    }
}
