using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>
/// The one way in (DESIGN section 2): what callers do with vaults, items and keys goes through one of these three. Each
/// decides what the caller's credential is worth, lets the service decide about the object, and audits whatever came of it, so
/// that no method can forget either.
/// </summary>
public sealed class Gate(
    WriteQueue queue,
    ReadConnections reads,
    KeptAnswers answers,
    TimeProvider time
)
{
    internal static readonly VaultError UnderWay = new(
        ErrorKind.Conflict,
        "idempotency_in_progress",
        "The first request with this Idempotency-Key is still under way; try again in a moment."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>
    /// A change of state, decided and made in the queue. <paramref name="open"/> finds the object and decides about access, also
    /// on an archived one, because a retry of what archived it is to be answered; <paramref name="change"/> decides the rest and
    /// then writes. A refusal has written nothing. <paramref name="made"/> names for the audit what a call made, which before it, and
    /// where it is refused, has no name.
    /// </summary>
    internal async Task<Result<T>> WriteAsync<TObject, T>(
        Caller caller,
        AuditedCall call,
        Func<WriteScope, Standing, Result<TObject>> open,
        Func<WriteScope, Standing, TObject, Result<T>> change,
        CancellationToken cancellation,
        Func<T, string>? made = null
    )
    {
        using var claim = caller.Idempotency is { } token ? answers.Begin(token) : null;
        if (claim is null && caller.Idempotency is not null)
        {
            return UnderWay;
        }

        return await queue.RunAsync(
            scope =>
            {
                scope.Commands<PolicyCommands>().Begin();
                var result = Decided(scope, caller, call.Needed, open, change);
                scope.Audit(
                    caller,
                    call.Action,
                    result.Succeeded && made is not null ? made(result.Value) : call.Target,
                    result.Error?.Code ?? (result.Replayed ? "replayed" : Success(scope))
                );
                return result;
            },
            cancellation
        );
    }

    /// <summary>
    /// A change in several work items, each decided and audited by itself. Each that took effect keeps, in its own transaction, what
    /// a retry is to be answered if it was the last: so neither a fault nor a kill between two leaves changes without an answer.
    /// </summary>
    internal async Task<Result<T>> WriteInStepsAsync<T>(
        Caller caller,
        AuditedCall call,
        Func<Caller, Action<WriteScope, T>, Task<Result<T>>> steps,
        CancellationToken cancellation
    )
    {
        if (caller.Idempotency is not { } token)
        {
            return await steps(caller, static (_, _) => { });
        }

        using var claim = answers.Begin(token);
        if (claim is null)
        {
            return UnderWay;
        }

        var kept = await queue.RunAsync(scope => Kept<T>(scope, caller, call, token), cancellation);
        if (kept is { } answer)
        {
            return answer;
        }

        return await steps(
            caller with
            {
                Idempotency = null,
            },
            (scope, done) => answers.Keep(scope, token, done)
        );
    }

    /// <summary>A read of metadata: never waits for writers. A refusal is audited all the same.</summary>
    internal async Task<Result<T>> ReadAsync<T>(
        Caller caller,
        AuditedCall call,
        Func<ReadScope, Standing, Result<T>> read,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        Result<T> result;
        using (var scope = reads.Open())
        {
            var standing = Authorization.Decide(
                scope.Commands<AccessCommands>(),
                caller,
                call.Needed,
                time.GetUtcNow()
            );
            result = standing.Succeeded ? read(scope, standing.Value) : standing.Error;
        }

        if (result.Error is { } refusal)
        {
            await queue.RunAsync(
                scope =>
                {
                    scope.Audit(caller, call.Action, call.Target, refusal.Code);
                    return default(Unit);
                },
                CancellationToken.None
            );
        }

        return result;
    }

    /// <summary>
    /// The way out of a value that is taken in the queue itself, from the same state that it was decided on: answers only when the
    /// audit entry of the read is durable (DESIGN section 3). <paramref name="take"/> writes nothing; what it answers is opened outside.
    /// </summary>
    internal Task<Result<T>> ReleaseAsync<T>(
        Caller caller,
        AuditedCall call,
        Func<WriteScope, Standing, Result<T>> take,
        CancellationToken cancellation
    ) =>
        queue.RunAsync(
            scope =>
            {
                scope.Commands<PolicyCommands>().Begin();
                var standing = Authorization.Decide(
                    scope.Commands<AccessCommands>(),
                    caller,
                    call.Needed,
                    scope.Now
                );
                var taken = standing.Succeeded ? take(scope, standing.Value) : standing.Error;
                scope.Audit(caller, call.Action, call.Target, taken.Error?.Code ?? Success(scope));
                return taken;
            },
            cancellation
        );

    /// <summary>What the audit calls a success: whether a value that had expired left with it.</summary>
    private static string Success(WriteScope scope) =>
        AfterExpiry.OutcomeOf(scope.Commands<PolicyCommands>().TookExpired);

    /// <summary>The kept answer of a call in steps, or a refusal; null when it is new, which its steps decide and audit.</summary>
    private Result<T>? Kept<T>(
        WriteScope scope,
        Caller caller,
        AuditedCall call,
        IdempotencyToken token
    )
    {
        var standing = Authorization.Decide(
            scope.Commands<AccessCommands>(),
            caller,
            call.Needed,
            scope.Now
        );
        Result<T>? kept = standing.Error is { } refused ? refused : answers.Find<T>(scope, token);
        if (kept is { } answer)
        {
            scope.Audit(caller, call.Action, call.Target, answer.Error?.Code ?? "replayed");
        }

        return kept;
    }

    private Result<T> Decided<TObject, T>(
        WriteScope scope,
        Caller caller,
        Permissions needed,
        Func<WriteScope, Standing, Result<TObject>> open,
        Func<WriteScope, Standing, TObject, Result<T>> change
    )
    {
        var standing = Authorization.Decide(
            scope.Commands<AccessCommands>(),
            caller,
            needed,
            scope.Now
        );
        if (standing.Error is { } refused)
        {
            return refused;
        }

        var opened = open(scope, standing.Value);
        if (opened.Error is { } closed)
        {
            return closed;
        }

        if (caller.Idempotency is { } token && answers.Find<T>(scope, token) is { } kept)
        {
            return kept;
        }

        var result = change(scope, standing.Value, opened.Value);
        if (result.Succeeded && caller.Idempotency is { } first)
        {
            answers.Keep(scope, first, result.Value);
        }

        return result;
    }
}

/// <summary>What a call is called in the audit, what it is about, and the permission that it needs.</summary>
internal readonly record struct AuditedCall(string Action, string Target, Permissions Needed);
