using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Notifications;

/// <summary>
/// Puts messages on their way in the transaction of what they tell of, so that neither can be without the other. They are sent later
/// (<see cref="Delivery"/>).
/// </summary>
public sealed class Outbox : ICommandSet<Outbox>
{
    private readonly PreparedCommand _webhooks;
    private readonly PreparedCommand _add;

    private Outbox(DbConnection connection)
    {
        // Between commas, so that no event is found in the name of another.
        _webhooks = new(
            connection,
            """
            SELECT id FROM webhook
            WHERE disabled_at IS NULL AND instr(',' || events || ',', ',' || $1 || ',') > 0
            """
        );
        _add = new(
            connection,
            """
            INSERT INTO delivery (public_id, channel, webhook_id, account_id, event_type, body, state, attempts, next_at, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, 1, 0, $7, $7)
            """
        );
    }

    public static Outbox Create(DbConnection connection) => new(connection);

    /// <summary>Tells every webhook that wants such events; answers how many rows that were.</summary>
    /// <param name="data">The members of the event, a JSON object without any value.</param>
    /// <param name="exceptFor">The row of a webhook that was told already; 0 = none.</param>
    public int Announce(WriteScope scope, string eventType, string data, long exceptFor = 0)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var webhooks = Wanting(eventType);
        webhooks.Remove(exceptFor);
        foreach (var webhook in webhooks)
        {
            Tell(scope, webhook, eventType, data);
        }

        return webhooks.Count;
    }

    /// <summary>How many webhooks <see cref="Announce"/> would tell.</summary>
    public int CountWanting(string eventType) => Wanting(eventType).Count;

    private List<long> Wanting(string eventType)
    {
        var webhooks = new List<long>();
        using var row = _webhooks.Query(eventType);
        while (row.Read())
        {
            webhooks.Add(row.GetInt64(0));
        }

        return webhooks;
    }

    /// <summary>Tells one webhook.</summary>
    /// <returns>The id of the message.</returns>
    public PublicId Tell(WriteScope scope, long webhook, string eventType, string data)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return Add(
            scope,
            DeliveryChannel.Webhook,
            webhook,
            0,
            eventType,
            // The payload of Standard Webhooks 1.0.
            $$"""{"type":"{{eventType}}","timestamp":"{{UtcTime.ToText(scope.Now)}}","data":{{data}}}"""
        );
    }

    /// <summary>Sends a mail to an account; the caller asks before whether mail is switched on.</summary>
    /// <returns>The id of the message.</returns>
    public PublicId Mail(WriteScope scope, long account, string eventType, string data)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return Add(scope, DeliveryChannel.Mail, 0, account, eventType, data);
    }

    private PublicId Add(
        WriteScope scope,
        DeliveryChannel channel,
        long webhook,
        long account,
        string eventType,
        string body
    )
    {
        var id = PublicId.New(scope.Now);
        _add.ExecuteOne(id, channel, webhook, account, eventType, body, scope.Now);
        return id;
    }
}
