using VaultPortal.Core.Access;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Tokens;

namespace VaultPortal.Core.Expiry;

/// <summary>Which objects of a kind somebody sees.</summary>
internal enum Reach
{
    None,

    /// <summary>Items and fields that are granted to him; keys that are his own.</summary>
    Own,
    All,
}

/// <summary>
/// Of which objects a caller sees the lifetimes: of those that the lists of their own concerns show him, and of no others. Whose keys
/// these are is asked of the services that list them.
/// </summary>
internal sealed record LifetimeSight
{
    /// <summary>Of the product itself: the sweep, the metrics.</summary>
    public static readonly LifetimeSight Everything = new()
    {
        Vaults = Reach.All,
        Environment = Reach.All,
        Workflows = Reach.All,
        ApiKeys = Reach.All,
        UserKeys = Reach.All,
        AgentKeys = Reach.All,
        Issuers = Reach.All,
    };

    /// <summary>Whose grants count.</summary>
    public PrincipalRef Principal { get; private init; }

    /// <summary>Whose keys are the own ones.</summary>
    public long OwnerId { get; private init; }

    /// <summary>Items and fields.</summary>
    private Reach Vaults { get; init; }
    private Reach Environment { get; init; }
    private Reach Workflows { get; init; }
    private Reach ApiKeys { get; init; }
    private Reach UserKeys { get; init; }
    private Reach AgentKeys { get; init; }
    private Reach Issuers { get; init; }

    public static LifetimeSight Of(Standing standing)
    {
        if (standing.Kind is CallerKind.System or CallerKind.Command)
        {
            return Everything;
        }

        return new LifetimeSight
        {
            Principal = standing.Principal,
            OwnerId = standing.OwnerId,
            Vaults = Where(
                standing.Permissions.HasFlag(Permissions.VaultRead),
                standing.ReadsAllMetadata
            ),
            Environment = Where(standing.Permissions.HasFlag(Permissions.SecretsList), all: true),
            Workflows = Where(standing.Permissions.HasFlag(Permissions.WorkflowsRead), all: true),
            ApiKeys = Where(
                ApiKeyService.IsPersonOrCommand(standing),
                ApiKeyService.IsOverAll(standing)
            ),
            UserKeys = Where(
                UserKeyPairService.IsUser(standing)
                    && standing.Permissions.HasFlag(Permissions.UserKeyPair),
                all: false
            ),
            AgentKeys = Where(
                AgentService.ListsAgents(standing)
                    && standing.Permissions.HasFlag(Permissions.AgentRead),
                AgentService.ListsAll(standing)
            ),
            Issuers = Where(TrustedIssuerService.MayRead(standing) is null, all: true),
        };
    }

    /// <summary>How far it reaches among the objects of a kind.</summary>
    public Reach ReachOf(LifetimeKind kind) =>
        kind switch
        {
            LifetimeKind.VaultItem or LifetimeKind.Field => Vaults,
            LifetimeKind.EnvironmentSecret => Environment,
            LifetimeKind.WorkflowSecret => Workflows,
            LifetimeKind.ApiKey => ApiKeys,
            LifetimeKind.UserKey => UserKeys,
            LifetimeKind.AgentKey => AgentKeys,
            LifetimeKind.TrustedIssuer => Issuers,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    /// <summary>Whether it reaches an object.</summary>
    /// <param name="isGranted">Whether a grant of <see cref="Principal"/> does, where that is what decides.</param>
    public bool Sees(LifetimeRow row, Func<LifetimeRow, bool> isGranted) =>
        ReachOf(row.Kind) switch
        {
            Reach.None => false,
            Reach.All => true,
            _ => row.Kind is LifetimeKind.VaultItem or LifetimeKind.Field
                ? isGranted(row)
                : row.AccountId == OwnerId,
        };

    /// <summary>An Owner or Administrator with a session.</summary>
    internal static bool IsOffice(Standing standing) =>
        standing is { Kind: CallerKind.Person, Role: Role.Owner or Role.Administrator };

    private static Reach Where(bool sees, bool all) =>
        !sees ? Reach.None
        : all ? Reach.All
        : Reach.Own;
}
