using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>What every request of the portal asks about its session, and what is written about use.</summary>
internal sealed class SessionCommands : ICommandSet<SessionCommands>
{
    private readonly PreparedCommand _active;
    private readonly PreparedCommand _seen;

    private SessionCommands(DbConnection connection)
    {
        _active = new(
            connection,
            """
            SELECT s.id, a.id, a.public_id, a.email, a.role
            FROM portal_session s JOIN account a ON a.id = s.account_id
            WHERE s.token_hash = $1 AND s.account_id = $2 AND s.kind = 1 AND s.revoked_at IS NULL AND s.expires_at > $3
              AND a.disabled_at IS NULL
            """
        );
        _seen = new(
            connection,
            """
            UPDATE portal_session SET last_seen_at = $2, expires_at = MAX(expires_at, MIN($2 + $3, created_at + $4))
            WHERE id = $1 AND kind = 1 AND revoked_at IS NULL AND expires_at > $2 AND last_seen_at < $2
            """
        );
    }

    public static SessionCommands Create(DbConnection connection) => new(connection);

    public ActiveSession? Find(byte[] tokenHash, long accountId, DateTimeOffset now)
    {
        using var row = _active.Query(tokenHash, accountId, now);
        return row.Read()
            ? new ActiveSession(
                row.GetInt64(0),
                row.GetInt64(1),
                row.Id(2),
                row.GetString(3),
                (Role)row.GetInt32(4)
            )
            : null;
    }

    /// <summary>Moves the end of a session that is still good, as far as its longest life lets it.</summary>
    public void Seen(long id, DateTimeOffset at, SessionLengths lengths) =>
        _seen.Execute(
            id,
            at,
            (long)lengths.Idle.TotalMicroseconds,
            (long)lengths.Longest.TotalMicroseconds
        );
}
