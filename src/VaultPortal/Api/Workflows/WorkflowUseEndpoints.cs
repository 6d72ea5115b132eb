using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Workflows;

/// <summary>Using what is stored: resolving secrets, and the generated keys.</summary>
internal sealed class WorkflowUseEndpoints(WorkflowsDoor door, WorkflowVaultService vault)
{
    private static readonly BodyRules Once = BodyRules.Plain with { Repeatable = false };
    private static readonly BodyRules Optional = BodyRules.Plain with { Optional = true };

    public Task ResolveAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            Once,
            WorkflowReader.Resolve,
            async (caller, wanted) =>
            {
                var resolved = await vault.ResolveAsync(caller, wanted, http.RequestAborted);
                using var secrets = resolved.Succeeded ? resolved.Value : null;
                await door.AnswerAsync(http, resolved, WorkflowJson.WriteResolution);
            }
        );

    public Task VerifyKeyAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            Once,
            WorkflowReader.Verify,
            async (caller, key) =>
                await door.AnswerAsync(
                    http,
                    await vault.VerifyKeyAsync(caller, key, http.RequestAborted),
                    WorkflowJson.WriteVerified
                )
        );

    public Task RotateKeyAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            Optional,
            WorkflowReader.Rotate,
            (caller, graceHours) =>
                door.IfMatchAsync(
                    http,
                    async condition =>
                        await door.AnswerAsync(
                            http,
                            await vault.RotateKeyAsync(
                                caller,
                                WorkflowsDoor.Id(http),
                                graceHours,
                                condition,
                                http.RequestAborted
                            ),
                            WorkflowJson.WriteItem,
                            version: static item => item.Version
                        )
                )
        );

    /// <summary>These paths are no ids, whatever the method.</summary>
    public Task OnlyPostAsync(HttpContext http)
    {
        http.Response.Headers.Allow = HttpMethods.Post;
        return door.Errors.WriteAsync(http, DoorErrors.MethodNotAllowed);
    }
}
