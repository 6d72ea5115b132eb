using System.Data.Common;
using SQLitePCL;

namespace VaultPortal.Core.Storage;

/// <summary>
/// Ends what a reading connection is at, after a time or when nobody waits for it any more: for reads whose work follows what a caller
/// sent. The statement that is under way fails with SQLITE_INTERRUPT.
/// </summary>
internal sealed class ReadDeadline : IDisposable
{
    // Said once only, it would be lost between two statements: the database forgets it when the next one begins.
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly sqlite3 _connection;
    private readonly Timer _timer;
    private readonly CancellationTokenRegistration _cancelled;
    private bool _over;
    private bool _disposed;

    /// <param name="connection">Used by this thread alone until this is disposed of.</param>
    /// <param name="limit">From now.</param>
    /// <param name="cancellation">Ends it at once.</param>
    public ReadDeadline(DbConnection connection, TimeSpan limit, CancellationToken cancellation)
    {
        _connection = SqliteHandle.Of(connection);
        _over = limit <= TimeSpan.Zero;
        _timer = new Timer(_ => Interrupt(), null, limit, Again);
        _cancelled = cancellation.Register(Interrupt);
    }

    /// <summary>For loops outside the database.</summary>
    public bool IsOver => Volatile.Read(ref _over);

    public void Dispose()
    {
        // Whoever gets the connection next is not to be interrupted: once this has the lock, nothing is.
        lock (_gate)
        {
            _disposed = true;
        }

        _cancelled.Dispose();
        _timer.Dispose();
    }

    private void Interrupt()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            if (!_over)
            {
                Volatile.Write(ref _over, true);
                _timer?.Change(Again, Again);
            }

            raw.sqlite3_interrupt(_connection);
        }
    }
}
