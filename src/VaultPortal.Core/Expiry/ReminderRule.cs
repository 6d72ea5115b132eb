using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>What the sweep knows of an object: its row of <see cref="KnownLifetime"/>; one that has none is active and was not told of.</summary>
internal readonly record struct KnownState(
    ExpiryState State,
    DateTimeOffset? ExpiresAt,
    long? Told,
    DateTimeOffset? RotateToldFor
)
{
    public static readonly KnownState Nothing = new(ExpiryState.Active, null, null, null);
}

/// <summary>What the sweep has to do with an object at a moment.</summary>
/// <param name="State">The object's state at that moment.</param>
/// <param name="Offset">In seconds: the reminder of the expiry that is to be made; null = none.</param>
/// <param name="RotateAt">The moment of rotation that is to be reminded of; null = none.</param>
/// <param name="Enters">Whether the state is announced: once for each expiry and each moment of rotation, wherever the clock goes.</param>
/// <param name="Next">What is known afterwards.</param>
internal readonly record struct DueReminders(
    ExpiryState State,
    long? Offset,
    DateTimeOffset? RotateAt,
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
    private static readonly TimeSpan Wobble = TimeSpan.FromHours(1);

    /// <summary>
    /// What is known where the clock has gone back to before a moment that was reminded of: it comes again at its time. Null = it has not.
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
            && LiesAhead(rotateAt, 0, now);
        return expiryLies || rotationLies
            ? known with
            {
                Told = expiryLies ? null : known.Told,
                RotateToldFor = rotationLies ? null : known.RotateToldFor,
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
        var isSame = known.ExpiresAt == lifetime.ExpiresAt;
        var told = isSame ? known.Told : null;
        var offset = OffsetDue(lifetime.ExpiresAt, rule, told, now);
        // One reminder at a time: what else is due follows, in the same step or in the next.
        var rotateAt =
            offset is null && lifetime.RotateAt <= now && known.RotateToldFor != lifetime.RotateAt
                ? lifetime.RotateAt
                : null;
        if (offset is null && rotateAt is null && state == known.State)
        {
            return null;
        }

        // A state that is reached without a reminder was announced before: the clock stepped back, and comes to it again.
        var enters = state switch
        {
            ExpiryState.Expired => offset == 0,
            ExpiryState.OverdueForRotation => rotateAt is not null,
            ExpiryState.DueSoon => offset is not null && (told is null || state != known.State),
            _ => false,
        };
        return new DueReminders(
            state,
            offset,
            rotateAt,
            enters,
            new KnownState(
                state,
                lifetime.ExpiresAt,
                offset ?? told,
                rotateAt ?? known.RotateToldFor
            )
        );
    }

    /// <summary>Of those whose time has come and that were not told yet the last one: the others would say the same, and less.</summary>
    private static long? OffsetDue(
        DateTimeOffset? expiresAt,
        ExpiryRule rule,
        long? told,
        DateTimeOffset now
    )
    {
        if (expiresAt is not { } expires || told == 0)
        {
            return null;
        }

        if (expires <= now)
        {
            return 0;
        }

        var left = expires - now;
        long? due = null;
        foreach (var offset in rule.ReminderOffsets)
        {
            var seconds = (long)offset.TotalSeconds;
            if (offset >= left && !(seconds >= told))
            {
                due = due < seconds ? due : seconds;
            }
        }

        return due;
    }
}
