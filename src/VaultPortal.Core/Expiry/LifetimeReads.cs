using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// Reads that go through everything that has a lifetime: as many at once as there are processors, some that wait, and each only as long
/// as its limit and as somebody waits for it.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A semaphore has something to dispose of only when its wait handle is asked for."
)]
public sealed class LifetimeReads(Gate gate, ReadConnections connections)
{
    private static readonly VaultError Busy = new(
        ErrorKind.Unavailable,
        "unavailable",
        "Too many look through the lifetimes at this moment; try again in a few seconds."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private static readonly VaultError TooMuch = new(
        ErrorKind.Unavailable,
        "unavailable",
        "This took too long and was given up; ask for less, or try again later."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private readonly SemaphoreSlim _free = new(Environment.ProcessorCount);
    private int _waiting;

    /// <summary>Who comes when so many wait is told to come back.</summary>
    internal int MostWaiting { get; init; } = 64;

    /// <summary>How long one may take. Of 100,000 objects it takes a hundredth; only what is made to be slow comes near.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>As <see cref="Gate.ReadAsync"/>; <c>unavailable</c> when there is no turn, or not enough time.</summary>
    internal async Task<Result<T>> ReadAsync<T>(
        Caller caller,
        AuditedCall call,
        Func<ReadScope, Standing, Result<T>> read,
        CancellationToken cancellation
    )
    {
        var hasTurn = await TakeTurnAsync(cancellation);
        try
        {
            return await gate.ReadAsync(
                caller,
                call,
                (scope, standing) =>
                    hasTurn ? InTime(scope, () => read(scope, standing), cancellation) : Busy,
                cancellation
            );
        }
        finally
        {
            if (hasTurn)
            {
                _free.Release();
            }
        }
    }

    /// <summary>As above, for who is no caller: whoever asks has decided already that it may be read.</summary>
    internal async Task<Result<T>> ReadAsync<T>(
        Func<ReadScope, Result<T>> read,
        CancellationToken cancellation
    )
    {
        if (!await TakeTurnAsync(cancellation))
        {
            return Busy;
        }

        try
        {
            using var scope = connections.Open();
            return InTime(scope, () => read(scope), cancellation);
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<bool> TakeTurnAsync(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        try
        {
            await _free.WaitAsync(cancellation);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private Result<T> InTime<T>(
        ReadScope scope,
        Func<Result<T>> read,
        CancellationToken cancellation
    )
    {
        // Made before the time runs: it reads the schema on a new connection.
        _ = scope.Commands<LifetimeCommands>();
        using var deadline = new ReadDeadline(scope.Connection, Limit, cancellation);
        try
        {
            return read();
        }
        catch (SqliteException fault)
            when (fault.SqliteErrorCode == raw.SQLITE_INTERRUPT && deadline.IsOver)
        {
            cancellation.ThrowIfCancellationRequested();
            return TooMuch;
        }
    }
}
