using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

internal sealed class LastUsedCommands : ICommandSet<LastUsedCommands>
{
    /// <summary>$1 key, $2 time, $3 address. Another node may have written a later use.</summary>
    public readonly PreparedCommand Update;

    private LastUsedCommands(DbConnection connection) =>
        Update = new(
            connection,
            """
            UPDATE api_key SET last_used_at = $2, last_used_address = $3
            WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)
            """
        );

    public static LastUsedCommands Create(DbConnection connection) => new(connection);
}
