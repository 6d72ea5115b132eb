using System.Data.Common;

namespace VaultPortal.Core.Storage;

/// <summary>One read transaction on a reading connection of its own. Short: a long one keeps the log from being emptied.</summary>
public sealed class ReadScope : IDisposable
{
    private readonly ReadConnections _owner;
    private ReadConnection? _connection;

    internal ReadScope(ReadConnections owner, ReadConnection connection)
    {
        _owner = owner;
        _connection = connection;
    }

    /// <summary>The connection; it cannot write.</summary>
    public DbConnection Connection => Live().Connection;

    /// <summary>The prepared commands of a concern, made once per connection.</summary>
    public T Commands<T>()
        where T : class, ICommandSet<T> => Live().Commands.Get<T>();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            _owner.Return(connection);
        }
    }

    private ReadConnection Live() =>
        _connection ?? throw new ObjectDisposedException(nameof(ReadScope));
}
