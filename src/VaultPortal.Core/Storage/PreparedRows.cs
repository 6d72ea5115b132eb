using VaultPortal.Core.Common;

namespace VaultPortal.Core.Storage;

/// <summary>
/// The rows of a <see cref="PreparedCommand"/>, in the forms that the schema keeps them in. One for each command, used again
/// with each run: disposing it ends the run.
/// </summary>
public sealed class PreparedRows : IDisposable
{
    private readonly SqliteStatement _statement;

    internal PreparedRows(SqliteStatement statement) => _statement = statement;

    /// <summary>Goes to the next row; false after the last.</summary>
    public bool Read() => _statement.Next();

    public bool IsDBNull(int column) => _statement.IsNull(column);

    public long GetInt64(int column) => _statement.Number(column);

    public int GetInt32(int column) => checked((int)_statement.Number(column));

    public bool GetBoolean(int column) => _statement.Number(column) != 0;

    public string GetString(int column) => _statement.Text(column);

    public byte[] Bytes(int column) => _statement.Bytes(column).ToArray();

    public PublicId Id(int column) => new(_statement.Bytes(column));

    public DateTimeOffset Time(int column) => UtcTime.FromMicroseconds(_statement.Number(column));

    public PublicId? OptionalId(int column) => IsDBNull(column) ? null : Id(column);

    public DateTimeOffset? OptionalTime(int column) => IsDBNull(column) ? null : Time(column);

    public byte[]? OptionalBytes(int column) => IsDBNull(column) ? null : Bytes(column);

    public long? OptionalLong(int column) => IsDBNull(column) ? null : GetInt64(column);

    public string? OptionalString(int column) => IsDBNull(column) ? null : GetString(column);

    public void Dispose() => _statement.Reset();
}
