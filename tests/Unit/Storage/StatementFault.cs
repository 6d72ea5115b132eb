using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using VaultPortal.Core.Storage;

namespace VaultPortal.Tests.Unit.Storage;

/// <summary>What goes wrong at a statement.</summary>
public enum StatementFailure
{
    /// <summary>An exception that has nothing to do with storage.</summary>
    Bug,

    /// <summary>A full disk, of which the transaction survives.</summary>
    Full,

    /// <summary>A full disk that rolled everything back.</summary>
    FullAndLost,
}

/// <summary>Lets the n-th statement of the queue's thread fail, before it runs or after it did: once, or from there on.</summary>
internal sealed class StatementFault(int at, StatementFailure failure, bool lasting = false)
{
    private sqlite3? _connection;
    private volatile bool _ended;
    private int _count;

    /// <summary>Only statements that begin with this count.</summary>
    public string Only { get; init; } = "";

    /// <summary>Done just before it fails.</summary>
    public Action? Then { get; init; }

    public bool Fired => _count >= at;

    /// <summary>Called on the queue's thread.</summary>
    public void SetBefore(DbConnection connection) => Set(connection, before: true);

    /// <inheritdoc cref="SetBefore"/>
    public void SetAfter(DbConnection connection) => Set(connection, before: false);

    /// <inheritdoc cref="SetBefore"/>
    public void Set(DbConnection connection, bool before)
    {
        _connection = SqliteHandle.Of(connection);
        StatementFaults.Before = before ? Strike : null;
        StatementFaults.After = before ? null : Strike;
    }

    /// <summary>The disk is well again.</summary>
    public void End() => _ended = true;

    private void Strike(string sql)
    {
        if (_ended || !sql.StartsWith(Only, StringComparison.Ordinal))
        {
            return;
        }

        _count++;
        if (_count == at || (lasting && _count > at))
        {
            Fail();
        }
    }

    private void Fail()
    {
        if (
            failure is StatementFailure.FullAndLost
            && !_connection!.IsClosed
            && raw.sqlite3_get_autocommit(_connection) == 0
        )
        {
            _ = raw.sqlite3_exec(_connection, "ROLLBACK");
        }

        Then?.Invoke();
        throw failure is StatementFailure.Bug
            ? new FormatException("a bug")
            : new SqliteException("database or disk is full", raw.SQLITE_FULL);
    }
}
