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

    /// <summary>Filters; and pages, when <c>page</c> or <c>limit</c> is there: without them everything is answered.</summary>
    private static (VaultQuery Query, int? Page, VaultError? Problem) Query(IQueryCollection sent)
    {
        var input = new QueryInput(sent, "dataClassification", "q", "page", "limit");
        var query = new VaultQuery
        {
            Take = int.MaxValue,
            Search = input.Text("q"),
            Classification = Classification(input),
        };
        if (!sent.ContainsKey("page") && !sent.ContainsKey("limit"))
        {
            return (query, null, input.Error);
        }

        var page = Paging.Read(input);
        return (query with { Skip = page.Skip, Take = page.Limit }, page.Number, input.Error);
    }

    private static DataClassification? Classification(QueryInput input)
    {
        if (input.Text("dataClassification") is not { } text)
        {
            return null;
        }

        if (!WireNames.TryParse(text, out DataClassification wanted))
        {
            input.Fail(
                "dataClassification",
                "A classification is PUBLIC, INTERNAL, CONFIDENTIAL or CUI."
            );
        }

        return wanted;
    }
}
