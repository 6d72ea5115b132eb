using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace VaultPortal.Core.Storage;

/// <summary>
/// Storage could not do it now: disk full or read-only, an I/O error, another process holding the lock too long, or an outcome
/// that cannot be told. Doors answer 503 with <c>Retry-After</c>.
/// </summary>
public sealed class StorageUnavailableException(string message, Exception? cause = null)
    : Exception(message, cause)
{
    /// <summary>Whether storage, and not the work item, caused the exception: looks through what EF wraps around it.</summary>
    public static bool IsCauseOf(Exception exception)
    {
        for (Exception? each = exception; each is not null; each = each.InnerException)
        {
            if (each is StorageUnavailableException or IOException)
            {
                return true;
            }

            if (each is SqliteException sqlite)
            {
                return IsStorage(sqlite.SqliteErrorCode);
            }
        }

        return false;
    }

    private static bool IsStorage(int code) =>
        code
            is raw.SQLITE_BUSY
                or raw.SQLITE_LOCKED
                or raw.SQLITE_NOMEM
                or raw.SQLITE_READONLY
                or raw.SQLITE_INTERRUPT
                or raw.SQLITE_IOERR
                or raw.SQLITE_CORRUPT
                or raw.SQLITE_FULL
                or raw.SQLITE_CANTOPEN
                or raw.SQLITE_PROTOCOL
                or raw.SQLITE_NOTADB;
}
