using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>Reminders as their receivers see and answer them.</summary>
internal sealed class ReminderCommands : ICommandSet<ReminderCommands>
{
    private const string OfAccount = """
        FROM reminder_copy c CROSS JOIN reminder r ON r.id = c.reminder_id
        JOIN account a ON a.id = c.account_id
        LEFT JOIN reminder_mute m ON m.account_id = c.account_id AND m.kind = r.kind AND m.object_id = r.object_id
        """;

    /// <summary>$2 now: what counts in the bell.</summary>
    private const string Open =
        "c.acknowledged_at IS NULL AND (c.snoozed_until IS NULL OR c.snoozed_until <= $2) AND m.account_id IS NULL";

    private static readonly string Knows = ReminderSight.Knows(
        "a",
        "r.kind",
        "r.vault_id",
        $"""
        CASE r.kind WHEN {(int)LifetimeKind.VaultItem} THEN r.object_id
            ELSE (SELECT item_id FROM field WHERE id = r.object_id) END
        """
    );

    /// <summary>Whose grant has ended is not reminded any more; an Owner is, but not told the name.</summary>
    private static readonly string Shown = $"(a.role = {(int)Role.Owner} OR {Knows})";

    private readonly PreparedCommand _list;
    private readonly PreparedCommand _countOpen;
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _acknowledge;
    private readonly PreparedCommand _snooze;
    private readonly PreparedCommand _mute;
    private readonly PreparedCommand _unmute;
    private readonly PreparedCommand _muted;
    private readonly PreparedCommand _unmuteObject;

    private ReminderCommands(DbConnection connection)
    {
        _list = new(
            connection,
            $"""
            SELECT r.id, r.public_id, r.kind, r.object_name, r.title, v.public_id, v.name, i.public_id, r.reason, r.moment,
                   r.made_at, c.acknowledged_at, c.snoozed_until, m.account_id IS NOT NULL, {Knows}
            {OfAccount}
            LEFT JOIN vault v ON v.id = r.vault_id
            LEFT JOIN field f ON r.kind = {(int)LifetimeKind.Field} AND f.id = r.object_id
            LEFT JOIN vault_item i
                ON i.id = CASE r.kind WHEN {(int)
                LifetimeKind.VaultItem} THEN r.object_id ELSE f.item_id END
            WHERE c.account_id = $1 AND c.reminder_id < $4 AND ($3 = 0 OR ({Open})) AND {Shown}
            ORDER BY c.reminder_id DESC LIMIT $5
            """
        );
        _countOpen = new(
            connection,
            $"SELECT count(*) {OfAccount} WHERE c.account_id = $1 AND {Open} AND {Shown}"
        );
        _find = new(
            connection,
            """
            SELECT r.id FROM reminder r JOIN reminder_copy c ON c.account_id = $1 AND c.reminder_id = r.id
            WHERE r.public_id = $2
            """
        );
        _acknowledge = new(
            connection,
            """
            UPDATE reminder_copy SET acknowledged_at = coalesce(acknowledged_at, $3) WHERE account_id = $1 AND reminder_id = $2
            """
        );
        _snooze = new(
            connection,
            "UPDATE reminder_copy SET snoozed_until = $3 WHERE account_id = $1 AND reminder_id = $2"
        );
        _mute = new(
            connection,
            """
            INSERT INTO reminder_mute (account_id, kind, object_id, muted_at)
            SELECT $1, kind, object_id, $3 FROM reminder WHERE id = $2 ON CONFLICT DO NOTHING
            """
        );
        _unmute = new(
            connection,
            """
            DELETE FROM reminder_mute
            WHERE account_id = $1 AND (kind, object_id) = (SELECT kind, object_id FROM reminder WHERE id = $2)
            """
        );
        _muted = new(
            connection,
            "SELECT kind, object_id, muted_at FROM reminder_mute WHERE account_id = $1"
        );
        _unmuteObject = new(
            connection,
            "DELETE FROM reminder_mute WHERE account_id = $1 AND kind = $2 AND object_id = $3"
        );
    }

    public static ReminderCommands Create(DbConnection connection) => new(connection);

    /// <summary>The newest first, with their rows.</summary>
    /// <param name="sight">What the caller's credential reaches: a key that reads no vaults is told no names of what is in them.</param>
    /// <param name="before">Only those of smaller rows.</param>
    public List<(long Row, ReminderView View)> List(
        long account,
        VaultSight sight,
        bool openOnly,
        long before,
        int take,
        DateTimeOffset now
    )
    {
        var reminders = new List<(long, ReminderView)>();
        using var row = _list.Query(account, now, openOnly, before, (long)take);
        while (row.Read())
        {
            var view = Read(row);
            var isKnown = row.GetBoolean(14) && sight.Names;
            reminders.Add(
                (
                    row.GetInt64(0),
                    isKnown || !ReminderSight.IsOfVault(view.Object.Kind)
                        ? view
                        : view with
                        {
                            Title = ReminderSight.NeutralTitle(view.Object.Kind),
                            ItemId = null,
                            VaultId = sight.Vaults ? view.VaultId : null,
                            VaultName = sight.Vaults ? view.VaultName : null,
                        }
                )
            );
        }

        return reminders;
    }

    public int CountOpen(long account, DateTimeOffset now) =>
        (int)_countOpen.Number(account, now)!.Value;

    private static ReminderView Read(PreparedRows row) =>
        new()
        {
            Id = row.Id(1),
            Object = new LifetimeRef((LifetimeKind)row.GetInt32(2), row.GetString(3)),
            Title = row.GetString(4),
            VaultId = row.OptionalId(5),
            VaultName = row.OptionalString(6),
            ItemId = row.OptionalId(7),
            Reason = (ReminderReason)row.GetInt32(8),
            Moment = row.Time(9),
            MadeAt = row.Time(10),
            AcknowledgedAt = row.OptionalTime(11),
            SnoozedUntil = row.OptionalTime(12),
            Muted = row.GetBoolean(13),
        };

    /// <summary>The row of a reminder of this account.</summary>
    public long? Find(long account, PublicId id) => _find.Number(account, id);

    public void Acknowledge(long account, long reminder, DateTimeOffset now) =>
        _acknowledge.ExecuteOne(account, reminder, now);

    public void Snooze(long account, long reminder, DateTimeOffset until) =>
        _snooze.ExecuteOne(account, reminder, until);

    /// <summary>The object that the reminder is about; muting it twice is no error.</summary>
    public void Mute(long account, long reminder, DateTimeOffset now) =>
        _mute.Execute(account, reminder, now);

    public void Unmute(long account, long reminder) => _unmute.Execute(account, reminder);

    /// <summary>The rows of the objects that an account is not reminded of, and since when.</summary>
    public Dictionary<(LifetimeKind Kind, long Id), DateTimeOffset> Muted(long account)
    {
        var muted = new Dictionary<(LifetimeKind, long), DateTimeOffset>();
        using var row = _muted.Query(account);
        while (row.Read())
        {
            muted.Add(((LifetimeKind)row.GetInt32(0), row.GetInt64(1)), row.Time(2));
        }

        return muted;
    }

    /// <summary>False when it was not muted.</summary>
    public bool UnmuteObject(long account, LifetimeKind kind, long id) =>
        _unmuteObject.Execute(account, kind, id) == 1;
}

/// <param name="Names">Whether the caller reads vaults at all, as far as the account's grants reach.</param>
/// <param name="Vaults">Whether the caller knows which vaults there are, also without a grant.</param>
internal readonly record struct VaultSight(bool Names, bool Vaults);
