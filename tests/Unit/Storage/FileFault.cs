using SQLitePCL;

namespace VaultPortal.Tests.Unit.Storage;

/// <summary>What SQLite asks of a file.</summary>
[Flags]
public enum FileOperations
{
    Read = 1,
    Write = 2,
    Sync = 4,
    Truncate = 8,
    Changing = Write | Sync | Truncate,
}

/// <summary>A fault of the disk at the n-th of some operations: once, or from there on.</summary>
internal sealed class FileFault(FileOperations operations, bool full, int at, bool lasting)
{
    private int _count;

    /// <summary>How many of the operations were asked for.</summary>
    public int Count => Volatile.Read(ref _count);

    public bool Fired => Count >= at;

    /// <summary>The result code of an operation that fails, or null when it does not.</summary>
    public int? Strike(FileOperations operation)
    {
        if (!operations.HasFlag(operation))
        {
            return null;
        }

        var count = Interlocked.Increment(ref _count);
        return count == at || (lasting && count > at) ? Code(operation) : null;
    }

    private int Code(FileOperations operation) =>
        full
            ? raw.SQLITE_FULL
            : operation switch
            {
                FileOperations.Read => raw.SQLITE_IOERR_READ,
                FileOperations.Write => raw.SQLITE_IOERR_WRITE,
                FileOperations.Sync => raw.SQLITE_IOERR_FSYNC,
                _ => raw.SQLITE_IOERR_TRUNCATE,
            };
}
