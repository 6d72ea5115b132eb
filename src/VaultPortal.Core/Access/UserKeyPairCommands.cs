using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Access;

/// <summary>Registered keys of users and agents, on reading connections and in the queue alike.</summary>
internal sealed class UserKeyPairCommands : ICommandSet<UserKeyPairCommands>
{
    private readonly PreparedCommand _all;
    private readonly PreparedCommand _byId;
    private readonly PreparedCommand _byFingerprint;
    private readonly PreparedCommand _active;
    private readonly PreparedCommand _any;
    private readonly PreparedCommand _count;
    private readonly PreparedCommand _insert;
    private readonly PreparedCommand _retire;
    private readonly PreparedCommand _activate;
    private readonly PreparedCommand _rewrap;

    private UserKeyPairCommands(DbConnection connection)
    {
        const string view = """
            SELECT id, owner_kind, owner_id, public_id, algorithm, spki, fingerprint, encryption_spki, encryption_fingerprint,
                   encryption_key_signature, wrapped_private_key, state, created_at, retired_at, retire_reason, expires_at
            FROM registered_key
            """;
        _all = new(connection, $"{view} WHERE owner_kind = 1 AND owner_id = $1 ORDER BY id");
        _byId = new(
            connection,
            $"{view} WHERE public_id = $1 AND owner_kind = 1 AND owner_id = $2"
        );
        _byFingerprint = new(connection, $"{view} WHERE fingerprint = $1");
        _active = new(
            connection,
            """
            SELECT id, algorithm, spki, expires_at FROM registered_key
            WHERE owner_kind = $1 AND owner_id = $2 AND state = 1 ORDER BY id
            """
        );
        _any = new(
            connection,
            "SELECT 1 FROM registered_key WHERE owner_kind = 1 AND owner_id = $1 LIMIT 1"
        );
        _count = new(
            connection,
            """
            SELECT coalesce(sum(state <> 3), 0), count(*) FROM registered_key WHERE owner_kind = $1 AND owner_id = $2
            """
        );
        _insert = new(
            connection,
            """
            INSERT INTO registered_key
                (public_id, owner_kind, owner_id, algorithm, spki, fingerprint, encryption_spki, encryption_fingerprint,
                 encryption_key_signature, wrapped_private_key, proof, endorsed_by, endorsement, state, created_at, expires_at,
                 is_ending)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """
        );
        _retire = new(
            connection,
            "UPDATE registered_key SET state = 3, retired_at = coalesce(retired_at, $2), retire_reason = $3 WHERE id = $1"
        );
        _activate = new(
            connection,
            "UPDATE registered_key SET state = 1 WHERE id = $1 AND state = 2"
        );
        _rewrap = new(
            connection,
            "UPDATE registered_key SET wrapped_private_key = $2 WHERE id = $1 AND state <> 3"
        );
    }

    public static UserKeyPairCommands Create(DbConnection connection) => new(connection);

    public List<UserKeyPairView> All(long ownerId)
    {
        using var row = _all.Query(ownerId);
        var views = new List<UserKeyPairView>();
        while (row.Read())
        {
            views.Add(Read(row).View);
        }

        return views;
    }

    /// <summary>The owner's key with this id.</summary>
    public StoredKeyPair? Find(PublicId id, long ownerId) => First(_byId.Query(id, ownerId));

    /// <summary>Whose key it may be: a fingerprint stands once in the installation.</summary>
    public StoredKeyPair? FindByFingerprint(byte[] fingerprint) =>
        First(_byFingerprint.Query(fingerprint));

    /// <summary>Those that were not retired; whether what they sign is still taken, their expiry says.</summary>
    public List<(long Id, VerificationKey Key, DateTimeOffset? ExpiresAt)> Active(
        PrincipalRef owner
    )
    {
        using var row = _active.Query(owner.Kind, owner.Id);
        var keys = new List<(long, VerificationKey, DateTimeOffset?)>();
        while (row.Read())
        {
            keys.Add(
                (
                    row.GetInt64(0),
                    VerificationKey.FromSpki(row.Bytes(2), (SignatureAlgorithm)row.GetInt32(1)),
                    row.OptionalTime(3)
                )
            );
        }

        return keys;
    }

    /// <summary>Whether the user ever registered a key, whatever became of it.</summary>
    public bool HasAny(long ownerId) => _any.Any(ownerId);

    /// <summary>How many keys the owner has that are not retired, and how many with those.</summary>
    public (long InUse, long Ever) Count(PrincipalRef owner)
    {
        using var row = _count.Query(owner.Kind, owner.Id);
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    public void Insert(RegisteredKey key) =>
        _insert.ExecuteOne(
            key.PublicId,
            key.OwnerKind,
            key.OwnerId,
            key.Algorithm,
            key.Spki,
            key.Fingerprint,
            key.EncryptionSpki,
            key.EncryptionFingerprint,
            key.EncryptionKeySignature,
            key.WrappedPrivateKey,
            key.Proof,
            key.EndorsedBy,
            key.Endorsement,
            key.State,
            key.CreatedAt,
            key.ExpiresAt,
            key.IsEnding
        );

    public void Retire(long id, RetireReason reason, DateTimeOffset now) =>
        _retire.ExecuteOne(id, now, reason);

    public void Activate(long id) => _activate.ExecuteOne(id);

    public void Rewrap(long id, string wrapped) => _rewrap.ExecuteOne(id, wrapped);

    private static StoredKeyPair? First(PreparedRows rows)
    {
        using (rows)
        {
            return rows.Read() ? Read(rows) : null;
        }
    }

    private static StoredKeyPair Read(PreparedRows row) =>
        new(
            row.GetInt64(0),
            new PrincipalRef((PrincipalKind)row.GetInt32(1), row.GetInt64(2)),
            new UserKeyPairView
            {
                Id = row.Id(3),
                Algorithm = (SignatureAlgorithm)row.GetInt32(4),
                PublicKey = Pem.Write(Pem.PublicKey, row.Bytes(5)),
                Fingerprint = Convert.ToHexStringLower(row.Bytes(6)),
                EncryptionPublicKey = row.OptionalBytes(7) is { } encryption
                    ? Pem.Write(Pem.PublicKey, encryption)
                    : null,
                EncryptionFingerprint = row.OptionalBytes(8) is { } print
                    ? Convert.ToHexStringLower(print)
                    : null,
                EncryptionKeySignature = row.OptionalBytes(9) is { } signature
                    ? Convert.ToBase64String(signature)
                    : null,
                WrappedPrivateKey = row.IsDBNull(10) ? null : row.GetString(10),
                State = (RegisteredKeyState)row.GetInt32(11),
                CreatedAt = row.Time(12),
                RetiredAt = row.OptionalTime(13),
                RetireReason = (RetireReason?)row.OptionalLong(14),
                ExpiresAt = row.OptionalTime(15),
            }
        );
}

/// <summary>A registered key with its row and its owner.</summary>
internal sealed record StoredKeyPair(long Id, PrincipalRef Owner, UserKeyPairView View);
