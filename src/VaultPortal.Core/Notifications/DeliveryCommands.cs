using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Notifications;

/// <summary>Prepared reads and writes of messages on their way.</summary>
internal sealed class DeliveryCommands : ICommandSet<DeliveryCommands>
{
    public const int EraseBatch = 500;

    /// <summary>Most messages that are put off in one item; what is left is put off with the next try.</summary>
    private const long MostPutOff = 400;

    private readonly PreparedCommand _due;
    private readonly PreparedCommand _record;
    private readonly PreparedCommand _putOff;
    private readonly PreparedCommand _disable;
    private readonly PreparedCommand _erase;

    private DeliveryCommands(DbConnection connection)
    {
        _due = new(
            connection,
            """
            SELECT d.id, d.public_id, d.channel, d.webhook_id, d.event_type, d.body, d.attempts, d.created_at,
                w.public_id, w.url, w.sealed_secret, w.allows_private_address, w.disabled_at, a.email
            FROM delivery d
            LEFT JOIN webhook w ON w.id = d.webhook_id
            LEFT JOIN account a ON a.id = d.account_id AND a.disabled_at IS NULL
            WHERE d.next_at IS NOT NULL AND d.next_at <= $1 AND d.webhook_id NOT IN (SELECT value FROM json_each($2))
                AND (d.webhook_id = 0 OR $3)
            ORDER BY d.next_at, d.id LIMIT 1
            """
        );
        // Whoever tried it meanwhile, after this process lost its turn, has counted it on.
        _record = new(
            connection,
            """
            UPDATE delivery SET attempts = attempts + 1, state = $3, next_at = $4, last_status = $5, last_problem = $6, done_at = $7
            WHERE id = $1 AND attempts = $2 AND state = 1
            """
        );
        _putOff = new(
            connection,
            """
            UPDATE delivery SET next_at = $2
            WHERE id IN (
                SELECT id FROM delivery WHERE webhook_id = $1 AND webhook_id <> 0 AND state = 1 AND next_at < $2
                ORDER BY id LIMIT $3)
            """
        );
        _disable = new(
            connection,
            "UPDATE webhook SET disabled_at = $2, updated_at = $2, version = version + 1 WHERE id = $1 AND disabled_at IS NULL"
        );
        _erase = new(
            connection,
            """
            DELETE FROM delivery WHERE id IN (
                SELECT id FROM delivery WHERE done_at IS NOT NULL AND done_at <= $1 ORDER BY done_at LIMIT $2)
            """
        );
    }

    public static DeliveryCommands Create(DbConnection connection) => new(connection);

    /// <summary>The message that has waited longest, of those that go elsewhere than <paramref name="busy"/>.</summary>
    /// <param name="now">What is due until now.</param>
    /// <param name="busy">Rows of webhooks as a JSON array; 0 stands for mail.</param>
    /// <param name="toWebhooks">False = mails only.</param>
    public DueDelivery? NextDue(DateTimeOffset now, string busy, bool toWebhooks)
    {
        using var row = _due.Query(now, busy, toWebhooks);
        if (!row.Read())
        {
            return null;
        }

        return new DueDelivery
        {
            Row = row.GetInt64(0),
            Id = row.Id(1),
            Channel = (DeliveryChannel)row.GetInt64(2),
            WebhookRow = row.GetInt64(3),
            EventType = row.GetString(4),
            Body = row.GetString(5),
            Attempts = row.GetInt32(6),
            CreatedAt = row.Time(7),
            Webhook = row.IsDBNull(8)
                ? null
                : new WebhookTarget(
                    row.Id(8),
                    row.GetString(9),
                    row.Bytes(10),
                    row.GetBoolean(11),
                    !row.IsDBNull(12)
                ),
            MailTo = row.OptionalString(13),
        };
    }

    /// <summary>Writes what came of a try; false when somebody else has tried it meanwhile, or ended it.</summary>
    /// <param name="next">When it is tried again; null = it is done.</param>
    public bool Record(
        DueDelivery due,
        SendOutcome outcome,
        DateTimeOffset? next,
        DateTimeOffset now
    ) =>
        _record.Execute(
            due.Row,
            due.Attempts,
            outcome.Verdict == SendVerdict.Delivered ? DeliveryState.Delivered
                : next is null ? DeliveryState.Failed
                : DeliveryState.Waiting,
            next,
            outcome.Status,
            outcome.Problem,
            next is null ? now : null
        ) == 1;

    /// <summary>What waits for a webhook is not tried before then.</summary>
    public void PutOff(long webhook, DateTimeOffset until) =>
        _putOff.Execute(webhook, until, MostPutOff);

    /// <summary>False when it is disabled already.</summary>
    public bool Disable(long webhook, DateTimeOffset now) => _disable.Execute(webhook, now) == 1;

    /// <summary>Erases messages that were done by then; how many.</summary>
    public int Erase(DateTimeOffset oldest) => _erase.Execute(oldest, (long)EraseBatch);
}
