using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Storage;

/// <summary>
/// A prepared command with positional parameters, <c>$1</c> to <c>$n</c> in its text. Made once per connection in a concern's
/// <c>…Commands</c> file, where wrong SQL fails at once, and used by one thread at a time. Values go in as the schema keeps
/// them: <see cref="PublicId"/> as 12 bytes, times as microseconds, enums as their number, null as NULL. It speaks to the
/// database below the ADO layer, which looks parameters up by name and makes a reader for each run: half of a hot write.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "It ends with its connection, so that command sets have nothing to dispose of."
)]
public sealed class PreparedCommand
{
    private readonly SqliteStatement _statement;
    private readonly PreparedRows _rows;
    private readonly int _parameters;

    public PreparedCommand(DbConnection connection, string sql)
    {
        // SQLite numbers $1 by where it stands first; ?1 is the first value wherever it stands.
        _statement = new SqliteStatement((SqliteConnection)connection, sql.Replace('$', '?'));
        _rows = new PreparedRows(_statement);
        _parameters = _statement.ParameterCount;
        connection.StateChange += (_, change) =>
        {
            if (change.CurrentState == ConnectionState.Closed)
            {
                _statement.Dispose();
            }
        };
    }

    /// <summary>Runs it and answers how many rows it changed.</summary>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _statement.RunCounting();
    }

    /// <summary>Runs it and throws unless it changed exactly one row: what a decision made just before promised.</summary>
    public void ExecuteOne(params ReadOnlySpan<object?> values)
    {
        var changed = Execute(values);
        if (changed != 1)
        {
            throw new InvalidOperationException(
                $"A command changed {changed} rows instead of one: {_statement.Sql}"
            );
        }
    }

    /// <summary>The rows; the caller disposes them before it runs this command again.</summary>
    public PreparedRows Query(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _rows;
    }

    /// <summary>The first column of the first row as a whole number; null when there is no row or it holds NULL.</summary>
    public long? Number(params ReadOnlySpan<object?> values)
    {
        using var row = Query(values);
        return row.Read() ? row.OptionalLong(0) : null;
    }

    /// <summary>The first column of the first row as text; null when there is no row or it holds NULL.</summary>
    public string? Text(params ReadOnlySpan<object?> values)
    {
        using var row = Query(values);
        return row.Read() ? row.OptionalString(0) : null;
    }

    /// <summary>Whether there is a row.</summary>
    public bool Any(params ReadOnlySpan<object?> values)
    {
        using var row = Query(values);
        return row.Read();
    }

    private void Bind(ReadOnlySpan<object?> values)
    {
        if (values.Length != _parameters)
        {
            throw new ArgumentException(
                $"{_parameters} values are needed, {values.Length} were given: {_statement.Sql}"
            );
        }

        for (var i = 0; i < values.Length; i++)
        {
            Bind(i + 1, values[i]);
        }
    }

    private void Bind(int index, object? value)
    {
        switch (value)
        {
            case null:
                _statement.BindNull(index);
                break;
            case long number:
                _statement.BindNumber(index, number);
                break;
            case int number:
                _statement.BindNumber(index, number);
                break;
            case bool flag:
                _statement.BindNumber(index, flag ? 1 : 0);
                break;
            case string text:
                _statement.BindText(index, text);
                break;
            case byte[] bytes:
                _statement.BindBlob(index, bytes);
                break;
            case PublicId id:
                Span<byte> twelve = stackalloc byte[PublicId.Size];
                id.CopyTo(twelve);
                _statement.BindBlob(index, twelve);
                break;
            case DateTimeOffset time:
                _statement.BindNumber(index, UtcTime.ToMicroseconds(time));
                break;
            case Enum member:
                _statement.BindNumber(index, Convert.ToInt64(member, null));
                break;
            default:
                throw new ArgumentException(
                    $"A {value.GetType().Name} has no form in the schema: {_statement.Sql}"
                );
        }
    }
}
