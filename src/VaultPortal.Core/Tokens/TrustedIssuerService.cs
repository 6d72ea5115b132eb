using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Tokens;

/// <summary>Whose tokens the portal takes. Owners and Administrators; changes ask a person for a step-up.</summary>
public sealed class TrustedIssuerService
{
    public Task<Result<IReadOnlyList<TrustedIssuerView>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    public Task<Result<TrustedIssuerView>> GetAsync(
        Caller caller,
        PublicId id,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Refuses keys that cannot be used before anything is stored; an address is fetched once for that.</summary>
    public Task<Result<PublicId>> CreateAsync(
        Caller caller,
        TrustedIssuerDraft draft,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <param name="revision">The state that was edited; another one since: conflict.</param>
    public Task<Result<Unit>> UpdateAsync(
        Caller caller,
        PublicId id,
        long revision,
        TrustedIssuerDraft draft,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    public Task<Result<Unit>> SetDisabledAsync(
        Caller caller,
        PublicId id,
        bool disabled,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    public Task<Result<Unit>> DeleteAsync(
        Caller caller,
        PublicId id,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();
}

/// <summary>One rule: a token whose claim has exactly this value gets these permissions.</summary>
/// <param name="Claim">The claim's name; its value is a string, or an array of strings of which one has to match.</param>
/// <param name="Permissions">Names of <c>secrets.*</c> and <c>workflows.vault.*</c> permissions.</param>
public sealed record ClaimMapping(string Claim, string Value, IReadOnlyList<string> Permissions);

public sealed record TrustedIssuerDraft
{
    public required string Name { get; init; }
    public required string Issuer { get; init; }
    public required string Audience { get; init; }

    /// <summary>An https address; exactly one of this and <see cref="JwksDocument"/>.</summary>
    public string? JwksUri { get; init; }
    public string? JwksDocument { get; init; }
    public bool AllowsPrivateAddress { get; init; }
    public required IReadOnlyList<ClaimMapping> Mappings { get; init; }
}

public sealed record TrustedIssuerView
{
    public required PublicId Id { get; init; }
    public required string Name { get; init; }
    public required string Issuer { get; init; }
    public required string Audience { get; init; }
    public required string? JwksUri { get; init; }
    public required string? JwksDocument { get; init; }
    public required bool AllowsPrivateAddress { get; init; }
    public required IReadOnlyList<ClaimMapping> Mappings { get; init; }
    public required long Revision { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required DateTimeOffset? DisabledAt { get; init; }

    /// <summary>The keys known now: kid and algorithm. Empty when they were not fetched yet.</summary>
    public required IReadOnlyList<IssuerKeyView> Keys { get; init; }

    /// <summary>When the keys were last fetched; null for a document or when not yet.</summary>
    public required DateTimeOffset? FetchedAt { get; init; }

    /// <summary>Why the last fetch failed, in plain words; null when it did not.</summary>
    public required string? FetchProblem { get; init; }
}

public sealed record IssuerKeyView(string? KeyId, string Algorithm);
