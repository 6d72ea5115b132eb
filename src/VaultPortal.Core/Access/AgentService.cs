using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>Agents: machines that act for themselves, made by those who answer for them.</summary>
public sealed class AgentService(Gate gate)
{
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
}

/// <param name="Name">What it is called.</param>
/// <param name="Owner">For commands: the owner's e-mail address or id. Everybody else makes his own.</param>
public sealed record NewAgent(string Name, string? Owner = null);

/// <summary>An agent as the contract shows it.</summary>
public sealed record AgentView(PublicId Id, string Name, PublicId OwnerId);
