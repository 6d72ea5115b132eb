using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace VaultPortal.Core.Storage;

/// <summary>
/// A prepared statement without the ADO layer. Parameters count from 1, columns from 0.
/// </summary>
internal sealed unsafe class SqliteStatement : IDisposable
{
    // A row of a long list is little more than these calls. They answer from memory in a few nanoseconds and never wait, so they go
    // without the binding, which guards the handle and lets the collector in with each of them.
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<
        nint,
        int,
        byte*> ColumnBlob = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*>)
        SqliteNative.Export("sqlite3_column_blob");
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<
        nint,
        int,
        int> ColumnBytes = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)
        SqliteNative.Export("sqlite3_column_bytes");
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<
        nint,
        int,
        int> ColumnType = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)
        SqliteNative.Export("sqlite3_column_type");
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<
        nint,
        int,
        long> ColumnNumber = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long>)
        SqliteNative.Export("sqlite3_column_int64");

    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;
    private readonly string _sql;

    // Of the statement; 0 once it is disposed of, which SQLite takes for a statement without a row.
    private nint _handle;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _connection = SqliteHandle.Of(connection);
        _sql = sql;
        Demand(raw.sqlite3_prepare_v2(_connection, sql, out _statement));
        _handle = _statement.DangerousGetHandle();
    }

    public string Sql => _sql;

    public int ParameterCount => raw.sqlite3_bind_parameter_count(_statement);

    /// <summary>Runs a statement that answers no rows, and says how many it changed.</summary>
    public int RunCounting()
    {
        Run();
        return raw.sqlite3_changes(_connection);
    }

    /// <summary>Runs a statement that answers no rows.</summary>
    public void Run()
    {
        StatementFaults.Before?.Invoke(_sql);
        var result = raw.sqlite3_step(_statement);
        // The reset gives the same error again; what counts was said by the step.
        _ = raw.sqlite3_reset(_statement);
        if (result is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            Demand(result);
        }

        StatementFaults.After?.Invoke(_sql);
    }

    /// <summary>Goes to the next row; false after the last. <see cref="Reset"/> before using it anew.</summary>
    public bool Next()
    {
        StatementFaults.Before?.Invoke(_sql);
        var result = raw.sqlite3_step(_statement);
        if (result is raw.SQLITE_ROW)
        {
            return true;
        }

        _ = raw.sqlite3_reset(_statement);
        if (result is not raw.SQLITE_DONE)
        {
            Demand(result);
        }

        return false;
    }

    public void Reset() => _ = raw.sqlite3_reset(_statement);

    /// <summary>The first column of the only row.</summary>
    public long ReadNumber()
    {
        try
        {
            return Next() ? Number(0) : throw new InvalidOperationException($"No row: {_sql}");
        }
        finally
        {
            Reset();
        }
    }

    public void BindNumber(int index, long value) =>
        Demand(raw.sqlite3_bind_int64(_statement, index, value));

    public void BindText(int index, ReadOnlySpan<byte> utf8) =>
        Demand(raw.sqlite3_bind_text(_statement, index, utf8));

    public void BindBlob(int index, ReadOnlySpan<byte> bytes) =>
        Demand(raw.sqlite3_bind_blob(_statement, index, bytes));

    public void BindText(int index, string text) =>
        Demand(raw.sqlite3_bind_text(_statement, index, text));

    public void BindNull(int index) => Demand(raw.sqlite3_bind_null(_statement, index));

    public bool IsNull(int column) => ColumnType(_handle, column) == raw.SQLITE_NULL;

    public string Text(int column) => System.Text.Encoding.UTF8.GetString(Bytes(column));

    public long Number(int column) => ColumnNumber(_handle, column);

    /// <summary>The bytes of a BLOB, or of a TEXT in UTF-8; valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column)
    {
        // In this order: the length is that of what the first call answers.
        var bytes = ColumnBlob(_handle, column);
        return new(bytes, ColumnBytes(_handle, column));
    }

    public void Dispose()
    {
        _handle = 0;
        _statement.Dispose();
    }

    private void Demand(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw new SqliteException(
                $"SQLite error {result}: {raw.sqlite3_errmsg(_connection).utf8_to_string()} ({_sql})",
                result & 0xff,
                raw.sqlite3_extended_errcode(_connection)
            );
        }
    }
}
