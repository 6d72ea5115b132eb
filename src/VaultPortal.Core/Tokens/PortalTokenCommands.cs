using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Tokens;

/// <summary>What this portal's own tokens are checked by. Nothing is cached: two point look-ups a token, so that a key rotated by a command is known at once.</summary>
internal sealed class PortalTokenCommands : ICommandSet<PortalTokenCommands>
{
    private readonly PreparedCommand _key;
    private readonly PreparedCommand _keys;
    private readonly PreparedCommand _session;

    private PortalTokenCommands(DbConnection connection)
    {
        const string good = "(retired_at IS NULL OR retired_at > $1)";
        _key = new(
            connection,
            $"SELECT public_key FROM portal_signing_key WHERE {good} AND fingerprint = $2"
        );
        _keys = new(
            connection,
            $"SELECT public_key FROM portal_signing_key WHERE {good} ORDER BY created_at DESC, fingerprint"
        );
        _session = new(
            connection,
            """
            SELECT s.id, a.id, a.public_id FROM portal_session s JOIN account a ON a.id = s.account_id
            WHERE s.token_hash = $1 AND s.kind = 2 AND s.revoked_at IS NULL AND s.expires_at > $2 AND a.disabled_at IS NULL
            """
        );
    }

    public static PortalTokenCommands Create(DbConnection connection) => new(connection);

    /// <summary>The portal's key with this fingerprint, unless it was retired before <paramref name="oldest"/>.</summary>
    public VerificationKey? FindKey(string fingerprint, DateTimeOffset oldest)
    {
        using var row = _key.Query(oldest, fingerprint);
        return row.Read()
            ? VerificationKey.FromSpki(row.Bytes(0), SignatureAlgorithm.Ed25519)
            : null;
    }

    /// <summary>The present key and those retired since <paramref name="oldest"/>, newest first.</summary>
    public List<VerificationKey> Keys(DateTimeOffset oldest)
    {
        var keys = new List<VerificationKey>();
        using var row = _keys.Query(oldest);
        while (row.Read())
        {
            keys.Add(VerificationKey.FromSpki(row.Bytes(0), SignatureAlgorithm.Ed25519));
        }

        return keys;
    }

    /// <summary>The session of an access token that is good now, with its account.</summary>
    public TokenSession? FindSession(byte[] tokenHash, DateTimeOffset now)
    {
        using var row = _session.Query(tokenHash, now);
        return row.Read() ? new TokenSession(row.GetInt64(0), row.GetInt64(1), row.Id(2)) : null;
    }
}

internal sealed record TokenSession(long Id, long AccountId, PublicId AccountPublicId);
