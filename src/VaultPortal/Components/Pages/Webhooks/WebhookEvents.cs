using System.Text.Json;
using VaultPortal.Core.Notifications;

namespace VaultPortal.Components.Pages.Webhooks;

/// <summary>The events that webhooks can be told of, in words.</summary>
internal static class WebhookEvents
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<WebhookEvent> All { get; } =
    [.. EventTypes.All.Select(type => new WebhookEvent(type, Says(type)))];

    /// <summary>As the form reads it.</summary>
    public static string Json { get; } = JsonSerializer.Serialize(All, Web);

    private static string Says(string type) =>
        type switch
        {
            EventTypes.DueSoon => "Something expires, or is to be rotated, after some time",
            EventTypes.Overdue => "Something is overdue for rotation",
            EventTypes.Expired => "Something has expired",
            EventTypes.RotationAnnounced => "A rotation waits for its confirmation",
            EventTypes.RotationSwitched => "A rotation switched to the new value",
            EventTypes.RotationRetired => "The old value of a rotation is not readable any more",
            EventTypes.RotationCancelled => "A rotation was called off",
            EventTypes.Test => "Tests; the test button is heard without it, too",
            _ => "",
        };
}

internal sealed record WebhookEvent(string Name, string Says);
