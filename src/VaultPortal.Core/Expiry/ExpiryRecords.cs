// It is the object that has the lifetime, whatever types are called elsewhere.
#pragma warning disable CA1720

using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>Names an object that has a lifetime, as its own API does.</summary>
/// <param name="Id">A public id, the ULID text of a workflow item, or the key of an environment secret.</param>
public readonly record struct LifetimeRef(LifetimeKind Kind, string Id);

/// <summary>Which part of the lifetimes is asked for. Only objects that expire or are to be rotated are listed.</summary>
public sealed record ExpiryQuery
{
    public const int MostTaken = 500;

    /// <summary>Empty = every kind.</summary>
    public IReadOnlyList<LifetimeKind> Kinds { get; init; } = [];

    /// <summary>Empty = every state.</summary>
    public IReadOnlyList<ExpiryState> States { get; init; } = [];

    /// <summary>Items and fields of this vault only.</summary>
    public PublicId? VaultId { get; init; }

    /// <summary>Only what this account or agent made (vault objects, secrets) or owns (keys).</summary>
    public PublicId? OwnerId { get; init; }

    /// <summary>In the title, without regard to the case of ASCII letters.</summary>
    public string? Search { get; init; }

    /// <summary>Only objects whose <see cref="ExpiryEntry.Moment"/> lies before this.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Only objects whose <see cref="ExpiryEntry.Moment"/> is this or later.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>Where the page before ended (<see cref="ExpiryPage.Next"/>); null = from the beginning.</summary>
    public string? Cursor { get; init; }

    /// <summary>From 1 to <see cref="MostTaken"/>.</summary>
    public int Take { get; init; } = 100;
}

/// <summary>An object with its lifetime, as a caller sees it. Never holds a value.</summary>
public sealed record ExpiryEntry
{
    public required LifetimeRef Object { get; init; }

    /// <summary>What people call it: a name, or the key of an environment secret.</summary>
    public required string Title { get; init; }
    public PublicId? VaultId { get; init; }
    public string? VaultName { get; init; }

    /// <summary>The item of a field, or the item itself.</summary>
    public PublicId? ItemId { get; init; }
    public PublicId? OwnerId { get; init; }
    public string? OwnerName { get; init; }
    public required Lifetime Lifetime { get; init; }
    public required ExpiryState State { get; init; }

    /// <summary>Since when the state holds; null = since the object was made.</summary>
    public DateTimeOffset? Since { get; init; }
    public required OnExpiry OnExpiry { get; init; }
    public PublicId? PolicyId { get; init; }
    public string? PolicyName { get; init; }

    /// <summary>Whether the caller may set the expiry.</summary>
    public bool MayChange { get; init; }

    /// <summary>What the list is sorted by: the expiry or the moment of rotation, whichever is earlier.</summary>
    public DateTimeOffset Moment =>
        Lifetime.RotateAt < (Lifetime.ExpiresAt ?? DateTimeOffset.MaxValue)
            ? Lifetime.RotateAt.Value
            : Lifetime.ExpiresAt!.Value;
}

/// <param name="Next">The cursor of the page that follows; null = this is the last.</param>
/// <param name="Total">How many match in all.</param>
public sealed record ExpiryPage(IReadOnlyList<ExpiryEntry> Entries, string? Next, int Total);

/// <summary>How many objects of a kind are in a state, of those that the caller sees.</summary>
public sealed record ExpiryCount(LifetimeKind Kind, ExpiryState State, int Count);

public enum ExpiryAction
{
    /// <summary>Later by <see cref="BulkExpiryChange.By"/>, counted from the present expiry, or from now where that is past or none.</summary>
    Extend = 1,

    /// <summary>To <see cref="BulkExpiryChange.To"/>.</summary>
    Set = 2,

    /// <summary>To none.</summary>
    Clear = 3,
}

/// <summary>A change of the expiries of several objects; each is decided and audited by itself.</summary>
public sealed record BulkExpiryChange
{
    public const int MostObjects = 1_000;

    public required IReadOnlyList<LifetimeRef> Objects { get; init; }
    public required ExpiryAction Action { get; init; }
    public TimeSpan? By { get; init; }
    public DateTimeOffset? To { get; init; }
}

/// <summary>What a change does, or would do, to one object.</summary>
/// <param name="Title">Null where the caller sees no such object.</param>
/// <param name="Problem">Why it stays as it is; null = it changes.</param>
public sealed record ExpiryChangeLine(
    LifetimeRef Object,
    string? Title,
    DateTimeOffset? Before,
    DateTimeOffset? After,
    VaultError? Problem
)
{
    /// <summary>The policy that decides about the object; null = none, or the caller sees no such object.</summary>
    public DecidingPolicy? Policy { get; init; }
}
