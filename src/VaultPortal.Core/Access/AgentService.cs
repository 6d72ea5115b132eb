using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>
/// Agents: machines that act for themselves, made, given their API keys and archived by those who answer for them. What the contract
/// leaves open: docs/decisions/0032-agents-and-their-keys.md.
/// </summary>
public sealed class AgentService(
    Gate gate,
    IEnumerable<IKeyRetirement> retirements,
    IEnumerable<IPrincipalDeparture> departures,
    TimeProvider time
)
{
    /// <summary>Most agents of one account that are not archived: every list of them is answered whole.</summary>
    public const int MaxAgents = 200;

    /// <summary>What the first API key of an agent may ask for: everything that an agent can do at all (machine.md section 1).</summary>
    public const Permissions FirstPermissions =
        Permissions.VaultRead
        | Permissions.VaultSecretRead
        | Permissions.VaultWrite
        | Permissions.Search
        | Permissions.WrappedKey
        | Permissions.PermissionsRead;

    private readonly IKeyRetirement[] _retirements = [.. retirements];
    private readonly IPrincipalDeparture[] _departures = [.. departures];

    /// <summary>Makes an agent: a person or a machine for itself, a command for the owner it names.</summary>
    public Task<Result<AgentView>> CreateAsync(
        Caller caller,
        NewAgent wanted,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync(
            caller,
            new AuditedCall("agent.create", "agents", Permissions.AgentWrite),
            (scope, standing) => Owner(scope, standing, caller, wanted),
            (scope, _, owner) => Create(scope, owner, wanted),
            cancellation
        );

    /// <summary>
    /// The agents that are not archived, the newest first: the own ones; for persons and Auditors, who see the metadata of everything,
    /// everybody's.
    /// </summary>
    public Task<Result<IReadOnlyList<AgentListEntry>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<AgentListEntry>>(
            caller,
            new AuditedCall("agent.list", "agents", Permissions.AgentRead),
            (scope, standing) =>
                !ListsAgents(standing)
                    ? AccessErrors.Forbidden
                    : scope
                        .Commands<AgentCommands>()
                        .List(
                            ListsAll(standing) ? null : standing.OwnerId,
                            standing.OwnerId,
                            time.GetUtcNow()
                        ),
            cancellation
        );

    /// <summary>Agents see none, not even themselves.</summary>
    internal static bool ListsAgents(Standing standing) =>
        standing.Principal.Kind != PrincipalKind.Agent;

    /// <summary>Whether those of others are listed, too.</summary>
    internal static bool ListsAll(Standing standing) =>
        standing.Kind == CallerKind.Person || standing.ReadsAllMetadata;

    /// <summary>
    /// Ends an agent for good: its API keys, its registered keys with what was wrapped to them, its grants; the vaults that it could
    /// open are to be rekeyed. A person needs a step-up, and an Owner or Administrator may do it to everybody's.
    /// </summary>
    public Task<Result<Unit>> ArchiveAsync(
        Caller caller,
        PublicId agentId,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync(
            caller,
            new AuditedCall("agent.archive", $"agent:{agentId}", Permissions.AgentWrite),
            (scope, standing) => Open(scope, standing, agentId, othersToo: true),
            (scope, _, agent) => Archive(scope, agent),
            cancellation
        );

    /// <summary>
    /// Gives an agent a new API key, shown once, with the permissions, networks and length of life of its last one, the first with that
    /// of the policy; every earlier one ends at once. Made by an API key it also keeps within that key's networks and ends no later than that key. Only its owner does; a
    /// person needs a step-up.
    /// </summary>
    public Task<Result<CreatedApiKey>> RegenerateApiKeyAsync(
        Caller caller,
        PublicId agentId,
        CancellationToken cancellation = default
    )
    {
        var text = ApiKeyText.Generate();
        return gate.WriteAsync(
            caller,
            new AuditedCall("agent.regenerate_key", $"agent:{agentId}", Permissions.AgentWrite),
            (scope, standing) =>
            {
                var open = Open(scope, standing, agentId, othersToo: false);
                return open.Succeeded && open.Value.ArchivedAt is not null
                    ? AccessErrors.NotFound
                    : open;
            },
            (scope, _, agent) => Regenerate(scope, caller, agent, text),
            cancellation
        );
    }

    private static Result<AccountRef> Owner(
        WriteScope scope,
        Standing standing,
        Caller caller,
        NewAgent wanted
    )
    {
        if (standing.Kind is CallerKind.Command or CallerKind.System)
        {
            return scope.Commands<AccountLookup>().FindActive(wanted.Owner);
        }

        // An agent makes no agents: it would hand its owner's name to what the owner never saw.
        return standing.Principal.Kind == PrincipalKind.User && wanted.Owner is null
            ? new AccountRef(standing.OwnerId, caller.AccountPublicId)
            : AccessErrors.Forbidden;
    }

    private static Result<AgentView> Create(WriteScope scope, AccountRef owner, NewAgent wanted)
    {
        if (TextRules.ProblemOfName(wanted.Name) is { } problem)
        {
            return VaultError.Invalid("/name", problem);
        }

        if (scope.Commands<AgentCommands>().Count(owner.Id) >= MaxAgents)
        {
            return VaultError.Invalid(
                "/name",
                $"An account has at most {MaxAgents} agents; archive one first."
            );
        }

        var agent = new Agent
        {
            PublicId = PublicId.New(scope.Now),
            OwnerId = owner.Id,
            Name = wanted.Name,
            CreatedAt = scope.Now,
        };
        scope.Context.Add(agent);
        scope.Context.SaveChanges();
        return new AgentView(agent.PublicId, agent.Name, owner.PublicId);
    }

    /// <summary>The agent, archived or not, so that a retry of what archived it is answered.</summary>
    private static Result<AgentRow> Open(
        WriteScope scope,
        Standing standing,
        PublicId agentId,
        bool othersToo
    )
    {
        if (standing.Principal.Kind == PrincipalKind.Agent)
        {
            return AccessErrors.Forbidden;
        }

        var mayAll =
            othersToo
            && standing is { Kind: CallerKind.Person, Role: Role.Owner or Role.Administrator };
        return scope.Commands<AgentCommands>().Find(agentId) is not { } agent
            || (agent.OwnerId != standing.OwnerId && !mayAll)
                ? AccessErrors.NotFound
            : Authorization.DemandStepUp(standing, scope.Now) is { } stepUp ? stepUp
            : agent;
    }

    private Result<Unit> Archive(WriteScope scope, AgentRow agent)
    {
        if (agent.ArchivedAt is not null)
        {
            return AccessErrors.NotFound;
        }

        var agents = scope.Commands<AgentCommands>();
        agents.Archive(agent, scope.Now);
        agents.RevokeApiKeys(agent, scope.Now);
        foreach (var key in agents.RegisteredKeys(agent))
        {
            scope.Commands<UserKeyPairCommands>().Retire(key, RetireReason.Replaced, scope.Now);
            foreach (var concern in _retirements)
            {
                concern.Retired(scope, key);
            }
        }

        foreach (var concern in _departures)
        {
            concern.Leaving(scope, new PrincipalRef(PrincipalKind.Agent, agent.Id));
        }

        agents.EndGrants(agent, scope.CommitSequence);
        return default(Unit);
    }

    private static Result<CreatedApiKey> Regenerate(
        WriteScope scope,
        Caller caller,
        AgentRow agent,
        string text
    )
    {
        var agents = scope.Commands<AgentCommands>();
        var keys = scope.Context.Set<ApiKey>();
        var last = agents.LastApiKey(agent) is { } id ? keys.Single(k => k.Id == id) : null;
        var maker = caller.ApiKeyId == 0 ? null : keys.Single(k => k.Id == caller.ApiKeyId);
        var rule = ApiKeyService.Rule(scope);
        var next = new ApiKey
        {
            Name = last?.Name ?? agent.Name,
            Scope = ApiKeyScope.Agent,
            OwnerId = agent.OwnerId,
            AgentId = agent.Id,
            Permissions = last?.Permissions ?? FirstPermissions,
            AllowList = AllowList.Within(last?.AllowList ?? "", maker?.AllowList ?? ""),
            ExpiresAt = Earlier(
                last is null
                    ? rule.DefaultExpiry(scope.Now)
                    : rule.Nearest(
                        ExpiryRule.EndOf(last.ExpiresAt - last.CreatedAt, scope.Now),
                        scope.Now
                    ),
                maker?.ExpiresAt
            ),
        };
        agents.RevokeApiKeys(agent, scope.Now);
        ApiKeyService.Add(scope, next, text);
        scope.Audit(caller, "api_key.create", $"key:{next.AccessKey}", "ok");
        return new CreatedApiKey(next.PublicId, text);
    }

    /// <summary>Null = never.</summary>
    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other < one ? other ?? one : one;
}
