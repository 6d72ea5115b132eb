using VaultPortal.Api.Shared;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Workflows;

/// <summary>The five operations on items.</summary>
internal sealed class WorkflowItemEndpoints(WorkflowsDoor door, WorkflowVaultService vault)
{
    public Task ListAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await vault.ListAsync(caller, http.RequestAborted),
                    WorkflowJson.WriteList
                )
        );

    public Task GetAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await vault.GetAsync(
                        caller,
                        WorkflowsDoor.Id(http),
                        cancellation: http.RequestAborted
                    ),
                    WorkflowJson.WriteItem,
                    version: static item => item.Version
                )
        );

    public Task CreateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            WorkflowReader.Create,
            async (caller, item) =>
                await door.AnswerAsync(
                    http,
                    await vault.CreateAsync(caller, item, http.RequestAborted),
                    WorkflowJson.WriteItem,
                    StatusCodes.Status201Created,
                    static item => item.Version
                )
        );

    public Task UpdateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            WorkflowReader.Update,
            (caller, change) =>
                door.IfMatchAsync(
                    http,
                    async condition =>
                        await door.AnswerAsync(
                            http,
                            await vault.UpdateAsync(
                                caller,
                                WorkflowsDoor.Id(http),
                                change with
                                {
                                    IfMatch = condition,
                                },
                                http.RequestAborted
                            ),
                            WorkflowJson.WriteItem,
                            version: static item => item.Version
                        )
                )
        );

    public Task DeleteAsync(HttpContext http) =>
        door.ChangeAsync(
            http,
            caller =>
                door.IfMatchAsync(
                    http,
                    async condition =>
                        await door.AnswerAsync(
                            http,
                            await vault.DeleteAsync(
                                caller,
                                WorkflowsDoor.Id(http),
                                condition,
                                http.RequestAborted
                            ),
                            StatusCodes.Status204NoContent
                        )
                )
        );
}
