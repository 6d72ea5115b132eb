using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Vaults;

/// <summary>Prepared reads and writes of wrapped data keys.</summary>
internal sealed class WrappedDekCommands : ICommandSet<WrappedDekCommands>
{
    private readonly PreparedCommand _insert;
    private readonly PreparedCommand _recipient;
    private readonly PreparedCommand _exists;
    private readonly PreparedCommand _ofPrincipal;
    private readonly PreparedCommand _ofVault;
    private readonly PreparedCommand _ofKey;
    private readonly PreparedCommand _vaultsOfKey;
    private readonly PreparedCommand _deleteOfKey;
    private readonly PreparedCommand _toBeWrappedTo;

    private WrappedDekCommands(DbConnection connection)
    {
        _insert = new(
            connection,
            """
            INSERT INTO wrapped_dek (vault_id, recipient_key_id, dek_version, algorithm, wrapped, signer_key_id, signature, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """
        );
        _recipient = new(
            connection,
            """
            SELECT id, owner_kind, owner_id, state, algorithm, encryption_fingerprint, fingerprint, endorsed_by, expires_at
            FROM registered_key WHERE public_id = $1
            """
        );
        _exists = new(
            connection,
            "SELECT 1 FROM wrapped_dek WHERE vault_id = $1 AND recipient_key_id = $2 AND dek_version = $3"
        );
        _ofPrincipal = new(
            connection,
            """
            SELECT r.public_id, w.dek_version, w.algorithm, w.wrapped, w.signature, s.public_id, s.owner_kind
            FROM registered_key r
            JOIN wrapped_dek w ON w.vault_id = $1 AND w.recipient_key_id = r.id
            JOIN registered_key s ON s.id = w.signer_key_id
            WHERE r.owner_kind = $2 AND r.owner_id = $3 ORDER BY w.dek_version, w.id
            """
        );
        _ofVault = new(
            connection,
            """
            SELECT r.public_id, w.dek_version FROM wrapped_dek w JOIN registered_key r ON r.id = w.recipient_key_id
            WHERE w.vault_id = $1 AND r.state = 1 ORDER BY r.id, w.dek_version
            """
        );
        _ofKey = new(
            connection,
            """
            SELECT w.vault_id, v.public_id, w.dek_version, v.archived_at IS NULL
            FROM wrapped_dek w JOIN vault v ON v.id = w.vault_id WHERE w.recipient_key_id = $1
            """
        );
        _vaultsOfKey = new(
            connection,
            """
            SELECT v.id, v.public_id, v.name, v.archived_at IS NOT NULL, w.dek_version
            FROM wrapped_dek w JOIN vault v ON v.id = w.vault_id
            WHERE w.recipient_key_id = $1 ORDER BY v.name, v.id, w.dek_version
            """
        );
        _deleteOfKey = new(connection, "DELETE FROM wrapped_dek WHERE recipient_key_id = $1");
        _toBeWrappedTo = new(
            connection,
            """
            WITH member (kind, id) AS (
                SELECT principal_kind, principal_id FROM access_grant
                WHERE asset_kind = 1 AND asset_id = $1 AND ended IS NULL
                UNION
                SELECT g.principal_kind, g.principal_id FROM vault_item i
                JOIN access_grant g ON g.asset_kind = 2 AND g.asset_id = i.id AND g.ended IS NULL
                WHERE i.vault_id = $1 AND i.archived_at IS NULL)
            SELECT k.id FROM member m JOIN registered_key k ON k.owner_kind = m.kind AND k.owner_id = m.id
            WHERE k.state = 1 AND (k.expires_at IS NULL OR k.expires_at > $3)
              AND (k.encryption_spki IS NOT NULL OR k.algorithm = $2)
            """
        );
    }

    public static WrappedDekCommands Create(DbConnection connection) => new(connection);

    public void Insert(long vaultId, DecidedWrap decided, DateTimeOffset now) =>
        _insert.ExecuteOne(
            vaultId,
            decided.Recipient,
            (long)decided.Wrap.DekVersion,
            decided.Wrap.Algorithm,
            decided.Wrap.Wrapped,
            decided.Signer,
            decided.Wrap.Signature,
            now
        );

    public RecipientKey? FindRecipient(PublicId id)
    {
        using var row = _recipient.Query(id);
        return row.Read()
            ? new RecipientKey(
                row.GetInt64(0),
                new PrincipalRef((PrincipalKind)row.GetInt32(1), row.GetInt64(2)),
                (RegisteredKeyState)row.GetInt32(3),
                (SignatureAlgorithm)row.GetInt32(4),
                !row.IsDBNull(5),
                row.OptionalBytes(5) ?? row.Bytes(6),
                row.OptionalLong(7),
                row.OptionalTime(8)
            )
            : null;
    }

    public bool Exists(long vaultId, long recipient, int dekVersion) =>
        _exists.Any(vaultId, recipient, (long)dekVersion);

    /// <summary>What is wrapped to the principal's keys in a vault, the oldest version first.</summary>
    public List<WrappedDekView> Of(Vault vault, PrincipalRef principal)
    {
        using var row = _ofPrincipal.Query(vault.Id, principal.Kind, principal.Id);
        var wraps = new List<WrappedDekView>();
        while (row.Read())
        {
            wraps.Add(
                new WrappedDekView(
                    vault.PublicId,
                    row.Id(0),
                    row.GetInt32(1),
                    (WrapAlgorithm)row.GetInt32(2),
                    row.Bytes(3),
                    row.Bytes(4),
                    (PrincipalKind)row.GetInt32(6),
                    row.Id(5)
                )
            );
        }

        return wraps;
    }

    /// <summary>What is wrapped in a vault, by active key.</summary>
    public List<WrappedTo> RecipientsOf(long vaultId)
    {
        using var row = _ofVault.Query(vaultId);
        var found = new List<WrappedTo>();
        while (row.Read())
        {
            if (found.Count == 0 || found[^1].KeyId != row.Id(0))
            {
                found.Add(new WrappedTo(row.Id(0), []));
            }

            found[^1].DekVersions.Add(row.GetInt32(1));
        }

        return found;
    }

    /// <summary>Everything that is wrapped to one key, in whatever vault.</summary>
    public List<(long VaultRow, PublicId VaultId, int DekVersion, bool VaultActive)> OfKey(
        long keyId
    )
    {
        using var row = _ofKey.Query(keyId);
        var wraps = new List<(long, PublicId, int, bool)>();
        while (row.Read())
        {
            wraps.Add((row.GetInt64(0), row.Id(1), row.GetInt32(2), row.GetBoolean(3)));
        }

        return wraps;
    }

    /// <summary>The vaults with a data key wrapped to one key, by name, archived ones too.</summary>
    public List<VaultOfKey> VaultsOfKey(long keyId)
    {
        using var row = _vaultsOfKey.Query(keyId);
        var vaults = new List<VaultOfKey>();
        var versions = new List<int>();
        for (long last = 0; row.Read(); last = row.GetInt64(0))
        {
            if (row.GetInt64(0) != last)
            {
                versions = [];
                vaults.Add(
                    new VaultOfKey(row.Id(1), row.GetString(2), row.GetBoolean(3), versions)
                );
            }

            versions.Add(row.GetInt32(4));
        }

        return vaults;
    }

    public void DeleteOfKey(long keyId) => _deleteOfKey.Execute(keyId);

    /// <summary>The rows of the keys of everybody who has a grant in the vault, as far as a data key can be wrapped to them now.</summary>
    public HashSet<long> ToBeWrappedTo(long vaultId, DateTimeOffset now)
    {
        using var row = _toBeWrappedTo.Query(vaultId, SignatureAlgorithm.RsaPssSha256, now);
        var keys = new HashSet<long>();
        while (row.Read())
        {
            keys.Add(row.GetInt64(0));
        }

        return keys;
    }
}

/// <summary>The key that a data key is wrapped to.</summary>
/// <param name="Fingerprint">Of the encryption key, or of an RSA signing key that has none.</param>
/// <param name="EndorsedBy">The row of the key that endorsed it, where one did.</param>
internal sealed record RecipientKey(
    long Id,
    PrincipalRef Owner,
    RegisteredKeyState State,
    SignatureAlgorithm Algorithm,
    bool HasEncryptionKey,
    byte[] Fingerprint,
    long? EndorsedBy,
    DateTimeOffset? ExpiresAt
)
{
    /// <summary>Whether data keys are wrapped to it: active, and not expired, whatever a policy says.</summary>
    public bool Receives(DateTimeOffset now) =>
        State == RegisteredKeyState.Active && !(ExpiresAt <= now);
}
