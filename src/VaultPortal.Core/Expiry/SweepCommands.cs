using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>What the sweep keeps of objects, and the reminders that it makes.</summary>
internal sealed class SweepCommands : ICommandSet<SweepCommands>
{
    /// <summary>Of one reminder: with a copy and a mail each, and 100 webhooks, it fits into a step.</summary>
    public const int MostReceivers = 190;

    private const string Receives = """
        a.disabled_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM reminder_mute m WHERE m.account_id = a.id AND m.kind = $1 AND m.object_id = $2)
        """;

    /// <summary>$4 the row of the vault, $5 that of the item: nobody is told the name of what he may not see.</summary>
    private static readonly string Knows = ReminderSight.Knows("a", "$1", "$4", "$5");

    private readonly PreparedCommand _all;
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _keep;
    private readonly PreparedCommand _forget;
    private readonly PreparedCommand _addReminder;
    private readonly PreparedCommand _addCopy;
    private readonly PreparedCommand _account;
    private readonly PreparedCommand _person;
    private readonly PreparedCommand _admins;
    private readonly PreparedCommand _owners;
    private readonly PreparedCommand _knows;
    private readonly PreparedCommand _oldest;
    private readonly PreparedCommand _fromAhead;
    private readonly PreparedCommand _lastSweep;
    private readonly PreparedCommand _keepSweep;
    private readonly PreparedCommand _copies;
    private readonly PreparedCommand _eraseCopy;
    private readonly PreparedCommand _eraseReminder;

    private SweepCommands(DbConnection connection)
    {
        const string known = "state, expires_at, told, rotate_told_for";
        _all = new(connection, $"SELECT {known}, kind, object_id FROM known_lifetime");
        _find = new(
            connection,
            $"SELECT {known} FROM known_lifetime WHERE kind = $1 AND object_id = $2"
        );
        _keep = new(
            connection,
            """
            INSERT INTO known_lifetime (kind, object_id, state, expires_at, told, rotate_told_for) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (kind, object_id) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at,
                told = excluded.told, rotate_told_for = excluded.rotate_told_for
            """
        );
        _forget = new(connection, "DELETE FROM known_lifetime WHERE kind = $1 AND object_id = $2");
        // The index makes each reminder once, whatever is known; and after a later one of the same moment none is made.
        _addReminder = new(
            connection,
            $"""
            INSERT INTO reminder (public_id, kind, object_id, object_name, title, vault_id, reason, moment, offset_seconds, made_at)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
            WHERE NOT EXISTS (SELECT 1 FROM reminder
                    WHERE kind = $2 AND object_id = $3 AND reason = $7 AND moment = $8 AND offset_seconds < $9)
                AND NOT ($7 = {(int)
                ReminderReason.DueSoon} AND EXISTS (SELECT 1 FROM reminder
                    WHERE kind = $2 AND object_id = $3 AND reason = {(int)
                ReminderReason.Expired} AND moment = $8))
            ON CONFLICT (kind, object_id, reason, moment, offset_seconds) DO NOTHING RETURNING id
            """
        );
        _addCopy = new(
            connection,
            "INSERT INTO reminder_copy (account_id, reminder_id) VALUES ($1, $2)"
        );
        _account = new(
            connection,
            $"SELECT a.id FROM account a WHERE a.id = $3 AND {Receives} AND {Knows}"
        );
        _person = new(
            connection,
            $"SELECT a.id FROM account a WHERE a.public_id = $3 AND {Receives} AND {Knows}"
        );
        _admins = new(
            connection,
            $"""
            SELECT a.id FROM access_grant g JOIN account a ON a.id = g.principal_id
            WHERE g.asset_kind = 1 AND g.asset_id = $3 AND g.principal_kind = 1 AND g.ended IS NULL
              AND g.level = {(int)AccessLevel.Admin} AND {Receives}
            """
        );
        _owners = new(
            connection,
            $"SELECT a.id FROM account a WHERE a.role = {(int)Role.Owner} AND {Receives}"
        );
        _knows = new(
            connection,
            $"SELECT a.id FROM account a WHERE a.id = $3 AND $2 = $2 AND {Knows}"
        );
        _oldest = new(
            connection,
            "SELECT id FROM reminder WHERE made_at < $1 ORDER BY made_at LIMIT 1"
        );
        _fromAhead = new(
            connection,
            """
            SELECT id FROM reminder WHERE kind = $1 AND object_id = $2 AND moment - offset_seconds * 1000000 > $3 LIMIT 1
            """
        );
        _lastSweep = new(connection, "SELECT updated_at FROM long_job WHERE name = $1");
        _keepSweep = new(
            connection,
            """
            INSERT INTO long_job (name, cursor, done, total, detail, started_at, updated_at) VALUES ($1, 0, 0, 0, '', $2, $2)
            ON CONFLICT (name) DO UPDATE SET updated_at = excluded.updated_at
            """
        );
        // By the key of the copies, which begins with the account: there are few accounts.
        _copies = new(
            connection,
            """
            SELECT c.account_id FROM account a CROSS JOIN reminder_copy c ON c.account_id = a.id AND c.reminder_id = $1
            """
        );
        _eraseCopy = new(
            connection,
            "DELETE FROM reminder_copy WHERE account_id = $1 AND reminder_id = $2"
        );
        _eraseReminder = new(connection, "DELETE FROM reminder WHERE id = $1");
    }

    public static SweepCommands Create(DbConnection connection) => new(connection);

    public Dictionary<(LifetimeKind Kind, long Id), KnownState> All()
    {
        var all = new Dictionary<(LifetimeKind, long), KnownState>();
        using var row = _all.Query();
        while (row.Read())
        {
            all.Add(((LifetimeKind)row.GetInt32(4), row.GetInt64(5)), Read(row));
        }

        return all;
    }

    /// <summary>Null = nothing is kept of it.</summary>
    public KnownState? Find(LifetimeKind kind, long id)
    {
        using var row = _find.Query(kind, id);
        return row.Read() ? Read(row) : null;
    }

    public void Keep(LifetimeKind kind, long id, KnownState state) =>
        _keep.ExecuteOne(
            kind,
            id,
            state.State,
            state.ExpiresAt,
            ToldOffsets.Write(state.Told, state.RotateTold),
            state.RotateToldFor
        );

    public int Forget(LifetimeKind kind, long id) => _forget.Execute(kind, id);

    /// <summary>The row of a new reminder; null when it was made before, or one that came after it.</summary>
    public long? AddReminder(
        LifetimeRow of,
        ReminderReason reason,
        DateTimeOffset moment,
        long offset,
        DateTimeOffset now
    ) =>
        _addReminder.Number(
            PublicId.New(now),
            of.Kind,
            of.Id,
            of.Object.Id,
            of.Title,
            of.Traits.VaultId,
            reason,
            moment,
            offset,
            now
        );

    public void AddCopy(long account, long reminder) => _addCopy.ExecuteOne(account, reminder);

    /// <summary>
    /// Who is reminded of an object: whom the policy names, of those whose account counts, who may know of it and did not mute it;
    /// at most <see cref="MostReceivers"/>, the oldest accounts; nobody left = every Owner, whether he may know what it is called or not (<see cref="MayName"/>).
    /// </summary>
    public SortedSet<long> Receivers(LifetimeRow of, ExpiryPolicy? policy)
    {
        var receivers = new SortedSet<long>();
        if (policy?.RemindsCreator != false && of.AccountId is { } creator)
        {
            AddAll(receivers, Ask(_account, of, creator));
        }

        if (policy?.RemindsAdmins != false && of.Traits.VaultId != 0)
        {
            AddAll(receivers, _admins.Query(of.Kind, of.Id, of.Traits.VaultId));
        }

        foreach (
            var named in (policy?.RemindedPeople ?? "").Split(
                ',',
                StringSplitOptions.RemoveEmptyEntries
            )
        )
        {
            if (PublicId.TryParse(named, out var person))
            {
                AddAll(receivers, Ask(_person, of, person));
            }
        }

        if (receivers.Count == 0)
        {
            AddAll(receivers, _owners.Query(of.Kind, of.Id));
        }

        return [.. receivers.Take(MostReceivers)];
    }

    /// <summary>Whether an account may know at this moment what the object is called.</summary>
    public bool MayName(LifetimeRow of, long account)
    {
        using var row = Ask(_knows, of, account);
        return row.Read();
    }

    private static PreparedRows Ask(PreparedCommand about, LifetimeRow of, object account) =>
        about.Query(of.Kind, of.Id, account, of.Traits.VaultId, of.ItemRow);

    /// <summary>Erases the oldest reminder if it was made before that; how many rows went with it, 0 = there is none.</summary>
    public int EraseOldest(DateTimeOffset madeBefore)
    {
        return _oldest.Number(madeBefore) is { } reminder ? Erase(reminder) : 0;
    }

    /// <summary>The row of a reminder of the object whose time is later than that: only a clock that has gone back since can have made it.</summary>
    public long? FromAhead(LifetimeRow of, DateTimeOffset after) =>
        _fromAhead.Number(of.Kind, of.Id, after);

    /// <summary>When the last whole sweep ended; null = there was none yet.</summary>
    public DateTimeOffset? LastSweep()
    {
        using var row = _lastSweep.Query(ExpirySweep.Lease);
        return row.Read() ? row.Time(0) : null;
    }

    public void KeepSweep(DateTimeOffset now) => _keepSweep.ExecuteOne(ExpirySweep.Lease, now);

    /// <summary>Erases a reminder with its copies; how many rows that were.</summary>
    public int Erase(long reminder)
    {
        var accounts = new SortedSet<long>();
        AddAll(accounts, _copies.Query(reminder));
        foreach (var account in accounts)
        {
            _eraseCopy.ExecuteOne(account, reminder);
        }

        _eraseReminder.ExecuteOne(reminder);
        return accounts.Count + 1;
    }

    private static void AddAll(SortedSet<long> ids, PreparedRows rows)
    {
        using (rows)
        {
            while (rows.Read())
            {
                ids.Add(rows.GetInt64(0));
            }
        }
    }

    private static KnownState Read(PreparedRows row)
    {
        var (told, rotateTold) = ToldOffsets.Read(row.OptionalLong(2));
        return new(
            (ExpiryState)row.GetInt32(0),
            row.OptionalTime(1),
            told,
            row.OptionalTime(3),
            rotateTold
        );
    }
}
