using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Portal;

/// <summary>A person's own key pairs, where the browser asks for a change by fetch.</summary>
internal sealed class UserKeyPairEndpoints(PortalDoor door, UserKeyPairService keys)
{
    /// <summary>200 with the id and state of the key, which is active from then on.</summary>
    public Task ApproveAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            (input, body) => input.Members(body, JsonPointer.Root, []),
            async (caller, _) =>
            {
                if (!PublicId.TryParse(http.Request.RouteValues["id"] as string, out var id))
                {
                    await PortalProblem.WriteAsync(http, AccessErrors.NotFound);
                    return;
                }

                await PortalJson.AnswerAsync(
                    http,
                    await keys.ApproveAsync(caller, id, http.RequestAborted),
                    (writer, key) =>
                    {
                        writer.WriteString("id", key.Id.ToString());
                        writer.WriteString("state", key.State.WireName());
                    }
                );
            }
        );
}
