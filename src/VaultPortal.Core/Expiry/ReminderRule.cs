using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>What the sweep knows of an object: its row of <see cref="KnownLifetime"/>; one that has none is active and was not told of.</summary>
/// <param name="Told">In seconds: the shortest time before <paramref name="ExpiresAt"/> that was reminded of; null = none.</param>
/// <param name="RotateTold">In seconds: the same before <paramref name="RotateToldFor"/>; says nothing where that is null.</param>
internal readonly record struct KnownState(
    ExpiryState State,
    DateTimeOffset? ExpiresAt,
    long? Told,
    DateTimeOffset? RotateToldFor,
    long RotateTold = 0
)
{
    public static readonly KnownState Nothing = new(ExpiryState.Active, null, null, null);

    /// <summary>Whether it spares looking; of what is active and was not reminded of nothing needs to be kept.</summary>
    public bool IsOfUse(Lifetime lifetime) =>
        State != ExpiryState.Active
        || (RotateToldFor is not null && RotateToldFor == lifetime.RotateAt);
}

/// <summary>What the sweep has to do with an object at a moment.</summary>
/// <param name="State">The object's state at that moment.</param>
/// <param name="Offset">In seconds: the reminder of the expiry that is to be made; null = none.</param>
/// <param name="RotateOffset">In seconds: the reminder of the moment of rotation that is to be made; null = none.</param>
/// <param name="Enters">Whether the state is announced: once for each expiry and each moment of rotation, wherever the clock goes.</param>
/// <param name="Next">What is known afterwards.</param>
internal readonly record struct DueReminders(
    ExpiryState State,
    long? Offset,
    long? RotateOffset,
    bool Enters,
    KnownState Next
);

/// <summary>
/// When reminders are made, and that each is made once: it follows from what is known and the present moment alone, so a sweep may
/// come late, twice or in two halves.
/// </summary>
internal static class ReminderRule
{
    /// <summary>A clock that steps back by less has reminded a little early, and not wrongly.</summary>
    public static readonly TimeSpan Wobble = TimeSpan.FromHours(1);

    /// <summary>
    /// What is known where the clock has gone back to before a moment that was reminded of: nothing, it comes again at its time. Null = it
    /// has not.
    /// </summary>
    public static KnownState? TakenBack(KnownState known, Lifetime lifetime, DateTimeOffset now)
    {
        var expiryLies =
            known is { Told: { } told, ExpiresAt: { } expiresAt }
            && expiresAt == lifetime.ExpiresAt
            && LiesAhead(expiresAt, told, now);
        var rotationLies =
            known.RotateToldFor is { } rotateAt
            && rotateAt == lifetime.RotateAt
            && LiesAhead(rotateAt, known.RotateTold, now);
        // What was told rightly is not made again: its row is there.
        return expiryLies || rotationLies
            ? known with
            {
                Told = null,
                RotateToldFor = null,
                RotateTold = 0,
            }
            : null;
    }

    private static bool LiesAhead(DateTimeOffset moment, long offset, DateTimeOffset now) =>
        moment - now > TimeSpan.FromSeconds(offset) + Wobble;

    /// <summary>Null when there is nothing to do.</summary>
    public static DueReminders? Due(
        KnownState known,
        Lifetime lifetime,
        ExpiryRule rule,
        DateTimeOffset now
    )
    {
        var state = lifetime.StateAt(now);
        var told = known.ExpiresAt == lifetime.ExpiresAt ? known.Told : null;
        var offset = OffsetDue(lifetime.ExpiresAt, rule.ReminderOffsets, told, now);
        // One reminder at a time: what else is due follows, in the same step or in the next.
        var rotateOffset = offset is null ? RotateOffsetDue(known, lifetime, rule, now) : null;
        if (offset is null && rotateOffset is null && state == known.State)
        {
            return null;
        }

        // A state that is reached without a reminder was announced before: the clock stepped back, and comes to it again.
        var enters = state switch
        {
            ExpiryState.Expired => offset == 0,
            ExpiryState.OverdueForRotation => rotateOffset == 0,
            ExpiryState.DueSoon => offset is not null && (told is null || state != known.State),
            _ => false,
        };
        return new DueReminders(
            state,
            offset,
            rotateOffset,
            enters,
            known with
            {
                State = state,
                ExpiresAt = lifetime.ExpiresAt,
                Told = offset ?? told,
                RotateToldFor = rotateOffset is null ? known.RotateToldFor : lifetime.RotateAt,
                RotateTold = rotateOffset ?? known.RotateTold,
            }
        );
    }

    /// <summary>
    /// A value is announced for rotation as long before as an expiry, but not so early that it would be right after the one before. What
    /// has expired is past being announced.
    /// </summary>
    private static long? RotateOffsetDue(
        KnownState known,
        Lifetime lifetime,
        ExpiryRule rule,
        DateTimeOffset now
    )
    {
        var told = known.RotateToldFor == lifetime.RotateAt ? known.RotateTold : (long?)null;
        var due = OffsetDue(lifetime.RotateAt, rule.ReminderOffsets, told, now);
        var isAhead = due > 0;
        return
            isAhead
            && (lifetime.ExpiresAt <= now || TimeSpan.FromSeconds(due!.Value) >= rule.RotateEvery)
            ? null
            : due;
    }

    /// <summary>Of those whose time has come and that were not told yet the last one: the others would say the same, and less.</summary>
    private static long? OffsetDue(
        DateTimeOffset? moment,
        IReadOnlyList<TimeSpan> offsets,
        long? told,
        DateTimeOffset now
    )
    {
        if (moment is not { } at || told == 0)
        {
            return null;
        }

        if (at <= now)
        {
            return 0;
        }

        if (Shortest(offsets, at - now) is not { } offset)
        {
            return null;
        }

        var seconds = (long)offset.TotalSeconds;
        return seconds >= told ? null : seconds;
    }

    /// <summary>The shortest of the offsets, which descend, that is not shorter than that; there may be any number of them.</summary>
    private static TimeSpan? Shortest(IReadOnlyList<TimeSpan> offsets, TimeSpan left)
    {
        var (from, until) = (0, offsets.Count);
        while (from < until)
        {
            var middle = (from + until) / 2;
            (from, until) = offsets[middle] >= left ? (middle + 1, until) : (from, middle);
        }

        return from == 0 ? null : offsets[from - 1];
    }
}
