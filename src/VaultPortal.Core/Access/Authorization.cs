using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>The one place where it is decided what a caller may do. It runs on the state of whoever asks: in the queue on the batch's own.</summary>
internal static class Authorization
{
    private static readonly TimeSpan StepUpLife = TimeSpan.FromMinutes(5);

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
            CallerKind.Token => OfToken(access, caller, now),
            CallerKind.Issued => OfIssued(access, caller, now),
            _ => new Standing(default, 0, (Permissions)~0L, Role.Owner, caller.Kind),
        };
        return standing is not { } found ? AccessErrors.Unauthorized
            : (found.Permissions & needed) != needed ? AccessErrors.Forbidden
            : found with { At = now };
    }

    /// <summary>
    /// Whether a person has proved anew who they are, within the last five minutes (DESIGN section 7). Of callers with keys or tokens
    /// it is never asked.
    /// </summary>
    public static VaultError? DemandStepUp(Standing standing, DateTimeOffset now) =>
        standing.Kind == CallerKind.Person && !(standing.StepUpAt + StepUpLife > now)
            ? AccessErrors.StepUpRequired
            : null;

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

    /// <summary>The row of the key that signed, if it is the acting principal's own active one and has not expired.</summary>
    public static Result<long> Signer(
        AccessCommands access,
        Standing standing,
        ISignedInput signed
    ) =>
        signed.SignerKind == standing.Principal.Kind
        && access.FindSigner(signed.SignerId, standing.At) is { } key
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
        var most = key.OwnerRole == Role.Auditor ? PermissionSets.Auditor : (Permissions)~0L;
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
            || session.Kind != SessionKind.Browser
            || !session.IsActive(now)
        )
        {
            return null;
        }

        return OfAccount(caller.AccountId, session.Role, caller.Kind) with
        {
            StepUpAt = session.StepUpAt,
        };
    }

    /// <summary>An access token of this portal: good as long as its session is, and never for the machine API (secrets.md, Callers).</summary>
    private static Standing? OfToken(AccessCommands access, Caller caller, DateTimeOffset now) =>
        access.FindSession(caller.SessionId, caller.AccountId) is { } session
        && session.Kind == SessionKind.Token
        && session.IsActive(now)
            ? OfAccount(
                caller.AccountId,
                session.Role,
                caller.Kind,
                PermissionSets.Secrets | PermissionSets.Workflows
            )
            : null;

    /// <summary>A token of a trusted issuer: good until it expires, as long as what it was mapped by stands.</summary>
    private static Standing? OfIssued(AccessCommands access, Caller caller, DateTimeOffset now) =>
        caller.Issued is { } issued
        && issued.ExpiresAt > now
        && access.RevisionOfIssuer(issued.IssuerId, now) == issued.Revision
            ? new Standing(default, 0, issued.Permissions, Role.Administrator, caller.Kind)
            : null;

    /// <summary>What an account is worth by its role, without any step-up.</summary>
    /// <param name="most">What its credential allows at all.</param>
    internal static Standing OfAccount(
        long account,
        Role role,
        CallerKind kind,
        Permissions most = (Permissions)~0L
    ) =>
        new(
            new PrincipalRef(PrincipalKind.User, account),
            account,
            role == Role.Auditor ? most & PermissionSets.Auditor : most,
            role,
            kind
        );

    /// <summary>An Auditor reads the metadata of everything; nobody else has a level without a grant.</summary>
    private static AccessLevel? Inherent(Standing standing) =>
        standing.ReadsAllMetadata ? AccessLevel.Read : null;

    private static AccessLevel? Highest(AccessLevel? one, AccessLevel? other) =>
        one is null || one < other ? other : one;
}
