using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Tokens;

/// <summary>Whose tokens the portal takes. Owners and Administrators; changes ask a person for a step-up.</summary>
public sealed class TrustedIssuerService(
    Gate gate,
    IJwksSource source,
    IssuerKeys keys,
    PortalIssuer portal,
    TimeProvider time
)
{
    private static readonly VaultError Exists = new(
        ErrorKind.Conflict,
        "issuer_exists",
        "There is a trusted issuer with this iss already; change that one."
    );

    private static readonly VaultError Changed = new(
        ErrorKind.Stale,
        "version_conflict",
        "This issuer was changed meanwhile; load it again and repeat the change."
    );

    public Task<Result<IReadOnlyList<TrustedIssuerView>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<TrustedIssuerView>>(
            caller,
            new AuditedCall("trusted_issuer.list", "trusted_issuers", Permissions.None),
            (scope, standing) =>
                MayRead(standing) is { } refused
                    ? refused
                    : scope.Commands<TrustedIssuerCommands>().All().ConvertAll(View),
            cancellation
        );

    public Task<Result<TrustedIssuerView>> GetAsync(
        Caller caller,
        PublicId id,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<TrustedIssuerView>(
            caller,
            new AuditedCall("trusted_issuer.read", Target(id), Permissions.None),
            (scope, standing) =>
                MayRead(standing) is { } refused ? refused
                : scope.Commands<TrustedIssuerCommands>().Find(id) is { } issuer ? View(issuer)
                : AccessErrors.NotFound,
            cancellation
        );

    /// <summary>Refuses keys that cannot be used before anything is stored; an address is fetched once for that.</summary>
    public async Task<Result<PublicId>> CreateAsync(
        Caller caller,
        TrustedIssuerDraft draft,
        CancellationToken cancellation = default
    )
    {
        var call = new AuditedCall("trusted_issuer.create", "trusted_issuers", Permissions.None);
        var tried = await TryAsync(caller, call, draft, cancellation);
        if (tried.Error is { } refused)
        {
            return refused;
        }

        TrustedIssuer? made = null;
        var result = await gate.WriteAsync<Unit, PublicId>(
            caller,
            call,
            Open,
            (scope, _, _) =>
            {
                if (IsTaken(scope, draft.Issuer, exceptFor: 0))
                {
                    return Exists;
                }

                made = new TrustedIssuer
                {
                    PublicId = PublicId.New(scope.Now),
                    Revision = 1,
                    CreatedAt = scope.Now,
                    ExpiresAt = scope
                        .Commands<PolicyCommands>()
                        .RuleFor(new LifetimeTraits(LifetimeKind.TrustedIssuer))
                        .DefaultExpiry(scope.Now),
                };
                Fill(made, draft, scope.Now);
                scope.Context.Add(made);
                scope.Context.SaveChanges();
                return made.PublicId;
            },
            cancellation
        );
        Learn(result.Succeeded ? made : null, tried.Value);
        return result;
    }

    /// <param name="revision">The state that was edited; another one since: <c>version_conflict</c>.</param>
    public async Task<Result<Unit>> UpdateAsync(
        Caller caller,
        PublicId id,
        long revision,
        TrustedIssuerDraft draft,
        CancellationToken cancellation = default
    )
    {
        var call = new AuditedCall("trusted_issuer.update", Target(id), Permissions.None);
        var tried = await TryAsync(caller, call, draft, cancellation);
        if (tried.Error is { } refused)
        {
            return refused;
        }

        TrustedIssuer? changed = null;
        var result = await gate.WriteAsync<TrustedIssuer, Unit>(
            caller,
            call,
            (scope, standing) => Open(scope, standing, id),
            (scope, _, issuer) =>
            {
                if (issuer.Revision != revision)
                {
                    return Changed;
                }

                if (IsTaken(scope, draft.Issuer, exceptFor: issuer.Id))
                {
                    return Exists;
                }

                Fill(issuer, draft, scope.Now);
                issuer.Revision++;
                scope.Context.SaveChanges();
                changed = issuer;
                return default(Unit);
            },
            cancellation
        );
        Learn(result.Succeeded ? changed : null, tried.Value);
        return result;
    }

    /// <summary>From then on its tokens are refused, or taken again; at once.</summary>
    public Task<Result<Unit>> SetDisabledAsync(
        Caller caller,
        PublicId id,
        bool disabled,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync<TrustedIssuer, Unit>(
            caller,
            new AuditedCall(
                disabled ? "trusted_issuer.disable" : "trusted_issuer.enable",
                Target(id),
                Permissions.None
            ),
            (scope, standing) => Open(scope, standing, id),
            (scope, _, issuer) =>
            {
                if (disabled != issuer.DisabledAt.HasValue)
                {
                    issuer.DisabledAt = disabled ? scope.Now : null;
                    issuer.UpdatedAt = scope.Now;
                    issuer.Revision++;
                    scope.Context.SaveChanges();
                }

                return default(Unit);
            },
            cancellation
        );

    public Task<Result<Unit>> DeleteAsync(
        Caller caller,
        PublicId id,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync<TrustedIssuer, Unit>(
            caller,
            new AuditedCall("trusted_issuer.delete", Target(id), Permissions.None),
            (scope, standing) => Open(scope, standing, id),
            (scope, _, issuer) =>
            {
                scope.Context.Remove(issuer);
                scope.Context.SaveChanges();
                var issuerId = issuer.Id;
                scope.AfterCommit(() => keys.Forget(issuerId));
                return default(Unit);
            },
            cancellation
        );

    /// <summary>
    /// Whether the draft can be: the caller is asked first, so that nobody else makes the portal fetch anything. The keys, where they were
    /// fetched.
    /// </summary>
    private async Task<Result<JwkSet?>> TryAsync(
        Caller caller,
        AuditedCall call,
        TrustedIssuerDraft draft,
        CancellationToken cancellation
    )
    {
        var allowed = await gate.ReadAsync<Unit>(
            caller,
            call,
            (_, standing) =>
                MayChange(standing, time.GetUtcNow()) is { } refused ? refused : default(Unit),
            cancellation
        );
        if ((allowed.Error ?? TrustedIssuerDrafts.Problem(draft, portal.Name)) is { } problem)
        {
            return problem;
        }

        if (draft.JwksUri is not { } address)
        {
            return (JwkSet?)null;
        }

        var fetched = await source.FetchAsync(address, draft.AllowsPrivateAddress, cancellation);
        return fetched.Keys is not { } found ? VaultError.Invalid("/jwksUri", fetched.Problem!)
            : TrustedIssuerDrafts.ProblemOfUsable(found, "/jwksUri") is { } useless ? useless
            : found;
    }

    private void Learn(TrustedIssuer? stored, JwkSet? fetched)
    {
        if (stored is not null && fetched is not null)
        {
            keys.Of(stored).Learn(fetched);
        }
    }

    private static void Fill(TrustedIssuer issuer, TrustedIssuerDraft draft, DateTimeOffset now)
    {
        issuer.Name = draft.Name;
        issuer.Issuer = draft.Issuer;
        issuer.Audience = draft.Audience;
        issuer.JwksUri = draft.JwksUri;
        issuer.JwksDocument = draft.JwksDocument;
        issuer.AllowsPrivateAddress = draft.AllowsPrivateAddress;
        issuer.Mappings = ClaimMappings.ToText(draft.Mappings);
        issuer.UpdatedAt = now;
    }

    private static bool IsTaken(WriteScope scope, string issuer, long exceptFor) =>
        scope
            .Context.Set<TrustedIssuer>()
            .Any(other => other.Issuer == issuer && other.Id != exceptFor);

    private static Result<Unit> Open(WriteScope scope, Standing standing) =>
        MayChange(standing, scope.Now) is { } refused ? refused : default(Unit);

    private static Result<TrustedIssuer> Open(WriteScope scope, Standing standing, PublicId id) =>
        MayChange(standing, scope.Now) is { } refused ? refused
        : scope.Context.Set<TrustedIssuer>().SingleOrDefault(i => i.PublicId == id) is { } issuer
            ? issuer
        : AccessErrors.NotFound;

    internal static VaultError? MayRead(Standing standing) =>
        standing.Kind is CallerKind.Command or CallerKind.System
        || standing is { Kind: CallerKind.Person, Role: Role.Owner or Role.Administrator }
            ? null
            : AccessErrors.Forbidden;

    private static VaultError? MayChange(Standing standing, DateTimeOffset now) =>
        MayRead(standing) ?? Authorization.DemandStepUp(standing, now);

    private static string Target(PublicId id) => $"trusted_issuer:{id}";

    private TrustedIssuerView View(TrustedIssuer issuer)
    {
        var known = keys.Of(issuer).Known;
        return new TrustedIssuerView
        {
            Id = issuer.PublicId,
            Name = issuer.Name,
            Issuer = issuer.Issuer,
            Audience = issuer.Audience,
            JwksUri = issuer.JwksUri,
            JwksDocument = issuer.JwksDocument,
            AllowsPrivateAddress = issuer.AllowsPrivateAddress,
            Mappings = ClaimMappings.ToList(issuer.Mappings),
            Revision = issuer.Revision,
            CreatedAt = issuer.CreatedAt,
            UpdatedAt = issuer.UpdatedAt,
            DisabledAt = issuer.DisabledAt,
            ExpiresAt = issuer.ExpiresAt,
            Keys =
            [
                .. (known.Keys?.Keys ?? []).Select(k => new IssuerKeyView(
                    k.KeyId,
                    k.Algorithm.ToString()
                )),
            ],
            FetchedAt = known.FetchedAt,
            FetchProblem = known.Problem,
        };
    }
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

    /// <summary>From then on its tokens are refused; null = until it is disabled.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The keys known now: kid and algorithm. Empty when they were not fetched yet.</summary>
    public required IReadOnlyList<IssuerKeyView> Keys { get; init; }

    /// <summary>When the keys were last fetched; null for a document or when not yet.</summary>
    public required DateTimeOffset? FetchedAt { get; init; }

    /// <summary>Why the last fetch failed, in plain words; null when it did not.</summary>
    public required string? FetchProblem { get; init; }
}

public sealed record IssuerKeyView(string? KeyId, string Algorithm);
