using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using VaultPortal.Core.Audit;

namespace VaultPortal.Core.Storage;

/// <summary>
/// The writing connection and what lives as long as it: prepared commands, the context for cold writes, the position in the
/// audit chain. The queue replaces it whole after a failure that it did not survive. Used by the queue's thread alone.
/// </summary>
internal sealed unsafe class SqliteWriter : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly sqlite3 _handle;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _savepoint;
    private readonly SqliteStatement _release;
    private readonly SqliteStatement _rollbackTo;
    private readonly SqliteStatement _dataVersion;
    private GCHandle _self;
    private VaultDbContext? _context;
    private long _seenDataVersion = -1;
    private int _changesAtBegin;
    private bool _mayCommit;

    public SqliteWriter(SqliteDatabase database)
    {
        _database = database;
        Connection = database.OpenWriting();
        _handle = SqliteHandle.Of(Connection);
        Commands = new CommandSets(Connection);
        _self = GCHandle.Alloc(this);
        try
        {
            _begin = new SqliteStatement(Connection, "BEGIN IMMEDIATE");
            _commit = new SqliteStatement(Connection, "COMMIT");
            _rollback = new SqliteStatement(Connection, "ROLLBACK");
            _savepoint = new SqliteStatement(Connection, "SAVEPOINT item");
            _release = new SqliteStatement(Connection, "RELEASE item");
            _rollbackTo = new SqliteStatement(Connection, "ROLLBACK TO item");
            _dataVersion = new SqliteStatement(Connection, "PRAGMA data_version");
            Chain = new AuditAppender(Connection);
            // A statement after a transaction was lost would commit alone: only the queue's own COMMIT may.
            raw.sqlite3_commit_hook(_handle, _ => _mayCommit ? 0 : 1, null);
            SqliteNative.SetLogHook(_handle, &Committed, GCHandle.ToIntPtr(_self));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public SqliteConnection Connection { get; }

    public CommandSets Commands { get; }

    public AuditAppender Chain { get; }

    /// <summary>Frames in the log after the last commit.</summary>
    public int LogFrames { get; private set; }

    public VaultDbContext Context => _context ??= _database.CreateContext(Connection);

    /// <summary>Whether a transaction is open: SQLITE_FULL, IOERR and NOMEM may have rolled everything back.</summary>
    public bool TransactionLives => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Whether anything was written since <see cref="Begin"/>, be it rolled back to a savepoint. Knows rows, not the schema.</summary>
    public bool HasWritten => raw.sqlite3_total_changes(_handle) != _changesAtBegin;

    /// <summary>Begins, unless another process holds the lock.</summary>
    public bool TryBegin()
    {
        _changesAtBegin = raw.sqlite3_total_changes(_handle);
        try
        {
            _begin.Run();
            return true;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is raw.SQLITE_BUSY)
        {
            return false;
        }
    }

    /// <summary>Stores the head of the chain and commits; a transaction that wrote nothing is ended without a sync.</summary>
    public void Commit(long writerId)
    {
        if (!HasWritten)
        {
            _rollback.Run();
            return;
        }

        Chain.Store(writerId);
        _mayCommit = true;
        try
        {
            _commit.Run();
        }
        finally
        {
            _mayCommit = false;
        }
    }

    public void Rollback() => _rollback.Run();

    public void Savepoint()
    {
        // First: a savepoint that fails is rolled back like one that does not.
        Chain.Mark();
        _savepoint.Run();
    }

    public void Release() => _release.Run();

    public void RollbackToSavepoint()
    {
        _rollbackTo.Run();
        _release.Run();
        Chain.ReturnToMark();
        Commands.DropCaches();
    }

    /// <summary>True when another connection wrote since the last look; the first look of a connection is always true.</summary>
    public bool OthersWrote()
    {
        var version = _dataVersion.ReadNumber();
        var changed = version != _seenDataVersion;
        _seenDataVersion = version;
        return changed;
    }

    /// <summary>What the item left in the context goes with it.</summary>
    public void ClearContext() => _context?.ChangeTracker.Clear();

    /// <summary>Moves the log into the database, waiting no longer than that for readers; false when not all could be done.</summary>
    public bool Checkpoint(int mode, TimeSpan patience)
    {
        _ = raw.sqlite3_busy_timeout(_handle, (int)patience.TotalMilliseconds);
        var result = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out _, out _);
        _ = raw.sqlite3_busy_timeout(_handle, (int)_database.LockPatience.TotalMilliseconds);
        if (result is raw.SQLITE_OK)
        {
            // The next commit begins the log anew and counts from there.
            LogFrames = 0;
        }

        return result is raw.SQLITE_OK;
    }

    public void Dispose()
    {
        _context?.Dispose();
        Chain?.Dispose();
        _dataVersion?.Dispose();
        _rollbackTo?.Dispose();
        _release?.Dispose();
        _savepoint?.Dispose();
        _rollback?.Dispose();
        _commit?.Dispose();
        _begin?.Dispose();
        // Closing rolls back what is open.
        Connection.Dispose();
        if (_self.IsAllocated)
        {
            _self.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Committed(nint self, nint connection, byte* database, int frames)
    {
        ((SqliteWriter)GCHandle.FromIntPtr(self).Target!).LogFrames = frames;
        return raw.SQLITE_OK;
    }
}
