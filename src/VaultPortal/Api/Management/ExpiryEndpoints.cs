using VaultPortal.Api.Shared;
using VaultPortal.Core.Expiry;

namespace VaultPortal.Api.Management;

/// <summary>Everything that has a lifetime: lists, counts, and changes of many at once.</summary>
internal sealed class ExpiryEndpoints(ManagementDoor door, ExpiryService expiries)
{
    public Task ListAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var asked = ExpiryReader.Query(http.Request.Query, "limit", "cursor");
                await (
                    asked.Error is { } fault
                        ? door.Errors.WriteAsync(http, fault)
                        : door.AnswerAsync(
                            http,
                            await expiries.ListAsync(
                                caller,
                                asked.Value.Query,
                                http.RequestAborted
                            ),
                            ExpiryJson.WritePage
                        )
                );
            }
        );

    public Task CountAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await expiries.CountAsync(caller, http.RequestAborted),
                    ExpiryJson.WriteCounts
                )
        );

    /// <summary>It changes nothing, so there is nothing to repeat.</summary>
    public Task PreviewAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain with
            {
                Repeatable = false,
            },
            ExpiryReader.Change,
            async (caller, change) =>
                await door.AnswerAsync(
                    http,
                    await expiries.PreviewAsync(caller, change, http.RequestAborted),
                    ExpiryJson.WriteLines
                )
        );

    public Task ChangeAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            ExpiryReader.Change,
            async (caller, change) =>
                await door.AnswerAsync(
                    http,
                    await expiries.ChangeAsync(caller, change, http.RequestAborted),
                    ExpiryJson.WriteLines
                )
        );
}
