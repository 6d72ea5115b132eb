using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Portal;

/// <summary>A person proves anew who they are.</summary>
internal sealed class StepUpEndpoints(PortalDoor door, SessionService sessions)
{
    private static readonly string[] Members = ["password"];

    /// <summary>204; a wrong password is 403 <c>step_up_refused</c>, because the session itself stands.</summary>
    public Task ProveAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            (input, body) =>
                input.Text(input.Members(body, JsonPointer.Root, Members)[0], At("password")),
            async (caller, password) =>
            {
                var proof = await sessions.StepUpAsync(caller, password, http.RequestAborted);
                if (proof.Error is { } refused)
                {
                    await PortalProblem.WriteAsync(http, refused);
                    return;
                }

                http.Response.StatusCode = StatusCodes.Status204NoContent;
            }
        );

    private static JsonPointer At(string name) => JsonPointer.Root.Member(name);
}
