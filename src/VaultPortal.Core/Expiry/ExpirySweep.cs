using VaultPortal.Core.Access;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// Writes what follows from the passing of time: announces changes of state, makes reminders, erases what was kept long enough. It
/// looks on a reading connection for what there is to do, and does it in steps of the queue's second lane, each of which decides again;
/// ended anywhere it goes on from what is there. No decision about an object waits for it.
/// </summary>
public sealed class ExpirySweep(
    WriteQueue queue,
    ReadConnections reads,
    MailOptions mail,
    TimeProvider time
)
{
    /// <summary>The lease that whoever sweeps holds.</summary>
    public const string Lease = "expiry-sweep";

    /// <summary>How long reminders are kept.</summary>
    public static readonly TimeSpan RemindersKept = TimeSpan.FromDays(400);

    /// <summary>No work item changes more.</summary>
    private const int RowsOfStep = 500;

    /// <summary>How far the clock may run ahead of the steady one between two sweeps, or while none ran, and still be believed.</summary>
    private static readonly TimeSpan Plausible = TimeSpan.FromDays(1);

    /// <summary>Objects whose rows are read for a step: most change four rows or more.</summary>
    private const int ObjectsOfStep = 100;

    private static readonly TimeSpan Instant = TimeSpan.FromMicroseconds(1);

    // One sweep runs at a time.
    private (DateTimeOffset Now, long Steady)? _previous;
    private long? _doubtedSince;

    /// <summary>One whole sweep.</summary>
    /// <param name="caller">The system.</param>
    /// <param name="isHeld">Whether this process still holds the lease, asked in each step; without it nothing is written any more.</param>
    /// <param name="cancellation">Ends it after the step that is under way.</param>
    /// <returns>How many objects there was something to do with.</returns>
    public async Task<int> RunAsync(
        Caller caller,
        Func<WriteScope, bool> isHeld,
        CancellationToken cancellation = default
    )
    {
        var mayErase = BelievesClock();
        var due = Look();
        for (var begun = 0; begun < due.Count; )
        {
            var from = begun;
            var done = await queue.RunStepAsync(
                scope => isHeld(scope) ? Step(scope, caller, due, from) : (int?)null,
                cancellation
            );
            if (done is not { } count)
            {
                return begun;
            }

            begun += count;
        }

        if (!mayErase)
        {
            return due.Count;
        }

        await EraseAsync(scope => isHeld(scope) && EraseReminders(scope), cancellation);
        await EraseAsync(
            scope => isHeld(scope) && SecretTrash.EraseStep(scope, caller),
            cancellation
        );
        await EraseAsync(
            scope =>
            {
                if (isHeld(scope))
                {
                    scope.Commands<SweepCommands>().KeepSweep(scope.Now);
                }

                return false;
            },
            cancellation
        );
        return due.Count;
    }

    /// <summary>
    /// Whether what is old by the clock is erased. A clock that jumped ahead by more than a day, by the steady clock since the sweep
    /// before or since the last one of all, is not believed until a day has passed by the steady clock: time to set it right. A server
    /// that stood still for longer erases a day later, too. What is doubted is not written down, so a restart doubts it again.
    /// </summary>
    private bool BelievesClock()
    {
        var (now, steady) = (time.GetUtcNow(), time.GetTimestamp());
        var jumped = _previous is { } previous
            ? now - previous.Now - time.GetElapsedTime(previous.Steady, steady) > Plausible
            : now - LastSweep() > Plausible;
        _previous = (now, steady);
        if (jumped)
        {
            _doubtedSince = steady;
        }
        else if (_doubtedSince is { } since && time.GetElapsedTime(since, steady) >= Plausible)
        {
            _doubtedSince = null;
        }

        return _doubtedSince is null;
    }

    private DateTimeOffset? LastSweep()
    {
        using var scope = reads.Open();
        return scope.Commands<SweepCommands>().LastSweep();
    }

    private async Task EraseAsync(Func<WriteScope, bool> step, CancellationToken cancellation)
    {
        while (await queue.RunStepAsync(step, cancellation)) { }
    }

    private static bool EraseReminders(WriteScope scope)
    {
        var commands = scope.Commands<SweepCommands>();
        var rows = 0;
        while (rows + SweepCommands.MostReceivers < RowsOfStep)
        {
            var erased = commands.EraseOldest(scope.Now - RemindersKept);
            if (erased == 0)
            {
                return false;
            }

            rows += erased;
        }

        return true;
    }

    /// <summary>The objects with which there is something to do, and those of which something is kept that are not found any more.</summary>
    private List<(LifetimeKind Kind, long Id)> Look()
    {
        using var scope = reads.Open();
        var now = time.GetUtcNow();
        var policies = scope.Commands<PolicyCommands>().All();
        var known = scope.Commands<SweepCommands>().All();
        var due = new List<(LifetimeKind, long)>();
        scope
            .Commands<LifetimeCommands>()
            .Scan(
                new LifetimeScan
                {
                    Sight = LifetimeSight.Everything,
                    Rotating = policies.AsksForRotation,
                    // Beyond it nothing is due; whatever is kept of an object there is looked at below.
                    Until = policies.AsksForRotation
                        ? null
                        : Later(now, policies.LongestNotice + Instant),
                },
                mark =>
                {
                    var which = (mark.Kind, mark.Id);
                    var state = known.Remove(which, out var kept) ? kept : KnownState.Nothing;
                    var rule = policies.RuleFor(mark.Traits);
                    var lifetime = mark.Under(rule);
                    if (
                        ReminderRule.TakenBack(state, lifetime, now) is not null
                        || ReminderRule.Due(state, lifetime, rule, now) is not null
                    )
                    {
                        due.Add(which);
                    }
                }
            );
        due.AddRange(known.Keys);
        return due;
    }

    /// <summary>
    /// Sees to the objects from there on, as far as the step has room; how many are done with. One of which more is to be done than fits
    /// is not among them: the next step goes on with it.
    /// </summary>
    private int Step(
        WriteScope scope,
        Caller caller,
        List<(LifetimeKind Kind, long Id)> due,
        int from
    )
    {
        var objects = due.GetRange(from, Math.Min(ObjectsOfStep, due.Count - from));
        var lifetimes = scope.Commands<LifetimeCommands>();
        var rows = objects
            .GroupBy(which => which.Kind, which => which.Id)
            .SelectMany(kind => lifetimes.Rows(kind.Key, kind))
            .ToDictionary(row => (row.Kind, row.Id));
        var policies = scope.Commands<PolicyCommands>().All();
        var (done, changed) = (0, 0);
        while (done < objects.Count)
        {
            var (kind, id) = objects[done];
            if (!rows.TryGetValue((kind, id), out var row))
            {
                changed += scope.Commands<SweepCommands>().Forget(kind, id);
                done++;
            }
            else if (Update(scope, caller, row, policies, RowsOfStep - changed) is { } turn)
            {
                changed += turn.Rows;
                done += turn.IsDone ? 1 : 0;
            }
            else
            {
                break;
            }

            if (changed >= RowsOfStep)
            {
                break;
            }
        }

        return done;
    }

    /// <summary>Does the next thing that there is to do with an object at this moment; null = it needs more rows than there is room for.</summary>
    private Turn? Update(
        WriteScope scope,
        Caller caller,
        LifetimeRow row,
        PolicySet policies,
        int room
    )
    {
        var commands = scope.Commands<SweepCommands>();
        var rule = policies.RuleFor(row.Traits);
        var found = commands.Find(row.Kind, row.Id);
        var known = found ?? KnownState.Nothing;
        var lifetime = row.Under(rule);
        if (ReminderRule.TakenBack(known, lifetime, scope.Now) is { } before)
        {
            if (commands.FromAhead(row, scope.Now + ReminderRule.Wobble) is { } wrong)
            {
                return Erase(commands, wrong, room);
            }

            commands.Keep(row.Kind, row.Id, before);
            return new(1, IsDone: false);
        }

        if (ReminderRule.Due(known, lifetime, rule, scope.Now) is not { } due)
        {
            var forgotten =
                found?.IsOfUse(lifetime) == false ? commands.Forget(row.Kind, row.Id) : 0;
            return new(forgotten, IsDone: true);
        }

        return Make(scope, caller, row, rule, due, room);
    }

    /// <summary>Makes the reminder that is due, if any, and keeps what is known afterwards; null = it needs more rows than there is room for.</summary>
    private Turn? Make(
        WriteScope scope,
        Caller caller,
        LifetimeRow row,
        ExpiryRule rule,
        DueReminders due,
        int room
    )
    {
        var commands = scope.Commands<SweepCommands>();
        var lifetime = row.Under(rule);
        var what = ToMake(due, lifetime);
        // What a clock that ran ahead told must not stand in for the reminder, wherever the expiry went meanwhile.
        if (
            what is not null
            && commands.FromAhead(row, scope.Now + ReminderRule.Wobble) is { } wrong
        )
        {
            return Erase(commands, wrong, room);
        }

        var receivers = what is null ? [] : commands.Receivers(row, rule.Policy);
        if (Cost(scope, receivers.Count, what) > room)
        {
            return null;
        }

        var reminded = what is { } given ? Remind(scope, row, receivers, given, due.State) : 0;
        var isKept = due.Next.IsOfUse(lifetime);
        if (isKept)
        {
            commands.Keep(row.Kind, row.Id, due.Next);
        }
        else
        {
            commands.Forget(row.Kind, row.Id);
        }

        if (due.Enters && reminded > 0)
        {
            scope.Audit(caller, ActionOf(due.State), row.AuditName, "ok");
        }

        return new(reminded + 2, IsDone: !isKept);
    }

    private static Told? ToMake(DueReminders due, Lifetime lifetime) =>
        due.RotateOffset is { } before
            ? new(ReminderReason.Rotation, lifetime.RotateAt!.Value, before)
        : due.Offset is { } offset
            ? new(
                offset == 0 ? ReminderReason.Expired : ReminderReason.DueSoon,
                lifetime.ExpiresAt!.Value,
                offset
            )
        : null;

    /// <summary>Erases a reminder that was made wrongly; null = it needs more rows than there may be room for.</summary>
    private static Turn? Erase(SweepCommands commands, long reminder, int room) =>
        room <= SweepCommands.MostReceivers ? null : new(commands.Erase(reminder), IsDone: false);

    /// <summary>The most rows that a reminder changes, with what is kept of the object and the entry of the audit.</summary>
    private int Cost(WriteScope scope, int receivers, Told? what) =>
        3
        + (mail.IsOn ? 2 * receivers : receivers)
        + (what is { } told ? scope.Commands<Outbox>().CountWanting(told.EventType) : 0);

    private static string ActionOf(ExpiryState state) =>
        state switch
        {
            ExpiryState.DueSoon => "expiry.due_soon",
            ExpiryState.OverdueForRotation => "expiry.overdue",
            _ => "expiry.expired",
        };

    /// <summary>Makes a reminder and puts it on every way, if it was not made before; how many rows that were.</summary>
    private int Remind(
        WriteScope scope,
        LifetimeRow row,
        SortedSet<long> receivers,
        Told what,
        ExpiryState state
    )
    {
        var commands = scope.Commands<SweepCommands>();
        if (
            commands.AddReminder(row, what.Reason, what.Moment, what.Offset, scope.Now)
            is not { } reminder
        )
        {
            return 0;
        }

        var outbox = scope.Commands<Outbox>();
        var type = what.EventType;
        foreach (var account in receivers)
        {
            commands.AddCopy(account, reminder);
            if (mail.IsOn)
            {
                var named = commands.MayName(row, account);
                outbox.Mail(
                    scope,
                    account,
                    type,
                    ReminderText.ForMail(row, what.Reason, what.Moment, state, named)
                );
            }
        }

        var copies = mail.IsOn ? 2 * receivers.Count : receivers.Count;
        var data = ReminderText.ForWebhooks(row, what.Reason, what.Moment, state);
        return 1 + copies + outbox.Announce(scope, type, data);
    }

    private static DateTimeOffset Later(DateTimeOffset moment, TimeSpan by) =>
        DateTimeOffset.MaxValue - moment < by ? DateTimeOffset.MaxValue : moment + by;

    /// <summary>A reminder that is to be made.</summary>
    /// <param name="Offset">In seconds.</param>
    private readonly record struct Told(ReminderReason Reason, DateTimeOffset Moment, long Offset)
    {
        public string EventType => Reason.EventName(Offset);
    }

    /// <param name="Rows">How many rows it changed.</param>
    /// <param name="IsDone">Whether nothing more is to be done with the object now; otherwise it is looked at again.</param>
    private readonly record struct Turn(int Rows, bool IsDone);
}
