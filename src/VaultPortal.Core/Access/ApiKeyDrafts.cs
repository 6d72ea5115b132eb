using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>Whether a key may be made as it was asked for.</summary>
internal static class ApiKeyDrafts
{
    /// <summary>The key without its secret, if it may be as it was asked for.</summary>
    public static Result<ApiKey> Make(WriteScope scope, AccountRef owner, NewApiKey wanted)
    {
        if (TextRules.ProblemOfName(wanted.Name) is { } problem)
        {
            return VaultError.Invalid("/name", problem);
        }

        if (wanted.ExpiresAt <= scope.Now)
        {
            return VaultError.Invalid("/expiresAt", "A key expires in the future.");
        }

        var permissions = PermissionsOf(wanted);
        var allowList = AllowList.Parse(wanted.AllowList);
        var agent = AgentOf(scope, owner, wanted);
        var expiry = scope
            .Commands<PolicyCommands>()
            .RuleFor(new LifetimeTraits(LifetimeKind.ApiKey))
            .ExpiryOfNew(Given.Or(wanted.ExpiresAt, wanted.NeverExpires), scope.Now, "/expiresAt");
        return permissions.Error is { } first ? first
            : allowList.Error is { } second ? second
            : agent.Error is { } third ? third
            : expiry.Error is { } fourth ? fourth
            : new ApiKey
            {
                Format = wanted.Format,
                Name = wanted.Name,
                Scope = wanted.Scope,
                OwnerId = owner.Id,
                AgentId = agent.Value,
                Permissions = permissions.Value,
                AllowList = allowList.Value,
                ExpiresAt = expiry.Value,
            };
    }

    /// <summary>
    /// A key never exceeds its owner's role: what that cuts down is decided with each use. Whoever makes a key in the portal is told
    /// already then of permissions of which nothing would be left.
    /// </summary>
    public static VaultError? BeyondRole(Permissions permissions, Role role)
    {
        if (role != Role.Auditor)
        {
            return null;
        }

        var useless = PermissionNames
            .ToNames(permissions)
            .Where(name => (PermissionNames.Parse([name]).Value & PermissionSets.Auditor) == 0)
            .ToList();
        return useless.Count == 0
            ? null
            : VaultError.Invalid(
                "/permissions",
                $"The key of an Auditor can never use {string.Join(", ", useless)}. Leave that out."
            );
    }

    private static Result<Permissions> PermissionsOf(NewApiKey wanted)
    {
        if (wanted.Format != ApiKeyFormat.Secrets)
        {
            return PermissionNames.Parse(wanted.Permissions);
        }

        if (wanted.Permissions.Count == 0)
        {
            return PermissionSets.Secrets;
        }

        var permissions = PermissionNames.Parse(wanted.Permissions);
        return permissions.Succeeded && (permissions.Value & ~PermissionSets.Secrets) != 0
            ? VaultError.Invalid(
                "/permissions",
                "A key of format ik has no other permissions than secrets.read, secrets.write and secrets.delete."
            )
            : permissions;
    }

    private static Result<long?> AgentOf(WriteScope scope, AccountRef owner, NewApiKey wanted)
    {
        if (!Enum.IsDefined(wanted.Format))
        {
            return VaultError.Invalid("/format", "A format is rk or ik.");
        }

        if (!Enum.IsDefined(wanted.Scope))
        {
            return VaultError.Invalid("/scope", "A scope is USER, TENANT, ORG or AGENT.");
        }

        if (wanted is { Format: ApiKeyFormat.Secrets, Scope: not ApiKeyScope.User })
        {
            return VaultError.Invalid("/scope", "A key of format ik has scope USER.");
        }

        if ((wanted.Scope == ApiKeyScope.Agent) != wanted.AgentId.HasValue)
        {
            return VaultError.Invalid(
                "/agent",
                "A key of scope AGENT names an agent, and no other does."
            );
        }

        if (wanted.AgentId is not { } id)
        {
            return (long?)null;
        }

        return scope.Commands<ApiKeyCommands>().FindActiveAgent(id, owner.Id) is { } agent
            ? agent
            : VaultError.Invalid("/agent", "The owner has no active agent with this id.");
    }
}
