using System.Data.Common;

namespace VaultPortal.Core.Storage;

/// <summary>The prepared commands of one concern on one connection: made once per connection, kept as long as it lives.</summary>
public interface ICommandSet<TSelf>
    where TSelf : class, ICommandSet<TSelf>
{
    static abstract TSelf Create(DbConnection connection);
}
