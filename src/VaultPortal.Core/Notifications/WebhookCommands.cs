using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Notifications;

/// <summary>Prepared reads of webhooks and of their delivery logs, and what ends the messages of one.</summary>
internal sealed class WebhookCommands : ICommandSet<WebhookCommands>
{
    /// <summary>Most waiting messages that end with their webhook in one item; the rest ends when it is due.</summary>
    private const long MostEnded = 400;

    private readonly PreparedCommand _find;
    private readonly PreparedCommand _all;
    private readonly PreparedCommand _count;
    private readonly PreparedCommand _rowOf;
    private readonly PreparedCommand _deliveries;
    private readonly PreparedCommand _delivery;
    private readonly PreparedCommand _fail;
    private readonly PreparedCommand _again;

    private WebhookCommands(DbConnection connection)
    {
        // The partial index is taken only where its condition stands written out.
        const string columns = """
            SELECT w.public_id, w.name, w.url, w.events, w.allows_private_address, w.disabled_at, w.version, w.created_at,
                w.updated_at,
                (SELECT count(*) FROM delivery d WHERE d.webhook_id = w.id AND d.webhook_id <> 0 AND d.state = 1),
                (SELECT d.state FROM delivery d WHERE d.webhook_id = w.id AND d.webhook_id <> 0 AND d.state <> 1
                    ORDER BY d.id DESC LIMIT 1)
            FROM webhook w
            """;
        const string log = """
            SELECT public_id, event_type, state, attempts, next_at, last_status, last_problem, created_at, done_at FROM delivery
            WHERE webhook_id = $1 AND webhook_id <> 0
            """;
        _find = new(connection, $"{columns} WHERE w.public_id = $1");
        _all = new(connection, $"{columns} ORDER BY w.name COLLATE NOCASE, w.id");
        _count = new(connection, "SELECT count(*) FROM webhook");
        _rowOf = new(connection, "SELECT id FROM webhook WHERE public_id = $1");
        _deliveries = new(
            connection,
            $"""
            {log} AND id < coalesce((SELECT id FROM delivery WHERE public_id = $2), 9223372036854775807)
            ORDER BY id DESC LIMIT $3
            """
        );
        _delivery = new(connection, $"{log} AND public_id = $2");
        _fail = new(
            connection,
            """
            UPDATE delivery SET state = 3, next_at = NULL, done_at = $2, last_problem = $3
            WHERE id IN (SELECT id FROM delivery WHERE webhook_id = $1 AND webhook_id <> 0 AND state = 1 ORDER BY id LIMIT $4)
            """
        );
        _again = new(
            connection,
            """
            UPDATE delivery SET state = 1, next_at = $3, done_at = NULL
            WHERE webhook_id = $1 AND webhook_id <> 0 AND public_id = $2 AND state <> 1
            """
        );
    }

    public static WebhookCommands Create(DbConnection connection) => new(connection);

    public WebhookView? Find(PublicId id)
    {
        using var row = _find.Query(id);
        return row.Read() ? Read(row) : null;
    }

    public List<WebhookView> All()
    {
        var webhooks = new List<WebhookView>();
        using var row = _all.Query();
        while (row.Read())
        {
            webhooks.Add(Read(row));
        }

        return webhooks;
    }

    public long Count() => _count.Number()!.Value;

    public long? RowOf(PublicId id) => _rowOf.Number(id);

    /// <summary>The log, newest first, from behind a message on; null = from the newest.</summary>
    public List<DeliveryView> Deliveries(long webhook, PublicId? after, int most)
    {
        var deliveries = new List<DeliveryView>();
        using var row = _deliveries.Query(webhook, after, (long)most);
        while (row.Read())
        {
            deliveries.Add(ReadDelivery(row));
        }

        return deliveries;
    }

    public DeliveryView? Delivery(long webhook, PublicId id)
    {
        using var row = _delivery.Query(webhook, id);
        return row.Read() ? ReadDelivery(row) : null;
    }

    /// <summary>Ends what waits, without another try.</summary>
    public void FailWaiting(long webhook, string problem, DateTimeOffset now) =>
        _fail.Execute(webhook, now, problem, MostEnded);

    /// <summary>Puts a message that is done on its way once more; false where there is none.</summary>
    public bool Again(long webhook, PublicId id, DateTimeOffset now) =>
        _again.Execute(webhook, id, now) == 1;

    private static WebhookView Read(PreparedRows row) =>
        new()
        {
            Id = row.Id(0),
            Name = row.GetString(1),
            Url = row.GetString(2),
            Events = row.GetString(3).Split(','),
            AllowsPrivateAddress = row.GetBoolean(4),
            DisabledAt = row.OptionalTime(5),
            Version = row.GetInt64(6),
            CreatedAt = row.Time(7),
            UpdatedAt = row.Time(8),
            Waiting = row.GetInt64(9),
            LastState = (DeliveryState?)row.OptionalLong(10),
        };

    private static DeliveryView ReadDelivery(PreparedRows row) =>
        new()
        {
            Id = row.Id(0),
            EventType = row.GetString(1),
            State = (DeliveryState)row.GetInt64(2),
            Attempts = row.GetInt32(3),
            NextAt = row.OptionalTime(4),
            LastStatus = (int?)row.OptionalLong(5),
            LastProblem = row.OptionalString(6),
            CreatedAt = row.Time(7),
            DoneAt = row.OptionalTime(8),
        };
}
