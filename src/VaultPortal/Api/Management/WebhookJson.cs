using System.Text.Json;
using VaultPortal.Api.Portal;
using VaultPortal.Core.Notifications;

namespace VaultPortal.Api.Management;

/// <summary>The answers of the calls about webhooks.</summary>
internal static class WebhookJson
{
    public static void WriteList(Utf8JsonWriter writer, IReadOnlyList<WebhookView> webhooks)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("webhooks");
        foreach (var webhook in webhooks)
        {
            Write(writer, webhook);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, WebhookView webhook)
    {
        writer.WriteStartObject();
        writer.WriteString("id", webhook.Id.ToString());
        writer.WriteString("name", webhook.Name);
        writer.WriteString("url", webhook.Url);
        writer.WriteStartArray("events");
        foreach (var type in webhook.Events)
        {
            writer.WriteStringValue(type);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("allowsPrivateAddress", webhook.AllowsPrivateAddress);
        PortalJson.WriteTime(writer, "disabledAt", webhook.DisabledAt);
        writer.WriteNumber("version", webhook.Version);
        PortalJson.WriteTime(writer, "createdAt", webhook.CreatedAt);
        PortalJson.WriteTime(writer, "updatedAt", webhook.UpdatedAt);
        writer.WriteNumber("waiting", webhook.Waiting);
        writer.WriteString("lastDelivery", webhook.LastState is { } state ? NameOf(state) : null);
        writer.WriteEndObject();
    }

    /// <summary>With the secret, this once, as the member that the forms of the portal show.</summary>
    public static void WriteShown(Utf8JsonWriter writer, WebhookSecretShown shown)
    {
        writer.WriteStartObject();
        writer.WriteString("id", shown.Id.ToString());
        writer.WriteNumber("version", shown.Version);
        writer.WriteString("shownOnce", shown.Secret);
        writer.WriteEndObject();
    }

    public static void WriteDeliveries(Utf8JsonWriter writer, DeliveryPage page)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("deliveries");
        foreach (var delivery in page.Deliveries)
        {
            WriteDelivery(writer, delivery);
        }

        writer.WriteEndArray();
        writer.WriteString("next", page.Next?.ToString());
        writer.WriteEndObject();
    }

    public static void WriteDelivery(Utf8JsonWriter writer, DeliveryView delivery)
    {
        writer.WriteStartObject();
        writer.WriteString("id", delivery.Id.ToString());
        writer.WriteString("event", delivery.EventType);
        writer.WriteString("state", NameOf(delivery.State));
        writer.WriteNumber("attempts", delivery.Attempts);
        PortalJson.WriteTime(writer, "nextAt", delivery.NextAt);
        if (delivery.LastStatus is { } status)
        {
            writer.WriteNumber("lastStatus", status);
        }
        else
        {
            writer.WriteNull("lastStatus");
        }

        writer.WriteString("lastProblem", delivery.LastProblem);
        PortalJson.WriteTime(writer, "createdAt", delivery.CreatedAt);
        PortalJson.WriteTime(writer, "doneAt", delivery.DoneAt);
        writer.WriteEndObject();
    }

    private static string NameOf(DeliveryState state) => state.ToString().ToLowerInvariant();
}
