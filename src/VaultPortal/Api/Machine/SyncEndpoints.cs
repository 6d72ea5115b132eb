using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

internal sealed class SyncEndpoints(MachineDoor door, VaultSync sync)
{
    public Task ReadAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var since = Since(http.Request.Query);
                await (
                    since.Error is { } malformed
                        ? door.Errors.WriteAsync(http, malformed)
                        : door.AnswerAsync(
                            http,
                            await sync.ReadAsync(caller, since.Value, http.RequestAborted),
                            SyncJson.Write
                        )
                );
            }
        );

    private static Result<VaultSyncCursor?> Since(IQueryCollection sent)
    {
        var query = new QueryInput(sent, "since");
        var text = query.Text("since");
        return query.Error is { } malformed ? malformed
            : text is null ? (VaultSyncCursor?)null
            : VaultSyncCursor.TryParse(text, out var cursor) ? cursor
            : VaultError.Invalid(
                "/since",
                "This is no cursor: send nextCursor of the last answer."
            );
    }
}
