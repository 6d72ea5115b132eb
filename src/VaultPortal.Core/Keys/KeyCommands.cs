using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Keys;

/// <summary>The prepared commands on the portal's own keys.</summary>
internal sealed class KeyCommands : ICommandSet<KeyCommands>
{
    public readonly PreparedCommand DataKeys;
    public readonly PreparedCommand AddDataKey;
    public readonly PreparedCommand StoreSealCount;
    public readonly PreparedCommand CurrentSigningKey;
    public readonly PreparedCommand AddSigningKey;

    private KeyCommands(DbConnection connection)
    {
        DataKeys = new(
            connection,
            "SELECT id, wrapped, master_key_id, state, seal_count FROM data_key ORDER BY created_at"
        );
        AddDataKey = new(
            connection,
            "INSERT INTO data_key (id, wrapped, master_key_id, state, seal_count, created_at) VALUES ($1, $2, $3, $4, 0, $5)"
        );
        StoreSealCount = new(
            connection,
            "UPDATE data_key SET seal_count = max(seal_count, $2) WHERE id = $1"
        );
        CurrentSigningKey = new(
            connection,
            "SELECT fingerprint, sealed_seed FROM portal_signing_key WHERE retired_at IS NULL ORDER BY created_at DESC LIMIT 1"
        );
        AddSigningKey = new(
            connection,
            "INSERT INTO portal_signing_key (fingerprint, public_key, sealed_seed, created_at) VALUES ($1, $2, $3, $4)"
        );
    }

    public static KeyCommands Create(DbConnection connection) => new(connection);
}
