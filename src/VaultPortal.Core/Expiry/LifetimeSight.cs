using VaultPortal.Core.Access;

namespace VaultPortal.Core.Expiry;

/// <summary>Whose keys somebody sees.</summary>
internal enum KeyReach
{
    None,
    Own,
    All,
}

/// <summary>Of which objects a caller sees the lifetimes: of those that the lists of their own concerns show him, and of no others.</summary>
internal sealed record LifetimeSight
{
    /// <summary>Of the product itself: the sweep, the metrics.</summary>
    public static readonly LifetimeSight Everything = new()
    {
        Vaults = true,
        AllVaults = true,
        Environment = true,
        Workflows = true,
        ApiKeys = KeyReach.All,
        UserKeys = KeyReach.All,
        AgentKeys = KeyReach.All,
        Issuers = true,
    };

    /// <summary>Whose grants count.</summary>
    public PrincipalRef Principal { get; init; }

    /// <summary>Whose keys are the own ones.</summary>
    public long OwnerId { get; init; }

    /// <summary>Items and fields, as far as the grants reach.</summary>
    public bool Vaults { get; init; }

    /// <summary>Items and fields without any grant.</summary>
    public bool AllVaults { get; init; }
    public bool Environment { get; init; }
    public bool Workflows { get; init; }
    public KeyReach ApiKeys { get; init; }
    public KeyReach UserKeys { get; init; }
    public KeyReach AgentKeys { get; init; }
    public bool Issuers { get; init; }

    public static LifetimeSight Of(Standing standing)
    {
        if (standing.Kind is CallerKind.System or CallerKind.Command)
        {
            return Everything;
        }

        var isUser = standing.Principal.Kind == PrincipalKind.User;
        return new LifetimeSight
        {
            Principal = standing.Principal,
            OwnerId = standing.OwnerId,
            Vaults = standing.Permissions.HasFlag(Permissions.VaultRead),
            AllVaults = standing.ReadsAllMetadata,
            Environment = standing.Permissions.HasFlag(Permissions.SecretsList),
            Workflows = standing.Permissions.HasFlag(Permissions.WorkflowsRead),
            // As ApiKeyService.ListAsync: machines see no keys, Owners and Administrators everybody's.
            ApiKeys =
                standing.Kind != CallerKind.Person ? KeyReach.None
                : IsOffice(standing) ? KeyReach.All
                : KeyReach.Own,
            // As UserKeyPairService.ListAsync.
            UserKeys =
                isUser && standing.Permissions.HasFlag(Permissions.UserKeyPair)
                    ? KeyReach.Own
                    : KeyReach.None,
            // As AgentService.ListAsync.
            AgentKeys =
                !isUser || !standing.Permissions.HasFlag(Permissions.AgentRead) ? KeyReach.None
                : standing.Kind == CallerKind.Person || standing.ReadsAllMetadata ? KeyReach.All
                : KeyReach.Own,
            // As TrustedIssuerService.ListAsync.
            Issuers = IsOffice(standing),
        };
    }

    /// <summary>An Owner or Administrator with a session.</summary>
    internal static bool IsOffice(Standing standing) =>
        standing is { Kind: CallerKind.Person, Role: Role.Owner or Role.Administrator };
}
