using System.Net;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Tokens;

/// <summary>
/// Makes a <see cref="Caller"/> of what the doors of the two stores take: an access token of this portal, a token of a trusted issuer,
/// an API key as bearer or in <c>x-api-key</c>. What it is worth is decided again inside the write queue, with each call.
/// </summary>
public sealed class TokenAuthenticator
{
    /// <param name="authorization">The values of the Authorization header, as they were sent.</param>
    /// <param name="apiKey">The values of the x-api-key header; empty where the door takes none.</param>
    /// <returns>The caller; or one of <see cref="TokenErrors"/>; or <c>rate_limit_exceeded</c> for an address that has guessed too often.</returns>
    public ValueTask<Result<Caller>> AuthenticateAsync(
        IReadOnlyList<string?> authorization,
        IReadOnlyList<string?> apiKey,
        IPAddress? source,
        string correlationId,
        CancellationToken cancellation
    ) => throw new NotImplementedException();
}
