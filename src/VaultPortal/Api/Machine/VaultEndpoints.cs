using System.Globalization;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

internal sealed class VaultEndpoints(MachineDoor door, VaultService vaults)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;

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

        if (
            !Number(sent, "page", 1, int.MaxValue / MaxLimit, out var page)
            || !Number(sent, "limit", DefaultLimit, MaxLimit, out var limit)
        )
        {
            return (
                query,
                null,
                VaultError.Invalid("/page", $"page counts from 1, limit is 1 to {MaxLimit}.")
            );
        }

        return (query with { Skip = (page - 1) * limit, Take = limit }, page, null);
    }

    private static bool Number(
        IQueryCollection sent,
        string name,
        int absent,
        int most,
        out int value
    )
    {
        value = absent;
        return !sent.TryGetValue(name, out var text)
            || (
                int.TryParse(
                    text.ToString(),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out value
                )
                && value >= 1
                && value <= most
            );
    }
}
