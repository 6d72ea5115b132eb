using System.Net;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

public enum CallerKind
{
    /// <summary>The product itself: background work.</summary>
    System,

    /// <summary>A command typed by whoever owns the machine.</summary>
    Command,

    /// <summary>A person with a portal session.</summary>
    Person,

    /// <summary>A machine with an API key.</summary>
    Machine,

    /// <summary>Whoever holds an access token of this portal, on behalf of the account that signed in for it.</summary>
    Token,

    /// <summary>Whoever holds a token of a trusted issuer: no account of this portal.</summary>
    Issued,
}

/// <summary>
/// Who asks, with what, from where. Every public service method takes it first, decides by it and audits it. It names the
/// credential; whether that is still good is decided anew inside the write queue, never taken from here.
/// </summary>
public sealed record Caller
{
    public required CallerKind Kind { get; init; }

    /// <summary>The account that acts, or on whose behalf its key or agent acts; 0 for system and command.</summary>
    public long AccountId { get; init; }

    /// <summary>The id of that account on the wire.</summary>
    public PublicId AccountPublicId { get; init; }

    /// <summary>The session of a person or of an access token, else 0.</summary>
    public long SessionId { get; init; }

    /// <summary>The API key of a machine, else 0.</summary>
    public long ApiKeyId { get; init; }

    /// <summary>The agent that a key of scope AGENT acts for, else 0.</summary>
    public long AgentId { get; init; }

    public PublicId AgentPublicId { get; init; }

    /// <summary>What a trusted issuer's token was mapped to; else null.</summary>
    public IssuedCredential? Issued { get; init; }

    /// <summary>How the caller is named in the audit: <c>user:…</c>, <c>key:…</c>, <c>agent:…</c>, <c>issuer:…</c>, <c>system</c>, <c>command</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>Where the call came from; null for system and command.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>Names this call in audit and log.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>The caller's <c>Idempotency-Key</c>, if one was sent.</summary>
    public IdempotencyToken? Idempotency { get; init; }

    public bool IsAgent => AgentId != 0;

    /// <summary>Whose requests this one is counted with.</summary>
    public RateLimitKey RateLimitKey =>
        new(
            Kind,
            Kind switch
            {
                CallerKind.Machine => ApiKeyId,
                CallerKind.Issued => Issued!.IssuerId,
                _ => AccountId,
            },
            Kind == CallerKind.Issued ? Actor : null
        );

    public static Caller System(string correlationId) =>
        new()
        {
            Kind = CallerKind.System,
            Actor = "system",
            CorrelationId = correlationId,
        };

    public static Caller Command() =>
        new()
        {
            Kind = CallerKind.Command,
            Actor = "command",
            CorrelationId = Guid.NewGuid().ToString("N"),
        };
}

/// <summary>What a trusted issuer's token is worth: decided when it was verified, by a state of the issuer that has to stand still.</summary>
/// <param name="IssuerId">The row of the issuer.</param>
/// <param name="Revision">The issuer's state that the token was mapped by.</param>
/// <param name="Permissions">What its claims map to.</param>
/// <param name="ExpiresAt">The token's <c>exp</c>.</param>
public sealed record IssuedCredential(
    long IssuerId,
    long Revision,
    Permissions Permissions,
    DateTimeOffset ExpiresAt
);
