using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>The one place where it is decided what a caller may do. It runs on the state of whoever asks: in the queue on the batch's own.</summary>
internal static class Authorization
{
    private const Permissions AuditorMost =
        Permissions.VaultRead
        | Permissions.PermissionsRead
        | Permissions.AgentRead
        | Permissions.Search
        | Permissions.MonitoringRead;

    /// <summary>Whether the caller's credential is good now and carries the permission.</summary>
    public static Result<Standing> Decide(
        AccessCommands access,
        Caller caller,
        Permissions needed,
        DateTimeOffset now
    )
    {
        var standing = caller.Kind switch
        {
            CallerKind.Machine => OfMachine(access, caller, now),
            CallerKind.Person => OfPerson(access, caller, now),
            _ => new Standing(default, 0, (Permissions)~0L, Role.Owner, caller.Kind),
        };
        return standing is not { } found ? AccessErrors.Unauthorized
            : (found.Permissions & needed) != needed ? AccessErrors.Forbidden
            : found;
    }

    public static AccessLevel? LevelOnVault(
        AccessCommands access,
        Standing standing,
        long vaultId
    ) =>
        Highest(
            access.FindGrant(standing.Principal, GrantedAsset.Vault, vaultId),
            Inherent(standing)
        );

    /// <summary>The higher of the grants on the item and on its vault.</summary>
    public static AccessLevel? LevelOnItem(
        AccessCommands access,
        Standing standing,
        long vaultId,
        long itemId
    ) =>
        Highest(
            LevelOnVault(access, standing, vaultId),
            access.FindGrant(standing.Principal, GrantedAsset.VaultItem, itemId)
        );

    /// <summary>The row of the key that signed, if it is the acting principal's own active one.</summary>
    public static Result<long> Signer(
        AccessCommands access,
        Standing standing,
        ISignedInput signed
    ) =>
        signed.SignerKind == standing.Principal.Kind
        && access.FindKey(signed.SignerId) is { State: RegisteredKeyState.Active } key
        && key.Owner == standing.Principal
            ? key.Id
            : AccessErrors.SignerRequired;

    private static Standing? OfMachine(AccessCommands access, Caller caller, DateTimeOffset now)
    {
        if (
            access.FindApiKey(caller.ApiKeyId) is not { } key
            || !key.IsActive(now)
            || !AllowList.Allows(key.AllowList, caller.Source)
        )
        {
            return null;
        }

        var principal = key.AgentId is { } agent
            ? new PrincipalRef(PrincipalKind.Agent, agent)
            : new PrincipalRef(PrincipalKind.User, key.OwnerId);
        var most = key.OwnerRole == Role.Auditor ? AuditorMost : (Permissions)~0L;
        return new Standing(
            principal,
            key.OwnerId,
            key.Permissions & most,
            key.OwnerRole,
            caller.Kind
        );
    }

    private static Standing? OfPerson(AccessCommands access, Caller caller, DateTimeOffset now)
    {
        if (
            access.FindSession(caller.SessionId, caller.AccountId) is not { } session
            || !session.IsActive(now)
        )
        {
            return null;
        }

        var permissions = session.Role == Role.Auditor ? AuditorMost : (Permissions)~0L;
        var principal = new PrincipalRef(PrincipalKind.User, caller.AccountId);
        return new Standing(principal, caller.AccountId, permissions, session.Role, caller.Kind);
    }

    /// <summary>An Auditor reads the metadata of everything; nobody else has a level without a grant.</summary>
    private static AccessLevel? Inherent(Standing standing) =>
        standing.ReadsAllMetadata ? AccessLevel.Read : null;

    private static AccessLevel? Highest(AccessLevel? one, AccessLevel? other) =>
        one is null || one < other ? other : one;
}
