using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Storage;

/// <summary>
/// A prepared command with positional parameters, <c>$1</c> to <c>$n</c> in its text, in the form that every database takes.
/// Made once per connection in a concern's <c>…Commands</c> file and used by one thread at a time. Values go in as the schema
/// keeps them: <see cref="PublicId"/> as 12 bytes, times as microseconds, enums as their number, null as NULL.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A connection disposes its commands when it closes; command sets need not."
)]
public sealed class PreparedCommand
{
    private readonly DbCommand _command;
    private readonly DbParameter[] _parameters;

    public PreparedCommand(DbConnection connection, string sql)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        _parameters = new DbParameter[CountParameters(sql)];
        for (var i = 0; i < _parameters.Length; i++)
        {
            var parameter = _command.CreateParameter();
            parameter.ParameterName = $"${i + 1}";
            _parameters[i] = parameter;
            _command.Parameters.Add(parameter);
        }
    }

    /// <summary>Runs it and answers how many rows it changed.</summary>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        var changed = _command.ExecuteNonQuery();
        StatementFaults.After?.Invoke(_command.CommandText);
        return changed;
    }

    /// <summary>Runs it and throws unless it changed exactly one row: what a decision made just before promised.</summary>
    public void ExecuteOne(params ReadOnlySpan<object?> values)
    {
        var changed = Execute(values);
        if (changed != 1)
        {
            throw new InvalidOperationException(
                $"A command changed {changed} rows instead of one: {_command.CommandText}"
            );
        }
    }

    /// <summary>The rows; the caller disposes the reader before it runs this command again.</summary>
    public DbDataReader Query(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteReader();
    }

    /// <summary>The first column of the first row; null when there is no row or it holds NULL.</summary>
    public object? Scalar(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    /// <summary>The first column of the first row as a whole number; null when there is no row or it holds NULL.</summary>
    public long? Number(params ReadOnlySpan<object?> values) => Scalar(values) as long?;

    private void Bind(ReadOnlySpan<object?> values)
    {
        if (values.Length != _parameters.Length)
        {
            throw new ArgumentException(
                $"{_parameters.Length} values are needed, {values.Length} were given: {_command.CommandText}"
            );
        }

        StatementFaults.Before?.Invoke(_command.CommandText);
        for (var i = 0; i < values.Length; i++)
        {
            _parameters[i].Value = Stored(values[i]);
        }
    }

    private static object Stored(object? value) =>
        value switch
        {
            null => DBNull.Value,
            string or long or byte[] => value,
            PublicId id => id.ToBytes(),
            DateTimeOffset time => UtcTime.ToMicroseconds(time),
            bool flag => flag ? 1L : 0L,
            Enum member => Convert.ToInt64(member, null),
            _ => value,
        };

    private static int CountParameters(string sql)
    {
        var count = 0;
        for (var i = 0; i + 1 < sql.Length; i++)
        {
            if (sql[i] != '$')
            {
                continue;
            }

            var number = 0;
            for (var j = i + 1; j < sql.Length && char.IsAsciiDigit(sql[j]); j++)
            {
                number = (number * 10) + (sql[j] - '0');
            }

            count = Math.Max(count, number);
        }

        return count;
    }
}
