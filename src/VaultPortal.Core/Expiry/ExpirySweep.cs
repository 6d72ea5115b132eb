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

    /// <summary>Rows that a step may still begin another object with: none but a vault of many ADMINs needs what is left over.</summary>
    private const int RowsOfStep = 400;

    /// <summary>Objects whose rows are read for a step: most change four rows or more.</summary>
    private const int ObjectsOfStep = 100;

    private static readonly TimeSpan Instant = TimeSpan.FromMicroseconds(1);

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

        await EraseAsync(scope => isHeld(scope) && EraseReminders(scope), cancellation);
        await EraseAsync(
            scope => isHeld(scope) && SecretTrash.EraseStep(scope, caller),
            cancellation
        );
        return due.Count;
    }

    private async Task EraseAsync(Func<WriteScope, bool> step, CancellationToken cancellation)
    {
        while (await queue.RunStepAsync(step, cancellation)) { }
    }

    private static bool EraseReminders(WriteScope scope)
    {
        var commands = scope.Commands<SweepCommands>();
        var rows = 0;
        while (rows < RowsOfStep)
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
                    if (ReminderRule.Due(state, mark.Under(rule), rule, now) is not null)
                    {
                        due.Add(which);
                    }
                }
            );
        due.AddRange(known.Keys);
        return due;
    }

    /// <summary>Sees to the objects from there on, as many as the step has room for, and at least one; how many those were.</summary>
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
        while (done < objects.Count && (done == 0 || changed < RowsOfStep))
        {
            var (kind, id) = objects[done];
            changed += rows.TryGetValue((kind, id), out var row)
                ? Update(scope, caller, row, policies.RuleFor(row.Traits))
                : scope.Commands<SweepCommands>().Forget(kind, id);
            done++;
        }

        return done;
    }

    /// <summary>Does what there is to do with an object at this moment; how many rows that changed.</summary>
    private int Update(WriteScope scope, Caller caller, LifetimeRow row, ExpiryRule rule)
    {
        var commands = scope.Commands<SweepCommands>();
        var known = commands.Find(row.Kind, row.Id);
        var lifetime = row.Under(rule);
        if (ReminderRule.Due(known ?? KnownState.Nothing, lifetime, rule, scope.Now) is not { } due)
        {
            // Of what is active nothing needs to be kept: no reminder is made twice, whatever is known.
            return known is { State: ExpiryState.Active } ? commands.Forget(row.Kind, row.Id) : 0;
        }

        var reminded = 0;
        if (due.RotateAt is { } rotateAt)
        {
            reminded += Remind(scope, row, rule, (ReminderReason.Rotation, rotateAt, 0), due.State);
        }

        if (due.Offset is { } offset)
        {
            var reason = offset == 0 ? ReminderReason.Expired : ReminderReason.DueSoon;
            reminded += Remind(
                scope,
                row,
                rule,
                (reason, lifetime.ExpiresAt!.Value, offset),
                due.State
            );
        }

        if (due.State == ExpiryState.Active)
        {
            commands.Forget(row.Kind, row.Id);
        }
        else
        {
            commands.Keep(row.Kind, row.Id, due.Next);
        }

        if (due.Enters && reminded > 0)
        {
            scope.Audit(caller, ActionOf(due.State), row.AuditName, "ok");
        }

        return reminded + 2;
    }

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
        ExpiryRule rule,
        (ReminderReason Reason, DateTimeOffset Moment, long Offset) what,
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
        var type = what.Reason.EventName();
        var receivers = commands.Receivers(row, rule.Policy);
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
}
