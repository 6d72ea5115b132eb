using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// The policies that decide about lifetimes. Whoever may read monitoring reads them, as far as he sees the vaults that they are for; Owners
/// and Administrators change them, in a session, with a step-up because a policy can weaken what protects values, or with a key of
/// their own that may. A key neither makes nor changes nor deletes one that only warns.
/// </summary>
public sealed class ExpiryPolicyService(Gate gate, LifetimeReads reads, TimeProvider time)
{
    /// <summary>Most policies: each is looked at wherever something is made.</summary>
    public const int MostPolicies = 200;

    /// <summary>Most reminders of all policies together; one may have as many as the others leave.</summary>
    public const int MostOffsets = 100_000;

    private const string All = "expiry_policies";

    private static readonly VaultError ForPersons = new(
        ErrorKind.Denied,
        "forbidden",
        "A policy that only warns lets values leave after their expiry; it is made, changed and deleted by a person in the portal."
    );

    private static readonly VaultError Exists = new(
        ErrorKind.Conflict,
        "policy_exists",
        "There is a policy for exactly these objects already; change that one."
    )
    {
        Path = "/match",
    };

    private static readonly VaultError Changed = new(
        ErrorKind.Stale,
        "version_conflict",
        "This policy was changed meanwhile; load it again and repeat the change."
    );

    /// <summary>All of them, by name.</summary>
    public Task<Result<IReadOnlyList<ExpiryPolicyView>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<ExpiryPolicyView>>(
            caller,
            new AuditedCall("expiry_policy.list", All, Permissions.MonitoringRead),
            (scope, standing) =>
                scope
                    .Commands<PolicyCommands>()
                    .All()
                    .Policies.Where(policy => Sees(PolicySources.Of(scope), standing, policy))
                    .OrderBy(policy => policy.Name, StringComparer.OrdinalIgnoreCase)
                    .ThenBy(policy => policy.Id)
                    .Select(policy => View(scope, policy))
                    .ToList(),
            cancellation
        );

    public Task<Result<ExpiryPolicyView>> GetAsync(
        Caller caller,
        PublicId id,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<ExpiryPolicyView>(
            caller,
            new AuditedCall("expiry_policy.read", Target(id), Permissions.MonitoringRead),
            (scope, standing) =>
                scope.Commands<PolicyCommands>().All().Find(id) is { } policy
                && Sees(PolicySources.Of(scope), standing, policy)
                    ? View(scope, policy)
                    : AccessErrors.NotFound,
            cancellation
        );

    /// <summary>
    /// What is decided about an object that is made now, for the forms in which its expiry is set. Of a vault it is said to those who may
    /// see the vault.
    /// </summary>
    public Task<Result<ExpiryDecision>> DecideAsync(
        Caller caller,
        PolicyMatch about,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync(
            caller,
            new AuditedCall("expiry_policy.decide", All, Permissions.MonitoringRead),
            (scope, standing) => Decide(scope, standing, about),
            cancellation
        );

    /// <summary>There is one policy for a match: else <c>policy_exists</c>. It holds from the moment of the answer on.</summary>
    public Task<Result<PolicyReceipt>> CreateAsync(
        Caller caller,
        ExpiryPolicyDraft draft,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync<Unit, PolicyReceipt>(
            caller,
            new AuditedCall("expiry_policy.create", All, Permissions.MonitoringAll),
            (scope, standing) => MayWrite(standing, scope.Now, draft.OnExpiry),
            (scope, standing, _) => Create(scope, standing, draft),
            cancellation,
            made => Target(made.Id)
        );

    /// <summary>All of it anew, its match too.</summary>
    public Task<Result<PolicyReceipt>> UpdateAsync(
        Caller caller,
        PublicId id,
        ExpiryPolicyDraft draft,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) =>
        ChangeAsync<PolicyReceipt>(
            caller,
            "expiry_policy.update",
            id,
            ifMatch,
            draft.OnExpiry,
            (scope, policy) =>
                PolicyTraits.Of(scope.Commands<VaultCommands>(), draft.Match)
                    is not { Succeeded: true } match
                || match.Value != PolicyTraits.Of(policy),
            (scope, standing, policy) => Update(scope, standing, policy, draft),
            cancellation
        );

    /// <summary>The next most specific policy decides then. Expiries that it gave stay.</summary>
    public Task<Result<Unit>> DeleteAsync(
        Caller caller,
        PublicId id,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) =>
        ChangeAsync<Unit>(
            caller,
            "expiry_policy.delete",
            id,
            ifMatch,
            OnExpiry.Block,
            static (_, _) => true,
            (scope, _, policy) =>
            {
                scope.Context.Remove(policy);
                scope.Context.SaveChanges();
                return default(Unit);
            },
            cancellation
        );

    /// <summary>What a change would do at this moment, and nothing else. Whatever would refuse the change refuses this, but for the step-up.</summary>
    /// <param name="draft">The policy as it is wanted; null = it is deleted.</param>
    /// <param name="id">The policy that it takes the place of; null = a new one.</param>
    public Task<Result<PolicyPreview>> PreviewAsync(
        Caller caller,
        ExpiryPolicyDraft? draft,
        PublicId? id = null,
        CancellationToken cancellation = default
    ) =>
        reads.ReadAsync(
            caller,
            new AuditedCall(
                "expiry_policy.preview",
                id is { } given ? Target(given) : All,
                Permissions.MonitoringAll
            ),
            (scope, standing) => Preview(scope, standing, draft, id),
            cancellation
        );

    private static Result<ExpiryDecision> Decide(
        ReadScope scope,
        Standing standing,
        PolicyMatch about
    )
    {
        if (PolicyDrafts.ProblemOfMatch(about) is { } senseless)
        {
            return senseless;
        }

        if (about.Kind is not { } kind)
        {
            return VaultError.Invalid("/kind", "A decision is about one kind of object.");
        }

        Vault? vault = null;
        if (about.VaultId is { } id)
        {
            vault = scope.Commands<VaultCommands>().Find(id);
            if (vault is null || !Sees(PolicySources.Of(scope), standing, vault.Id))
            {
                return VaultErrors.VaultNotFound;
            }
        }

        var traits = new LifetimeTraits(
            kind,
            vault?.Id ?? 0,
            (int)(about.ItemType ?? 0),
            (int)(about.FieldType ?? 0),
            (int)(vault?.Classification ?? about.Classification ?? 0)
        );
        var rule = scope.Commands<PolicyCommands>().RuleFor(traits);
        return new ExpiryDecision(rule.Policy?.PublicId, rule.Policy?.Name, rule);
    }

    private static Result<PolicyReceipt> Create(
        WriteScope scope,
        Standing standing,
        ExpiryPolicyDraft draft
    )
    {
        var sources = PolicySources.Of(scope);
        var match = Match(sources, standing, draft, exceptFor: 0);
        if (match.Error is { } refused)
        {
            return refused;
        }

        if (sources.Policies.All().Policies.Count >= MostPolicies)
        {
            return VaultError.Invalid(
                "",
                $"There are at most {MostPolicies} policies; delete one first."
            );
        }

        var policy = new ExpiryPolicy
        {
            PublicId = PublicId.New(scope.Now),
            Version = 1,
            CreatedAt = scope.Now,
        };
        Fill(policy, match.Value, draft, scope.Now);
        scope.Context.Add(policy);
        scope.Context.SaveChanges();
        return new PolicyReceipt(policy.PublicId, policy.Version);
    }

    private static Result<PolicyReceipt> Update(
        WriteScope scope,
        Standing standing,
        ExpiryPolicy policy,
        ExpiryPolicyDraft draft
    )
    {
        var match = Match(PolicySources.Of(scope), standing, draft, policy.Id);
        if (match.Error is { } refused)
        {
            return refused;
        }

        Fill(policy, match.Value, draft, scope.Now);
        policy.Version++;
        scope.Context.SaveChanges();
        return new PolicyReceipt(policy.PublicId, policy.Version);
    }

    /// <summary>What the draft matches, if all of it may be and no other policy matches the same.</summary>
    private static Result<LifetimeTraits> Match(
        PolicySources sources,
        Standing standing,
        ExpiryPolicyDraft draft,
        long exceptFor
    )
    {
        if (PolicyDrafts.Problem(draft) is { } problem)
        {
            return problem;
        }

        var traits = PolicyTraits.Of(sources.Vaults, draft.Match);
        if (traits.Error is { } unknown)
        {
            return unknown;
        }

        if (traits.Value.VaultId is not 0 and var vault && !Sees(sources, standing, vault))
        {
            return PolicyTraits.NoSuchVault;
        }

        for (var i = 0; i < draft.RemindedPeople.Count; i++)
        {
            if (sources.Names.Person(draft.RemindedPeople[i]) is not ({ }, false))
            {
                return VaultError.Invalid(
                    $"/remindedPeople/{i}",
                    "There is no such person, or the account is disabled."
                );
            }
        }

        var others = sources.Policies.All().Policies.Where(other => other.Id != exceptFor).ToList();
        var left =
            MostOffsets - others.Sum(other => ReminderOffsetText.Count(other.ReminderOffsets));
        return others.Exists(other => PolicyTraits.Of(other) == traits.Value) ? Exists
            : draft.ReminderOffsets.Count > left
                ? VaultError.Invalid(
                    "/reminderOffsets",
                    $"All policies together have at most {MostOffsets} reminders; {left} are left for this one."
                )
            : traits;
    }

    private Result<PolicyPreview> Preview(
        ReadScope scope,
        Standing standing,
        ExpiryPolicyDraft? draft,
        PublicId? id
    )
    {
        if (!MayChange(standing))
        {
            return AccessErrors.Forbidden;
        }

        var before = scope.Commands<PolicyCommands>().All();
        var present = id is { } given ? before.Find(given) : null;
        if (
            id is not null
            && (present is null || !Sees(PolicySources.Of(scope), standing, present))
        )
        {
            return AccessErrors.NotFound;
        }

        if (
            RefusalOfWarning(
                standing,
                present?.OnExpiry ?? OnExpiry.Block,
                draft?.OnExpiry ?? OnExpiry.Block
            ) is
            { } forPersons
        )
        {
            return forPersons;
        }

        var others = before.Policies.Where(policy => policy != present);
        var now = time.GetUtcNow();
        if (draft is null)
        {
            if (
                present is not null
                && RefusalOfUncovering(standing, before, present) is { } uncovering
            )
            {
                return uncovering;
            }

            return new PolicyPreviews(before, new PolicySet(others), now)
            {
                IsOwn = rule => rule.Policy is not null && rule.Policy == present,
                IsDeletion = true,
            }.Make(scope, LifetimeSight.Of(standing), CountsAll(standing));
        }

        var match = Match(PolicySources.Of(scope), standing, draft, present?.Id ?? 0);
        if (match.Error is { } refused)
        {
            return refused;
        }

        if (
            present is not null
            && match.Value != PolicyTraits.Of(present)
            && RefusalOfUncovering(standing, before, present) is { } uncovered
        )
        {
            return uncovered;
        }

        var wanted = new ExpiryPolicy();
        PolicyTraits.Fill(wanted, match.Value, draft);
        return new PolicyPreviews(before, new PolicySet(others.Append(wanted)), now)
        {
            IsOwn = rule => rule.Policy == wanted,
        }.Make(scope, LifetimeSight.Of(standing), CountsAll(standing));
    }

    private static void Fill(
        ExpiryPolicy policy,
        LifetimeTraits match,
        ExpiryPolicyDraft draft,
        DateTimeOffset now
    )
    {
        PolicyTraits.Fill(policy, match, draft);
        policy.UpdatedAt = now;
    }

    private Task<Result<T>> ChangeAsync<T>(
        Caller caller,
        string action,
        PublicId id,
        VersionCondition? ifMatch,
        OnExpiry after,
        Func<WriteScope, ExpiryPolicy, bool> leaves,
        Func<WriteScope, Standing, ExpiryPolicy, Result<T>> change,
        CancellationToken cancellation
    ) =>
        gate.WriteAsync<ExpiryPolicy?, T>(
            caller,
            new AuditedCall(action, Target(id), Permissions.MonitoringAll),
            // One that is gone is found out later, so that a retry of what deleted it is answered.
            (scope, standing) =>
                MayWrite(standing, scope.Now, after).Error is { } refused ? refused
                : Find(scope, id) is not { } policy ? (ExpiryPolicy?)null
                : !Sees(PolicySources.Of(scope), standing, policy) ? AccessErrors.NotFound
                : policy,
            (scope, standing, policy) =>
                policy is null ? AccessErrors.NotFound
                : RefusalOfWarning(standing, policy.OnExpiry) is { } forPersons ? forPersons
                : leaves(scope, policy)
                && RefusalOfUncovering(standing, scope.Commands<PolicyCommands>().All(), policy)
                    is { } uncovering
                    ? uncovering
                : ifMatch?.Holds(policy.Version) == false ? Changed
                : change(scope, standing, policy),
            cancellation
        );

    private static ExpiryPolicy? Find(WriteScope scope, PublicId id) =>
        scope.Context.Set<ExpiryPolicy>().SingleOrDefault(p => p.PublicId == id);

    private static Result<Unit> MayWrite(Standing standing, DateTimeOffset now, OnExpiry after) =>
        !MayChange(standing) ? AccessErrors.Forbidden
        : Authorization.DemandStepUp(standing, now) is { } stepUp ? stepUp
        : RefusalOfWarning(standing, after) is { } forPersons ? forPersons
        : default(Unit);

    /// <summary>A key that leaks is not to keep expired values flowing.</summary>
    private static VaultError? RefusalOfWarning(
        Standing standing,
        params ReadOnlySpan<OnExpiry> states
    ) => standing.Kind == CallerKind.Machine && states.Contains(OnExpiry.Warn) ? ForPersons : null;

    /// <summary>The same where one that blocks goes, or matches something else, and one that warns decides in its place.</summary>
    private static VaultError? RefusalOfUncovering(
        Standing standing,
        PolicySet policies,
        ExpiryPolicy leaving
    ) =>
        standing.Kind == CallerKind.Machine && policies.UncoversWarning(leaving)
            ? ForPersons
            : null;

    /// <summary>Agents, and whoever comes with a token, change no settings.</summary>
    private static bool MayChange(Standing standing) =>
        standing.Kind is CallerKind.Command or CallerKind.System
        || (
            standing.Kind is CallerKind.Person or CallerKind.Machine
            && standing.Principal.Kind == PrincipalKind.User
            && standing.Role is Role.Owner or Role.Administrator
        );

    /// <summary>People who may change policies learn how many objects one touches; a key counts what it may see.</summary>
    private static bool CountsAll(Standing standing) => standing.Kind != CallerKind.Machine;

    /// <summary>A policy for a vault is known to those who see the vault: its name may say what the vault is.</summary>
    private static bool Sees(PolicySources sources, Standing standing, ExpiryPolicy policy) =>
        policy.VaultId == 0 || Sees(sources, standing, policy.VaultId);

    private static bool Sees(PolicySources sources, Standing standing, long vaultId) =>
        standing.SeesAllVaults
        || standing.Kind is CallerKind.Command or CallerKind.System
        || Authorization.LevelOnVault(sources.Access, standing, vaultId) is not null
        || sources.Vaults.HasItemGrant(standing.Principal, vaultId);

    private static string Target(PublicId id) => $"expiry_policy:{id}";

    private static ExpiryPolicyView View(ReadScope scope, ExpiryPolicy policy)
    {
        var names = scope.Commands<PolicyNames>();
        var rule = ExpiryRule.Of(policy);
        var vault = policy.VaultId == 0 ? null : names.Vault(policy.VaultId);
        return new ExpiryPolicyView
        {
            Id = policy.PublicId,
            Name = policy.Name,
            Match = new PolicyMatch
            {
                Kind = policy.Kind == 0 ? null : (LifetimeKind)policy.Kind,
                VaultId = vault?.Id,
                ItemType = policy.ItemType == 0 ? null : (ItemType)policy.ItemType,
                FieldType = policy.FieldType == 0 ? null : (FieldType)policy.FieldType,
                Classification =
                    policy.Classification == 0 ? null : (DataClassification)policy.Classification,
            },
            VaultName = vault?.Name,
            DefaultLifetime = rule.DefaultLifetime,
            LongestLifetime = rule.LongestLifetime,
            OnExpiry = rule.OnExpiry,
            ReminderOffsets = rule.ReminderOffsets,
            RotateEvery = rule.RotateEvery,
            RemindsCreator = policy.RemindsCreator,
            RemindsAdmins = policy.RemindsAdmins,
            RemindedPeople =
            [
                .. PolicyTraits
                    .People(policy)
                    .Select(id => new RemindedPerson(id, names.Person(id).Email ?? id.ToString())),
            ],
            Version = policy.Version,
            CreatedAt = policy.CreatedAt,
            UpdatedAt = policy.UpdatedAt,
        };
    }

    private readonly record struct PolicySources(
        AccessCommands Access,
        VaultCommands Vaults,
        PolicyNames Names,
        PolicyCommands Policies
    )
    {
        public static PolicySources Of(ReadScope scope) =>
            new(
                scope.Commands<AccessCommands>(),
                scope.Commands<VaultCommands>(),
                scope.Commands<PolicyNames>(),
                scope.Commands<PolicyCommands>()
            );

        public static PolicySources Of(WriteScope scope) =>
            new(
                scope.Commands<AccessCommands>(),
                scope.Commands<VaultCommands>(),
                scope.Commands<PolicyNames>(),
                scope.Commands<PolicyCommands>()
            );
    }
}
