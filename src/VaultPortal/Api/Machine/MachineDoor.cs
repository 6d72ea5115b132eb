using System.Security.Cryptography;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Api.Machine;

/// <summary>The door of the machine API (machine.md): API keys in <c>X-API-Key</c>, its own form of errors, tags by content.</summary>
internal class MachineDoor(ApiKeyAuthenticator keys, RateLimiter limiter, KeptAnswers answers)
    : ApiDoor(limiter, answers)
{
    public const string BasePath = "/api/v1/machine";

    /// <summary>Of a route that can take a summary checkpoint: at most 8 MiB.</summary>
    public static readonly BodyRules Summary = new(8 << 20);

    public override IReadOnlyList<PathString> Paths => [BasePath];

    public override ErrorDialect Errors { get; } = new MachineErrors();

    public override int LargestBody => Summary.Limit;

    /// <summary>
    /// Whether an item and its history may be asked for without values (<c>values=none</c>), and a value of the past by itself
    /// (<c>instance</c>): where somebody looks at values one by one, each is a read of its own in the audit.
    /// </summary>
    public virtual bool GivesValuesOneByOne => false;

    /// <summary>The id in the path. A text that is no id names nothing: it becomes an id that nothing has, and is not found as such.</summary>
    public static PublicId Id(HttpContext http, string name) =>
        PublicId.TryParse(http.Request.RouteValues[name] as string, out var id)
            ? id
            : PublicId.New(DateTimeOffset.UtcNow);

    protected override ValueTask<Result<Caller>> AuthenticateAsync(HttpContext http) =>
        new(
            keys.Authenticate(
                http.Request.Headers["X-API-Key"],
                http.Connection.RemoteIpAddress,
                http.TraceIdentifier
            )
        );

    /// <summary>
    /// An answer to a read carries its own hash, which changes with the state and with the caller's view of it. What had to be decided
    /// and audited was so before.
    /// </summary>
    protected override string? TagOf(HttpContext http, ReadOnlySpan<byte> answer)
    {
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(answer, hash);
        http.Response.Headers.Vary = "X-API-Key";
        return $"\"{Convert.ToHexStringLower(hash[..16])}\"";
    }
}
