using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Keys;

/// <summary>The prepared commands on the portal's own keys.</summary>
internal sealed class KeyCommands : ICommandSet<KeyCommands>
{
    public readonly PreparedCommand DataKeys;
    public readonly PreparedCommand AddDataKey;
    public readonly PreparedCommand RetireCurrentDataKey;
    public readonly PreparedCommand Rewrap;
    public readonly PreparedCommand ReserveSeals;
    public readonly PreparedCommand SealCount;
    public readonly PreparedCommand GiveBackSeals;
    public readonly PreparedCommand CurrentSigningKey;
    public readonly PreparedCommand SigningKeys;
    public readonly PreparedCommand AddSigningKey;
    public readonly PreparedCommand RetireSigningKeys;

    private KeyCommands(DbConnection connection)
    {
        DataKeys = new(
            connection,
            "SELECT id, wrapped, master_key_id, purpose, state, seal_count, created_at FROM data_key ORDER BY created_at, id"
        );
        AddDataKey = new(
            connection,
            "INSERT INTO data_key (id, wrapped, master_key_id, purpose, state, seal_count, created_at) VALUES ($1, $2, $3, $4, $5, 0, $6)"
        );
        RetireCurrentDataKey = new(
            connection,
            "UPDATE data_key SET state = 2 WHERE state = 1 AND purpose = 1"
        );
        Rewrap = new(
            connection,
            "UPDATE data_key SET wrapped = $2, master_key_id = $3 WHERE id = $1"
        );
        ReserveSeals = new(
            connection,
            "UPDATE data_key SET seal_count = seal_count + $2 WHERE id = $1"
        );
        SealCount = new(connection, "SELECT seal_count FROM data_key WHERE id = $1");
        GiveBackSeals = new(
            connection,
            "UPDATE data_key SET seal_count = max(0, seal_count - $2) WHERE id = $1"
        );
        CurrentSigningKey = new(
            connection,
            "SELECT fingerprint, public_key, sealed_seed FROM portal_signing_key WHERE retired_at IS NULL ORDER BY created_at DESC LIMIT 1"
        );
        SigningKeys = new(
            connection,
            "SELECT fingerprint, created_at, retired_at FROM portal_signing_key ORDER BY created_at, fingerprint"
        );
        AddSigningKey = new(
            connection,
            "INSERT INTO portal_signing_key (fingerprint, public_key, sealed_seed, created_at) VALUES ($1, $2, $3, $4)"
        );
        RetireSigningKeys = new(
            connection,
            "UPDATE portal_signing_key SET retired_at = $1 WHERE retired_at IS NULL"
        );
    }

    public static KeyCommands Create(DbConnection connection) => new(connection);
}
