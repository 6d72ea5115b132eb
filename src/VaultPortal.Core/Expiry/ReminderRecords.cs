// It is the object that has the lifetime, whatever types are called elsewhere.
#pragma warning disable CA1720

using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>A reminder as its receiver sees it. Never holds a value.</summary>
public sealed record ReminderView
{
    public required PublicId Id { get; init; }
    public required LifetimeRef Object { get; init; }
    public required string Title { get; init; }
    public PublicId? VaultId { get; init; }
    public string? VaultName { get; init; }

    /// <summary>The item of a field, or the item itself: for the address of its page.</summary>
    public PublicId? ItemId { get; init; }
    public required ReminderReason Reason { get; init; }

    /// <summary>The expiry, or the moment of rotation.</summary>
    public required DateTimeOffset Moment { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public DateTimeOffset? AcknowledgedAt { get; init; }
    public DateTimeOffset? SnoozedUntil { get; init; }
    public bool Muted { get; init; }
}

/// <summary>Which of a caller's own reminders are asked for, the newest first.</summary>
public sealed record ReminderQuery
{
    public const int MostTaken = 200;

    /// <summary>Only those that count in the bell: not acknowledged, not snoozed now, not muted.</summary>
    public bool OpenOnly { get; init; } = true;
    public string? Cursor { get; init; }
    public int Take { get; init; } = 50;
}

/// <summary>An object that its receiver is not reminded of. Never holds a value.</summary>
public sealed record MutedObject
{
    public required LifetimeRef Object { get; init; }
    public required string Title { get; init; }
    public PublicId? VaultId { get; init; }
    public string? VaultName { get; init; }

    /// <summary>The item of a field, or the item itself: for the address of its page.</summary>
    public PublicId? ItemId { get; init; }
    public required DateTimeOffset MutedAt { get; init; }
}

/// <param name="Open">How many count in the bell now, of all.</param>
public sealed record ReminderPage(IReadOnlyList<ReminderView> Reminders, string? Next, int Open);
