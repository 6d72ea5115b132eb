using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>What was: accepted checkpoints and instances of fields.</summary>
internal sealed class HistoryEndpoints(
    MachineDoor door,
    CheckpointHistoryService checkpoints,
    FieldHistoryService fields
)
{
    public Task CheckpointsAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var query = Query(http.Request.Query);
                await (
                    query.Error is { } problem
                        ? door.Errors.WriteAsync(http, problem)
                        : door.AnswerAsync(
                            http,
                            await checkpoints.ListAsync(
                                caller,
                                MachineDoor.Id(http, "id"),
                                query.Value,
                                http.RequestAborted
                            ),
                            (writer, list) =>
                                HistoryJson.WriteCheckpoints(writer, list, query.Value.Page)
                        )
                );
            }
        );

    public Task FieldsAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var query = FieldQuery(http.Request.Query, door.GivesValuesOneByOne);
                await (
                    query.Error is { } problem
                        ? door.Errors.WriteAsync(http, problem)
                        : door.AnswerAsync(
                            http,
                            await fields.GetAsync(
                                caller,
                                MachineDoor.Id(http, "id"),
                                MachineDoor.Id(http, "itemId"),
                                query.Value,
                                http.RequestAborted
                            ),
                            (writer, history) =>
                                HistoryJson.WriteFields(
                                    writer,
                                    history,
                                    query.Value.Page,
                                    query.Value.WithValues
                                )
                        )
                );
            }
        );

    private static Result<FieldHistoryQuery> FieldQuery(IQueryCollection sent, bool oneByOne)
    {
        var input = oneByOne
            ? new QueryInput(sent, "page", "limit", "values", "instance")
            : new QueryInput(sent, "page", "limit");
        var page = Paging.Read(input);
        PublicId? instance = null;
        if (oneByOne && input.Text("instance") is { } named)
        {
            instance = PublicId.TryParse(named, out var id) ? id : null;
            if (instance is null)
            {
                input.Fail("instance", "An id is 24 lower-case hexadecimal characters.");
            }
        }

        var withValues = !oneByOne || input.Text("values") != "none";
        return input.Error is { } problem
            ? problem
            : new FieldHistoryQuery(page) { Instance = instance, WithValues = withValues };
    }

    private static Result<CheckpointQuery> Query(IQueryCollection sent)
    {
        CheckpointKind? kind = null;
        if (sent.TryGetValue("kind", out var named))
        {
            kind = Enum.GetValues<CheckpointKind>()
                .Cast<CheckpointKind?>()
                .FirstOrDefault(k => CheckpointErrors.NameOf(k!.Value) == named.ToString());
            if (kind is null)
            {
                return VaultError.Invalid(
                    "/kind",
                    "A kind is directory, summary, detail or permission."
                );
            }
        }

        PublicId? itemId = null;
        if (sent.TryGetValue("itemId", out var item))
        {
            if (!PublicId.TryParse(item.ToString(), out var id))
            {
                return VaultError.Invalid(
                    "/itemId",
                    "An id is 24 lower-case hexadecimal characters."
                );
            }

            itemId = id;
        }

        var page = Paging.Read(sent, "kind", "itemId");
        return page.Error is { } problem ? problem : new CheckpointQuery(kind, itemId, page.Value);
    }
}
