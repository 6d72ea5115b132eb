using System.Text;
using System.Text.Json;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>What webhooks, mails and answers call reasons, and what they are told. Never a value.</summary>
public static class ReminderText
{
    public static string WireName(this ReminderReason reason) =>
        reason switch
        {
            ReminderReason.DueSoon => "due-soon",
            ReminderReason.Rotation => "rotation",
            ReminderReason.Expired => "expired",
            _ => throw new ArgumentOutOfRangeException(nameof(reason)),
        };

    /// <summary>The event that webhooks choose.</summary>
    /// <param name="offset">How long before its moment the reminder comes.</param>
    public static string EventName(this ReminderReason reason, long offset) =>
        reason switch
        {
            ReminderReason.DueSoon => "expiry.due_soon",
            ReminderReason.Rotation when offset > 0 => "expiry.due_soon",
            ReminderReason.Rotation => "expiry.overdue",
            ReminderReason.Expired => "expiry.expired",
            _ => throw new ArgumentOutOfRangeException(nameof(reason)),
        };

    /// <summary>The members of an event for webhooks, a JSON object: whoever set them up may see no vault, so no name of one goes there.</summary>
    internal static string ForWebhooks(
        LifetimeRow of,
        ReminderReason reason,
        DateTimeOffset moment,
        ExpiryState state
    ) =>
        Data(
            of,
            reason,
            moment,
            state,
            ReminderSight.IsOfVault(of.Kind) ? Naming.None : Naming.All
        );

    /// <summary>The same for a mail to somebody who may know the object's name, or who may not.</summary>
    internal static string ForMail(
        LifetimeRow of,
        ReminderReason reason,
        DateTimeOffset moment,
        ExpiryState state,
        bool named
    ) => Data(of, reason, moment, state, named ? Naming.All : Naming.Vault);

    private static string Data(
        LifetimeRow of,
        ReminderReason reason,
        DateTimeOffset moment,
        ExpiryState state,
        Naming naming
    )
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", of.Kind.WireName());
            if (naming != Naming.Vault)
            {
                writer.WriteString("id", of.Object.Id);
            }

            // A field has no page of its own.
            if (of.Kind == LifetimeKind.Field && naming != Naming.Vault && of.ItemId is { } item)
            {
                writer.WriteString("itemId", item.ToString());
            }

            if (naming != Naming.None)
            {
                writer.WriteString(
                    "title",
                    naming == Naming.All ? of.Title : ReminderSight.NeutralTitle(of.Kind)
                );
            }

            if (of.VaultId is { } vault)
            {
                writer.WriteString("vaultId", vault.ToString());
                if (naming != Naming.None)
                {
                    writer.WriteString("vaultName", of.VaultName);
                }
            }

            writer.WriteString("reason", reason.WireName());
            writer.WriteString(
                reason == ReminderReason.Rotation ? "rotateAt" : "expiresAt",
                UtcTime.ToText(moment)
            );
            writer.WriteString("state", state.WireName());
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private enum Naming
    {
        /// <summary>No name at all; the ids say enough to whoever may look.</summary>
        None,

        /// <summary>The vault, and of the object neither name nor id.</summary>
        Vault,

        /// <summary>The object and its vault.</summary>
        All,
    }
}
