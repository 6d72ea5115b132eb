using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Vaults;

/// <summary>A vault's directory of signers. Which keys stand in it: docs/decisions/0033-the-directory-of-signers.md.</summary>
internal sealed class SignerKeyCommands : ICommandSet<SignerKeyCommands>
{
    private const string Columns = """
        SELECT k.public_id, k.owner_kind, COALESCE(a.public_id, n.public_id), COALESCE(a.email, n.name), k.algorithm, k.spki,
               k.fingerprint, k.encryption_spki, k.encryption_key_signature, k.state, k.created_at, k.retired_at, k.retire_reason,
               k.proof, e.public_id, k.endorsement, k.expires_at
        FROM registered_key k
        LEFT JOIN account a ON k.owner_kind = 1 AND a.id = k.owner_id
        LEFT JOIN agent n ON k.owner_kind = 2 AND n.id = k.owner_id
        LEFT JOIN registered_key e ON e.id = k.endorsed_by
        """;

    private readonly PreparedCommand _ofVault;
    private readonly PreparedCommand _ofItems;

    private SignerKeyCommands(DbConnection connection)
    {
        // Whoever signed had a grant, and a grant that ended keeps its row.
        _ofVault = new(
            connection,
            $"""
            WITH member (kind, id) AS (
                SELECT principal_kind, principal_id FROM access_grant WHERE asset_kind = 1 AND asset_id = $1
                UNION
                SELECT g.principal_kind, g.principal_id FROM vault_item i
                JOIN access_grant g ON g.asset_kind = 2 AND g.asset_id = i.id WHERE i.vault_id = $1)
            {Columns}
            WHERE k.id IN (SELECT r.id FROM member m JOIN registered_key r ON r.owner_kind = m.kind AND r.owner_id = m.id)
            ORDER BY k.id
            """
        );
        _ofItems = new(
            connection,
            $"""
            WITH RECURSIVE mine (detail, permission) AS (
                SELECT i.detail_checkpoint, i.permission_checkpoint FROM access_grant g JOIN vault_item i ON i.id = g.asset_id
                WHERE g.principal_kind = $2 AND g.principal_id = $3 AND g.asset_kind = 2 AND g.ended IS NULL
                  AND i.vault_id = $1 AND i.archived_at IS NULL),
            chain (sequence) AS (
                SELECT detail FROM mine
                UNION SELECT permission FROM mine
                UNION SELECT directory_checkpoint FROM vault WHERE id = $1
                UNION SELECT c.previous FROM chain JOIN checkpoint c ON c.sequence = chain.sequence)
            {Columns}
            WHERE k.id IN (
                SELECT c.signer_key_id FROM chain JOIN checkpoint c ON c.sequence = chain.sequence
                UNION SELECT id FROM registered_key WHERE owner_kind = $2 AND owner_id = $3
                UNION SELECT w.signer_key_id FROM registered_key r
                JOIN wrapped_dek w ON w.vault_id = $1 AND w.recipient_key_id = r.id
                WHERE r.owner_kind = $2 AND r.owner_id = $3)
            ORDER BY k.id
            """
        );
    }

    public static SignerKeyCommands Create(DbConnection connection) => new(connection);

    /// <summary>Every key of everybody who has or had a grant on the vault or one of its items: among them are all that ever signed here.</summary>
    public List<SignerKeyView> OfVault(long vaultId) => Read(_ofVault.Query(vaultId));

    /// <summary>
    /// For a principal with grants on single items only: the keys that signed what he may read of them and what was wrapped to him, and
    /// his own.
    /// </summary>
    public List<SignerKeyView> OfItems(long vaultId, PrincipalRef principal) =>
        Read(_ofItems.Query(vaultId, principal.Kind, principal.Id));

    private static List<SignerKeyView> Read(PreparedRows rows)
    {
        using var row = rows;
        var keys = new List<SignerKeyView>();
        while (row.Read())
        {
            keys.Add(
                new SignerKeyView
                {
                    Id = row.Id(0),
                    OwnerKind = (PrincipalKind)row.GetInt32(1),
                    OwnerId = row.Id(2),
                    OwnerName = row.GetString(3),
                    Algorithm = (SignatureAlgorithm)row.GetInt32(4),
                    PublicKey = Pem.Write(Pem.PublicKey, row.Bytes(5)),
                    Fingerprint = Convert.ToHexStringLower(row.Bytes(6)),
                    EncryptionPublicKey = row.OptionalBytes(7) is { } encryption
                        ? Pem.Write(Pem.PublicKey, encryption)
                        : null,
                    EncryptionKeySignature = Base64(row.OptionalBytes(8)),
                    State = (RegisteredKeyState)row.GetInt32(9),
                    CreatedAt = row.Time(10),
                    RetiredAt = row.OptionalTime(11),
                    RetireReason = (RetireReason?)row.OptionalLong(12),
                    Proof = Base64(row.OptionalBytes(13)),
                    EndorsedBy = row.OptionalId(14),
                    Endorsement = Base64(row.OptionalBytes(15)),
                    ExpiresAt = row.OptionalTime(16),
                }
            );
        }

        return keys;
    }

    private static string? Base64(byte[]? bytes) =>
        bytes is null ? null : Convert.ToBase64String(bytes);
}
