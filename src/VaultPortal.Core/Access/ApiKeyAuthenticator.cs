using System.Net;
using System.Security.Cryptography;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>
/// Makes a <see cref="Caller"/> of the key in a request's header. Every failure gives the same answer and is counted with its
/// reason. What the key is worth is decided again inside the write queue, with each call.
/// </summary>
public sealed class ApiKeyAuthenticator(
    ReadConnections reads,
    RefusalCounter refusals,
    GuessGuard guesses,
    LastUsed lastUsed,
    TimeProvider time
)
{
    /// <summary>What an unknown access key is compared against, so that it costs what a known one does.</summary>
    private static readonly byte[] DummyHash = RandomNumberGenerator.GetBytes(
        SHA256.HashSizeInBytes
    );

    /// <summary>Takes a portal key, for the machine API. A key for environment secrets is worth nothing there.</summary>
    /// <param name="headerText">The key as it was sent; null when none was.</param>
    /// <param name="source">The caller's address, forwarded headers already judged.</param>
    /// <param name="correlationId">Names this call in audit and log.</param>
    /// <returns>The caller; or <see cref="AccessErrors.Unauthorized"/>; or, for an address that has guessed too often,
    /// <c>rate_limit_exceeded</c>.</returns>
    public Result<Caller> Authenticate(
        string? headerText,
        IPAddress? source,
        string correlationId
    ) => Authenticate(headerText, ApiKeyText.PortalAccessKeyOf(headerText), source, correlationId);

    /// <summary>Takes a key of either form, for the doors of the two stores.</summary>
    /// <inheritdoc cref="Authenticate(string, IPAddress, string)"/>
    public Result<Caller> AuthenticateAny(
        string? headerText,
        IPAddress? source,
        string correlationId
    ) => Authenticate(headerText, ApiKeyText.AccessKeyOf(headerText), source, correlationId);

    private Result<Caller> Authenticate(
        string? text,
        string? accessKey,
        IPAddress? source,
        string correlationId
    )
    {
        if (string.IsNullOrEmpty(text))
        {
            return Refuse("missing", source);
        }

        var key = Find(text, accessKey, out var unknown);
        if (key is null)
        {
            var refusal = Refuse(unknown, source);
            return guesses.Take(source) ?? refusal;
        }

        var now = time.GetUtcNow();
        if (ReasonAgainst(key, source, now) is { } reason)
        {
            return Refuse(reason, source);
        }

        lastUsed.Note(key.Id, source, now);
        return CallerOf(key, source, correlationId);
    }

    /// <summary>The key whose secret this is; else null, and why.</summary>
    private ApiKeyRow? Find(string text, string? accessKey, out string unknown)
    {
        unknown = "malformed";
        if (accessKey is null)
        {
            return null;
        }

        ApiKeyRow? row;
        using (var scope = reads.Open())
        {
            row = scope.Commands<AccessCommands>().FindApiKey(accessKey);
        }

        unknown = row is null ? "unknown" : "wrong_secret";
        return CryptographicOperations.FixedTimeEquals(
            ApiKeyText.Hash(text),
            row?.Hash ?? DummyHash
        )
            ? row
            : null;
    }

    private static string? ReasonAgainst(ApiKeyRow key, IPAddress? source, DateTimeOffset now) =>
        key.RevokedAt is not null ? "revoked"
        : !key.IsEndedByNobody ? "owner_inactive"
        : !AllowList.Allows(key.AllowList, source) ? "address_not_allowed"
        : key.IsExpired(now) ? "expired"
        : null;

    private static Caller CallerOf(ApiKeyRow key, IPAddress? source, string correlationId) =>
        new()
        {
            Kind = CallerKind.Machine,
            AccountId = key.OwnerId,
            AccountPublicId = key.OwnerPublicId,
            ApiKeyId = key.Id,
            AgentId = key.AgentId ?? 0,
            AgentPublicId = key.AgentPublicId ?? default,
            Actor = $"key:{key.AccessKey}",
            Source = source,
            CorrelationId = correlationId,
        };

    private VaultError Refuse(string reason, IPAddress? source)
    {
        refusals.Count(reason, source);
        return AccessErrors.Unauthorized;
    }
}
