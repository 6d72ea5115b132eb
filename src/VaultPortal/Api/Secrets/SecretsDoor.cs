using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Tokens;

namespace VaultPortal.Api.Secrets;

/// <summary>The door of the environment secrets (secrets.md): access tokens and API keys, its own form of errors, versions as tags.</summary>
internal sealed class SecretsDoor(
    TokenAuthenticator tokens,
    RateLimiter limiter,
    KeptAnswers answers
) : ApiDoor(limiter, answers)
{
    public const string BasePath = "/api/secrets";
    public const string SessionsPath = "/api/auth/admin/sessions";

    /// <summary>Of an import: at most 16 MiB, a <c>.env</c> file or JSON.</summary>
    public static readonly BodyRules Import = new(16 << 20)
    {
        MediaTypes = [RequestBody.Json, RequestBody.Text],
    };

    public override IReadOnlyList<PathString> Paths { get; } = [BasePath, SessionsPath];

    public override ErrorDialect Errors { get; } = new SecretsErrors();

    public override int LargestBody => Import.Limit;

    /// <summary>The key in the path, whatever it is: one that is no key is simply not found.</summary>
    public static string Key(HttpContext http) => (string)http.Request.RouteValues["key"]!;

    protected override ValueTask<Result<Caller>> AuthenticateAsync(HttpContext http) =>
        tokens.AuthenticateAsync(
            http.Request.Headers.Authorization,
            http.Request.Headers["x-api-key"],
            http.Connection.RemoteIpAddress,
            http.TraceIdentifier,
            http.RequestAborted
        );
}
