using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace VaultPortal.Core.Storage;

/// <summary>
/// Moves the write-ahead log into the database in the background: a commit never waits for it. A thread of its own moves most
/// frames; the writer moves the last few between two batches, because under load the log begins anew only when all are moved
/// while nobody writes. Beyond a ceiling the writer does it all.
/// </summary>
internal sealed class LogCheckpointer : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly LogLimits _limits;
    private readonly ILogger _logger;
    private readonly object _gate = new();
    private readonly Lock _checkpoint = new();
    private readonly Thread _thread;
    private SqliteConnection? _connection;
    private int _lastMoved;
    private bool _wanted;
    private bool _stopping;
    private volatile bool _writersTurn;

    // Where the next attempt is made: beyond the limits as long as readers of the old log keep it from beginning anew.
    private int _nextMove;
    private int _nextTruncate;

    public LogCheckpointer(SqliteDatabase database, LogLimits limits, ILogger logger)
    {
        _database = database;
        _limits = limits;
        _logger = logger;
        _nextMove = limits.Start;
        _nextTruncate = limits.Ceiling;
        _thread = new Thread(Work) { IsBackground = true, Name = "log checkpoints" };
        _thread.UnsafeStart();
    }

    /// <summary>Called by the queue's thread between two batches.</summary>
    public void BetweenBatches(SqliteWriter writer)
    {
        var frames = writer.LogFrames;
        if (frames < _limits.Start)
        {
            BeginAnew();
        }
        else if (frames >= _nextTruncate)
        {
            Truncate(writer, frames);
        }
        else if (_writersTurn)
        {
            Restart(writer, frames);
        }
        else if (frames >= _nextMove)
        {
            _nextMove = int.MaxValue;
            lock (_gate)
            {
                _wanted = true;
                Monitor.Pulse(_gate);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        _connection?.Dispose();
    }

    /// <summary>The log is empty or short: its limits are the first ones again.</summary>
    private void BeginAnew()
    {
        _nextMove = _limits.Start;
        _nextTruncate = _limits.Ceiling;
        _writersTurn = false;
    }

    private void Restart(SqliteWriter writer, int frames)
    {
        _writersTurn = false;
        _nextMove = frames + (_limits.Start / 4);
        if (writer.Checkpoint(raw.SQLITE_CHECKPOINT_RESTART, _limits.ReaderPatience))
        {
            BeginAnew();
        }
    }

    private void Truncate(SqliteWriter writer, int frames)
    {
        // Waits for a checkpoint of the thread that is under way: there is one at a time.
        lock (_checkpoint)
        {
            _writersTurn = false;
            _nextMove = frames + (_limits.Start / 4);
            _nextTruncate = frames + (_limits.Ceiling / 16);
            if (writer.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE, _limits.ReaderPatience))
            {
                BeginAnew();
            }
            else
            {
                _logger.LogWarning(
                    "The log of the database has {Frames} frames and cannot be emptied: a reader holds it.",
                    frames
                );
            }
        }
    }

    private void Work()
    {
        while (Wait())
        {
            try
            {
                while (!_stopping && MoveSome() > _limits.Few) { }
            }
            catch (SqliteException exception)
            {
                _logger.LogWarning(exception, "A checkpoint of the log failed.");
                _connection?.Dispose();
                _connection = null;
            }

            // Also after a failure: the writer tries then, and sets the next attempt.
            _writersTurn = true;
        }
    }

    private bool Wait()
    {
        lock (_gate)
        {
            while (!_wanted && !_stopping)
            {
                Monitor.Wait(_gate);
            }

            _wanted = false;
            return !_stopping;
        }
    }

    /// <summary>One passive checkpoint; answers how many frames are left, 0 when readers keep more from being moved.</summary>
    private int MoveSome()
    {
        lock (_checkpoint)
        {
            _connection ??= _database.OpenWriting();
            var before = _lastMoved;
            var result = raw.sqlite3_wal_checkpoint_v2(
                SqliteHandle.Of(_connection),
                "main",
                raw.SQLITE_CHECKPOINT_PASSIVE,
                out var log,
                out var moved
            );
            if (result is not (raw.SQLITE_OK or raw.SQLITE_BUSY))
            {
                throw new SqliteException("A checkpoint failed.", result & 0xff, result);
            }

            _lastMoved = moved;
            return moved == before ? 0 : log - moved;
        }
    }
}
