using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

internal sealed class VaultEndpoints(MachineDoor door, VaultService vaults)
{
    public Task ListAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var (query, page, problem) = Query(http.Request.Query);
                await (
                    problem is not null
                        ? door.Errors.WriteAsync(http, problem)
                        : door.AnswerAsync(
                            http,
                            await vaults.ListAsync(caller, query, http.RequestAborted),
                            (writer, list) =>
                                MachineJson.WriteVaults(writer, list, page, query.Take)
                        )
                );
            }
        );

    public Task GetAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await vaults.GetAsync(caller, MachineDoor.Id(http, "id"), http.RequestAborted),
                    MachineJson.WriteVault
                )
        );

    public Task GetItemsAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await vaults.GetContentsAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        http.RequestAborted
                    ),
                    MachineJson.WriteContents
                )
        );

    public Task CreateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            MachineDoor.Summary,
            VaultReader.Create,
            async (caller, vault) =>
                await door.AnswerAsync(
                    http,
                    await vaults.CreateAsync(caller, vault, http.RequestAborted),
                    MachineJson.WriteCreated,
                    StatusCodes.Status201Created
                )
        );

    public Task UpdateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            MachineDoor.Summary,
            VaultReader.Update,
            async (caller, update) =>
                await door.AnswerAsync(
                    http,
                    await vaults.UpdateAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        update,
                        http.RequestAborted
                    )
                )
        );

    public Task ArchiveAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            VaultReader.StateChange,
            async (caller, change) =>
                await door.AnswerAsync(
                    http,
                    await vaults.ArchiveAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        change,
                        http.RequestAborted
                    ),
                    StatusCodes.Status204NoContent
                )
        );

    public Task RestoreAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            VaultReader.StateChange,
            async (caller, change) =>
                await door.AnswerAsync(
                    http,
                    await vaults.RestoreAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        change,
                        http.RequestAborted
                    )
                )
        );

    /// <summary>Filters and, when <c>page</c> is there, pages; without it everything is answered.</summary>
    private static (VaultQuery Query, int? Page, VaultError? Problem) Query(IQueryCollection sent)
    {
        var query = new VaultQuery { Take = int.MaxValue, Search = sent["q"] };
        if (sent.TryGetValue("dataClassification", out var classification))
        {
            if (!WireNames.TryParse(classification.ToString(), out DataClassification wanted))
            {
                return (
                    query,
                    null,
                    VaultError.Invalid("/dataClassification", "There is no such classification.")
                );
            }

            query = query with { Classification = wanted };
        }

        if (!sent.ContainsKey("page"))
        {
            return (query, null, null);
        }

        var asked = Paging.Read(sent);
        return asked.Error is { } problem
            ? (query, null, problem)
            : (
                query with
                {
                    Skip = asked.Value.Skip,
                    Take = asked.Value.Limit,
                },
                asked.Value.Number,
                null
            );
    }
}
