using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace VaultPortal.Core.Storage;

/// <summary>
/// Runs batches on the writing connection and knows what to do when one goes wrong: items are run again one per transaction
/// when the transaction was lost, and the number of the batch in the database says whether a COMMIT that failed has happened.
/// </summary>
internal sealed class BatchRunner(
    SqliteDatabase database,
    TimeProvider time,
    ICacheDrop[] caches,
    LogLimits limits,
    ILogger logger
) : IDisposable
{
    /// <summary>Tells this process's batches from another's with the same number.</summary>
    private readonly long _writerId = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
    private readonly List<Action> _afterCommit = [];
    private readonly LogCheckpointer _checkpointer = new(database, limits, logger);
    private SqliteWriter? _writer;
    private WriteScope? _scope;

    private enum CommitOutcome
    {
        Done,
        NotDone,
        CannotTell,
    }

    /// <summary>Runs all and answers every caller, whatever happens.</summary>
    public void Run(List<WriteItem> batch)
    {
        RunTogether(batch);
        if (_writer is not null)
        {
            _checkpointer.BetweenBatches(_writer);
        }
    }

    /// <summary>Without work: looks whether another process wrote.</summary>
    public void LookForOthers()
    {
        try
        {
            Writer();
            LookInside();
        }
        catch (Exception exception) when (StorageUnavailableException.IsCauseOf(exception))
        {
            logger.LogWarning(exception, "The database cannot be read: caches are dropped.");
            CloseWriter();
            DropCaches();
        }
    }

    /// <summary>After a bug: everybody is answered, the connection is replaced.</summary>
    public void Abandon(List<WriteItem> batch, Exception exception)
    {
        CloseWriter();
        DropCaches();
        Fail(batch, exception);
    }

    public void Dispose()
    {
        _checkpointer.Dispose();
        CloseWriter();
    }

    private void RunTogether(List<WriteItem> batch)
    {
        if (!TryBegin(out var failure))
        {
            Fail(batch, failure);
            return;
        }

        foreach (var item in batch)
        {
            if (item.TryBegin() && !TryRunInSavepoint(item))
            {
                RunOneByOne(batch);
                return;
            }
        }

        switch (Commit())
        {
            case CommitOutcome.Done:
                Finish(batch);
                break;
            case CommitOutcome.NotDone:
                RunOneByOne(batch);
                break;
            default:
                Fail(batch, CannotTell());
                break;
        }
    }

    /// <summary>Begins a transaction, and in it reads the head of the audit chain and looks whether another process wrote.</summary>
    private bool TryBegin([NotNullWhen(false)] out Exception? failure)
    {
        _afterCommit.Clear();
        try
        {
            WaitForLock();
            _writer!.Chain.Load(time.GetUtcNow());
            LookInside();
            failure = null;
            return true;
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "No transaction could be begun.");
            CloseWriter();
            failure = new StorageUnavailableException("The database cannot be written.", exception);
            return false;
        }
    }

    /// <summary>Begins, as soon as other processes let it; while it waits it sees what they commit.</summary>
    private void WaitForLock()
    {
        var writer = Writer();
        var began = Stopwatch.GetTimestamp();
        while (!writer.TryBegin())
        {
            LookInside();
            if (Stopwatch.GetElapsedTime(began) >= database.BusyTimeout)
            {
                throw new StorageUnavailableException("Another process holds the database.");
            }
        }
    }

    private void LookInside()
    {
        if (_writer!.OthersWrote())
        {
            DropCaches();
        }
    }

    /// <summary>False when the transaction was lost, and with it what earlier items of the batch did.</summary>
    private bool TryRunInSavepoint(WriteItem item)
    {
        var actions = _afterCommit.Count;
        try
        {
            _writer!.Savepoint();
            Work(item);
            // An item that swallowed the exception of a lost transaction is found here: no savepoint is left to release.
            _writer.Release();
            return true;
        }
        catch (Exception exception)
        {
            item.Failure = Cause(exception);
            _afterCommit.RemoveRange(actions, _afterCommit.Count - actions);
            return TryReturnToSavepoint();
        }
    }

    private void Work(WriteItem item)
    {
        item.Run(_scope!, time.GetUtcNow());
        _writer!.Chain.DemandWhole();
    }

    private bool TryReturnToSavepoint()
    {
        try
        {
            if (!_writer!.TransactionLives)
            {
                return false;
            }

            _writer.RollbackToSavepoint();
            return true;
        }
        catch (Exception exception)
        {
            logger.LogWarning(exception, "A savepoint could not be rolled back: the batch is.");
            return false;
        }
    }

    /// <summary>The batch's transaction was lost: on a new connection each item gets its own.</summary>
    private void RunOneByOne(List<WriteItem> batch)
    {
        logger.LogWarning(
            "A batch of {Count} lost its transaction and is run one by one.",
            batch.Count
        );
        CloseWriter();
        foreach (var item in batch)
        {
            if (item.TryBegin())
            {
                RunAlone(item);
            }
        }
    }

    private void RunAlone(WriteItem item)
    {
        if (!TryBegin(out var failure))
        {
            Fail(item, failure);
            return;
        }

        try
        {
            Work(item);
        }
        catch (Exception exception)
        {
            CloseWriter();
            Fail(item, Cause(exception));
            return;
        }

        switch (Commit())
        {
            case CommitOutcome.Done:
                RunAfterCommit();
                item.Complete();
                break;
            case CommitOutcome.NotDone:
                Fail(item, new StorageUnavailableException("The database could not be written."));
                break;
            default:
                Fail(item, CannotTell());
                break;
        }
    }

    private CommitOutcome Commit()
    {
        try
        {
            _writer!.Commit(_writerId);
            return CommitOutcome.Done;
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "COMMIT failed: the database is asked whether it happened.");
            var wanted = _writer!.Chain.Position;
            CloseWriter();
            return FindOut(wanted);
        }
    }

    /// <summary>Compares the head of the chain in the database with the one that the failed COMMIT would have left.</summary>
    private CommitOutcome FindOut(Audit.ChainPosition wanted)
    {
        try
        {
            WaitForLock();
            var writer = _writer!;
            writer.Chain.Load(time.GetUtcNow());
            var happened = writer.Chain.Holds(wanted, _writerId);
            writer.Rollback();
            return happened switch
            {
                true => CommitOutcome.Done,
                false => CommitOutcome.NotDone,
                null => CommitOutcome.CannotTell,
            };
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "It cannot be told whether a batch was committed.");
            CloseWriter();
            return CommitOutcome.CannotTell;
        }
    }

    private void Finish(List<WriteItem> batch)
    {
        RunAfterCommit();
        foreach (var item in batch)
        {
            item.Complete();
        }
    }

    private void RunAfterCommit()
    {
        foreach (var action in _afterCommit)
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                // What was committed stays; a cache that could not drop one thing drops everything.
                logger.LogCritical(exception, "An action after COMMIT failed: caches are dropped.");
                DropCaches();
            }
        }

        _afterCommit.Clear();
    }

    private static void Fail(List<WriteItem> batch, Exception failure)
    {
        foreach (var item in batch)
        {
            Fail(item, failure);
        }
    }

    private static void Fail(WriteItem item, Exception failure)
    {
        item.Failure = failure;
        item.Complete();
    }

    private static Exception Cause(Exception exception) =>
        exception is not StorageUnavailableException
        && StorageUnavailableException.IsCauseOf(exception)
            ? new StorageUnavailableException("The database could not be written.", exception)
            : exception;

    private static StorageUnavailableException CannotTell() =>
        new("It cannot be told whether the change was stored.");

    private SqliteWriter Writer()
    {
        if (_writer is null)
        {
            _writer = new SqliteWriter(database);
            _scope = new WriteScope(_writer, _afterCommit);
        }

        return _writer;
    }

    private void CloseWriter()
    {
        var writer = _writer;
        _writer = null;
        _scope = null;
        writer?.Dispose();
    }

    private void DropCaches()
    {
        foreach (var cache in caches)
        {
            cache.DropAll();
        }

        _writer?.Commands.DropCaches();
    }
}
