using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Access;

/// <summary>Prepared reads of who can be shared with.</summary>
internal sealed class PrincipalCommands : ICommandSet<PrincipalCommands>
{
    private readonly PreparedCommand _administers;
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _keys;

    private PrincipalCommands(DbConnection connection)
    {
        _administers = new(
            connection,
            $"""
            SELECT 1 FROM access_grant g JOIN vault v ON v.id = g.asset_id
            WHERE g.principal_kind = $1 AND g.principal_id = $2 AND g.asset_kind = {(int)
                GrantedAsset.Vault}
              AND g.level = {(int)
                AccessLevel.Admin} AND g.ended IS NULL AND v.archived_at IS NULL LIMIT 1
            """
        );
        // LIKE makes no difference between the cases of ASCII letters.
        _find = new(
            connection,
            """
            SELECT 1 AS kind, a.id, a.public_id, a.email AS name, a.role, NULL, NULL FROM account a
            WHERE a.disabled_at IS NULL AND a.email LIKE $1 ESCAPE '\'
            UNION ALL
            SELECT 2, n.id, n.public_id, n.name, NULL, o.public_id, o.email FROM agent n JOIN account o ON o.id = n.owner_id
            WHERE n.archived_at IS NULL AND o.disabled_at IS NULL
              AND (n.name LIKE $1 ESCAPE '\' OR o.email LIKE $1 ESCAPE '\')
            ORDER BY kind, name COLLATE NOCASE, id LIMIT $2
            """
        );
        _keys = new(
            connection,
            """
            SELECT k.public_id, k.algorithm, k.spki, k.fingerprint, k.encryption_spki, k.encryption_key_signature, k.created_at,
                   k.proof, e.public_id, k.endorsement, k.expires_at
            FROM registered_key k LEFT JOIN registered_key e ON e.id = k.endorsed_by
            WHERE k.owner_kind = $1 AND k.owner_id = $2 AND k.state = 1 ORDER BY k.id
            """
        );
    }

    public static PrincipalCommands Create(DbConnection connection) => new(connection);

    /// <summary>Whether the principal is ADMIN of a vault that is not archived.</summary>
    public bool Administers(PrincipalRef principal) =>
        _administers.Any(principal.Kind, principal.Id);

    /// <summary>Whoever has the text in his name, an agent also by its owner's: people first, then agents, by name.</summary>
    public List<FoundPrincipal> Find(string text, int most)
    {
        var found = new List<(PrincipalRef, FoundPrincipal)>();
        using (var row = _find.Query(Pattern(text), (long)most))
        {
            while (row.Read())
            {
                var kind = (PrincipalKind)row.GetInt32(0);
                found.Add(
                    (
                        new PrincipalRef(kind, row.GetInt64(1)),
                        new FoundPrincipal
                        {
                            Kind = kind,
                            Id = row.Id(2),
                            Name = row.GetString(3),
                            Role = (Role?)row.OptionalLong(4),
                            OwnerId = row.OptionalId(5),
                            OwnerName = row.OptionalString(6),
                            Keys = [],
                        }
                    )
                );
            }
        }

        return [.. found.Select(f => f.Item2 with { Keys = KeysOf(f.Item1) })];
    }

    private List<PrincipalKey> KeysOf(PrincipalRef owner)
    {
        using var row = _keys.Query(owner.Kind, owner.Id);
        var keys = new List<PrincipalKey>();
        while (row.Read())
        {
            keys.Add(
                new PrincipalKey
                {
                    Id = row.Id(0),
                    Algorithm = (SignatureAlgorithm)row.GetInt32(1),
                    PublicKey = Pem.Write(Pem.PublicKey, row.Bytes(2)),
                    Fingerprint = Convert.ToHexStringLower(row.Bytes(3)),
                    EncryptionPublicKey = row.OptionalBytes(4) is { } encryption
                        ? Pem.Write(Pem.PublicKey, encryption)
                        : null,
                    EncryptionKeySignature = Base64(row.OptionalBytes(5)),
                    CreatedAt = row.Time(6),
                    Proof = Base64(row.OptionalBytes(7)),
                    EndorsedBy = row.OptionalId(8),
                    Endorsement = Base64(row.OptionalBytes(9)),
                    ExpiresAt = row.OptionalTime(10),
                }
            );
        }

        return keys;
    }

    private static string Pattern(string text) =>
        "%"
        + text.Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal)
        + "%";

    private static string? Base64(byte[]? bytes) =>
        bytes is null ? null : Convert.ToBase64String(bytes);
}
