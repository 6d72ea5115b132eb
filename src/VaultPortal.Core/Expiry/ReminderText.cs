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
    public static string EventName(this ReminderReason reason) =>
        reason switch
        {
            ReminderReason.DueSoon => "expiry.due_soon",
            ReminderReason.Rotation => "expiry.overdue",
            ReminderReason.Expired => "expiry.expired",
            _ => throw new ArgumentOutOfRangeException(nameof(reason)),
        };

    /// <summary>The members of the event, a JSON object.</summary>
    internal static string Data(
        LifetimeRow of,
        ReminderReason reason,
        DateTimeOffset moment,
        ExpiryState state
    )
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", of.Kind.WireName());
            writer.WriteString("id", of.Object.Id);
            writer.WriteString("title", of.Title);
            if (of.VaultId is { } vault)
            {
                writer.WriteString("vaultId", vault.ToString());
                writer.WriteString("vaultName", of.VaultName);
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
}
