using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Core.Expiry;

/// <summary>What a policy matches; null = any.</summary>
public sealed record PolicyMatch
{
    public LifetimeKind? Kind { get; init; }
    public PublicId? VaultId { get; init; }
    public ItemType? ItemType { get; init; }
    public FieldType? FieldType { get; init; }
    public DataClassification? Classification { get; init; }
}

/// <summary>A policy as it is wanted. Lengths are whole minutes, from one minute to 100 years.</summary>
public sealed record ExpiryPolicyDraft
{
    public required string Name { get; init; }
    public required PolicyMatch Match { get; init; }

    /// <summary>Null = none.</summary>
    public TimeSpan? DefaultLifetime { get; init; }

    /// <summary>Null = any, and none at all.</summary>
    public TimeSpan? LongestLifetime { get; init; }
    public OnExpiry OnExpiry { get; init; } = OnExpiry.Block;

    /// <summary>Before the expiry, each once, in any order.</summary>
    public IReadOnlyList<TimeSpan> ReminderOffsets { get; init; } = [];

    /// <summary>Null = never.</summary>
    public TimeSpan? RotateEvery { get; init; }
    public bool RemindsCreator { get; init; } = true;
    public bool RemindsAdmins { get; init; } = true;

    /// <summary>Accounts that are reminded besides, each once.</summary>
    public IReadOnlyList<PublicId> RemindedPeople { get; init; } = [];
}

/// <summary>Somebody who is reminded.</summary>
/// <param name="Name">The e-mail address.</param>
public sealed record RemindedPerson(PublicId Id, string Name);

/// <summary>A policy as it stands.</summary>
public sealed record ExpiryPolicyView
{
    public required PublicId Id { get; init; }
    public required string Name { get; init; }
    public required PolicyMatch Match { get; init; }

    /// <summary>Null where none is matched.</summary>
    public string? VaultName { get; init; }
    public TimeSpan? DefaultLifetime { get; init; }
    public TimeSpan? LongestLifetime { get; init; }
    public required OnExpiry OnExpiry { get; init; }

    /// <summary>Descending.</summary>
    public required IReadOnlyList<TimeSpan> ReminderOffsets { get; init; }
    public TimeSpan? RotateEvery { get; init; }
    public required bool RemindsCreator { get; init; }
    public required bool RemindsAdmins { get; init; }
    public required IReadOnlyList<RemindedPerson> RemindedPeople { get; init; }
    public required long Version { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A policy that was made or changed.</summary>
public sealed record PolicyReceipt(PublicId Id, long Version);

/// <summary>What is decided about a new object with these traits.</summary>
/// <param name="PolicyId">Null = no policy; then the built-in rule.</param>
public sealed record ExpiryDecision(PublicId? PolicyId, string? PolicyName, ExpiryRule Rule);

/// <summary>What a change of a policy would do at this moment, before it applies.</summary>
public sealed record PolicyPreview
{
    /// <summary>How many objects the policy would decide about; of one that is deleted, how many it decides about now.</summary>
    public required int Decides { get; init; }

    /// <summary>How many that have expired would be refused from then on.</summary>
    public required int Blocked { get; init; }

    /// <summary>How many that have expired and are refused would be given out again.</summary>
    public required int Unblocked { get; init; }
    public required int DueSoon { get; init; }
    public required int Overdue { get; init; }

    /// <summary>How many that it would decide about expire later than it allows, or never; they stay as they are.</summary>
    public required int BeyondLongest { get; init; }

    /// <summary>The first hundred of those that change or lie beyond, as far as the caller may know of them.</summary>
    public required IReadOnlyList<PreviewedObject> First { get; init; }
}

/// <summary>An object that a change of a policy would affect.</summary>
/// <param name="Before">Its state now.</param>
/// <param name="After">Its state under the changed policies.</param>
/// <param name="IsRefusedAfter">Whether its value would be refused.</param>
/// <param name="IsBeyondLongest">Whether it expires later than allowed, or never.</param>
public sealed record PreviewedObject(
    LifetimeRef Subject,
    string Title,
    string? VaultName,
    DateTimeOffset? ExpiresAt,
    ExpiryState Before,
    ExpiryState After,
    bool IsRefusedAfter,
    bool IsBeyondLongest
);
