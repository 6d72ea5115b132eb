using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Tokens;

namespace VaultPortal.Api.Workflows;

/// <summary>The door of the workflow vault (workflows.md): bearer tokens, its own form of errors, versions as tags.</summary>
internal sealed class WorkflowsDoor(
    TokenAuthenticator tokens,
    RateLimiter limiter,
    KeptAnswers answers,
    PublicAddress address
) : ApiDoor(limiter, answers)
{
    public const string BasePath = "/workflows/vault";

    public override IReadOnlyList<PathString> Paths { get; } = [BasePath];

    public override ErrorDialect Errors { get; } = new WorkflowsErrors(address);

    public override int LargestBody => BodyRules.Plain.Limit;

    /// <summary>The id in the path. A text that is no id names nothing: it becomes an id that nothing has, and is not found as such.</summary>
    public static SecretId Id(HttpContext http) =>
        SecretId.TryParseWorkflow(http.Request.RouteValues["vaultId"] as string, out var id)
            ? id
            : SecretId.NewUlid(DateTimeOffset.UtcNow);

    protected override ValueTask<Result<Caller>> AuthenticateAsync(HttpContext http) =>
        tokens.AuthenticateAsync(
            http.Request.Headers.Authorization,
            [],
            http.Connection.RemoteIpAddress,
            http.TraceIdentifier,
            http.RequestAborted
        );
}
