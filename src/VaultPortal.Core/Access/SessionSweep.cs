using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>Removes sessions 30 days after their end. That they were is in the audit, which keeps it.</summary>
public sealed class SessionSweep(WriteQueue queue)
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>Rows that one step looks at.</summary>
    internal const int AtOnce = 500;

    /// <summary>
    /// From the oldest on, in steps that leave room for others, as far as sessions began long enough ago: what began later cannot have
    /// ended before.
    /// </summary>
    public async Task SweepAsync(Caller caller, CancellationToken cancellation)
    {
        for (long? from = 0; from is { } after; )
        {
            from = await queue.RunStepAsync(scope => Step(scope, caller, after), cancellation);
        }
    }

    /// <summary>Answers where the next step begins; null when there is nothing to find there.</summary>
    private static long? Step(WriteScope scope, Caller caller, long after)
    {
        var commands = scope.Commands<SessionSweepCommands>();
        var looked = commands.Look(after, scope.Now - Kept, AtOnce);
        var ended = looked.FindAll(session => session.IsOver);
        ended.ForEach(session => commands.Delete(session.Id));
        if (ended.Count > 0)
        {
            scope.Audit(caller, "session.sweep", "sessions", "ok", ended.Count);
        }

        return looked.Count == AtOnce ? looked[^1].Id : null;
    }
}

/// <param name="IsOver">Whether it ended long enough ago.</param>
internal sealed record OldSession(long Id, bool IsOver);

internal sealed class SessionSweepCommands : ICommandSet<SessionSweepCommands>
{
    private readonly PreparedCommand _look;
    private readonly PreparedCommand _delete;

    private SessionSweepCommands(DbConnection connection)
    {
        _look = new(
            connection,
            """
            SELECT id, MIN(expires_at, COALESCE(revoked_at, expires_at)) < $2
            FROM (SELECT * FROM portal_session WHERE id > $1 ORDER BY id LIMIT $3) WHERE created_at < $2 ORDER BY id
            """
        );
        _delete = new(connection, "DELETE FROM portal_session WHERE id = $1");
    }

    public static SessionSweepCommands Create(DbConnection connection) => new(connection);

    /// <summary>Of the next sessions by their number those that began before a moment.</summary>
    public List<OldSession> Look(long after, DateTimeOffset before, int most)
    {
        using var row = _look.Query(after, before, most);
        var sessions = new List<OldSession>();
        while (row.Read())
        {
            sessions.Add(new(row.GetInt64(0), row.GetInt64(1) != 0));
        }

        return sessions;
    }

    public void Delete(long id) => _delete.ExecuteOne(id);
}
