using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace VaultPortal.Core.Storage;

/// <summary>Reading connections, kept open with their prepared commands. Reads never wait for the writer.</summary>
public sealed class ReadConnections(SqliteDatabase database) : IDisposable
{
    private readonly ConcurrentBag<ReadConnection> _free = [];
    private volatile bool _disposed;

    /// <summary>Begins a read transaction: everything read in the scope is of one moment, that of its first read.</summary>
    public ReadScope Open()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_free.TryTake(out var connection))
        {
            connection = new ReadConnection(database.OpenReading());
        }

        try
        {
            connection.Begin();
            return new ReadScope(this, connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_free.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    internal void Return(ReadConnection connection)
    {
        if (_disposed || !connection.TryEnd())
        {
            connection.Dispose();
            return;
        }

        _free.Add(connection);
        if (_disposed)
        {
            Dispose();
        }
    }
}

/// <summary>A kept-open reading connection.</summary>
internal sealed class ReadConnection : IDisposable
{
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _end;

    public ReadConnection(SqliteConnection connection)
    {
        Connection = connection;
        Commands = new CommandSets(connection);
        _begin = new SqliteStatement(connection, "BEGIN");
        _end = new SqliteStatement(connection, "ROLLBACK");
    }

    public SqliteConnection Connection { get; }

    public CommandSets Commands { get; }

    public void Begin() => _begin.Run();

    /// <summary>False when the connection cannot be used again.</summary>
    public bool TryEnd()
    {
        try
        {
            _end.Run();
            return true;
        }
        catch (SqliteException)
        {
            // The transaction is gone already (an I/O error ends it): the connection goes too.
            return false;
        }
    }

    public void Dispose()
    {
        _begin.Dispose();
        _end.Dispose();
        Connection.Dispose();
    }
}
