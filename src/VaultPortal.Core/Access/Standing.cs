namespace VaultPortal.Core.Access;

/// <summary>What a caller is at this moment, read from the database by whoever decides: never kept, never trusted from before.</summary>
/// <param name="Principal">Who holds the grants that count.</param>
/// <param name="OwnerId">The account behind it.</param>
/// <param name="Permissions">The credential's permissions, cut down to what the owner's role allows.</param>
/// <param name="Role">The owner's role.</param>
/// <param name="Kind">How the caller came in.</param>
internal readonly record struct Standing(
    PrincipalRef Principal,
    long OwnerId,
    Permissions Permissions,
    Role Role,
    CallerKind Kind
)
{
    /// <summary>The moment that it was decided for.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>When a person last proved anew who they are.</summary>
    public DateTimeOffset? StepUpAt { get; init; }

    /// <summary>An Auditor reads the metadata of everything. An agent of his acts for itself, with its own grants.</summary>
    public bool ReadsAllMetadata => Role == Role.Auditor && Principal.Kind == PrincipalKind.User;

    /// <summary>The portal shows Owners and Administrators that a vault exists; the machine API does not.</summary>
    public bool SeesAllVaults =>
        ReadsAllMetadata || (Kind == CallerKind.Person && Role is Role.Owner or Role.Administrator);
}
