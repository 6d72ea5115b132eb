using VaultPortal.Api.Docs.OpenApi;

namespace VaultPortal.Api.Management;

/// <summary>The calls about webhooks, calendars and announced rotations, as the document of this door describes them.</summary>
internal static class NotificationOperations
{
    private const string Read = "machine.monitoring.read";
    private const string Change = "machine.monitoring.all";
    private const string SecretsRead = "secrets.read";
    private const string SecretsWrite = "secrets.write";

    public static IReadOnlyDictionary<string, string> Shapes { get; } =
        new Dictionary<string, string>
        {
            ["Webhook"] =
                "id:Id name:Name url:Website events:WebhookEvent[] allowsPrivateAddress:Flag disabledAt:Time? version:Version createdAt:Time updatedAt:Time waiting:Count lastDelivery:DeliveryState?",
            ["Webhooks"] = "webhooks:Webhook[]",
            ["WebhookDraft"] =
                "name:Name url:Website events:WebhookEvent[] allowsPrivateAddress?:Flag",
            ["WebhookSecret"] = "id:Id version:Version shownOnce:Text",
            ["Delivery"] =
                "id:Id event:WebhookEvent state:DeliveryState attempts:Count nextAt:Time? lastStatus:Count? lastProblem:Text? createdAt:Time doneAt:Time?",
            ["Deliveries"] = "deliveries:Delivery[] next:Id?",
            ["CalendarFeed"] = "createdAt:Time? lastUsedAt:Time?",
            ["CalendarAddress"] = "shownOnce:Text",
            ["GenerateRule"] = "length:Count",
            ["NewRotation"] =
                "secret:SecretKey webhook:Id generate?:GenerateRule graceHours:Hours confirmWithinHours:Hours",
            ["RotationConfirmation"] = "value?:SecretValue",
            ["Rotation"] =
                "id:Id secret:SecretKey? webhook:Id? phase:RotationPhase generateLength:Count graceHours:Hours announcedAt:Time confirmBy:Time switchedAt:Time? retireAt:Time? doneAt:Time? announcedBy:Text?",
            ["Rotations"] = "rotations:Rotation[] next:Id?",
        };

    public static IReadOnlyList<ApiOperation> Operations { get; } =
    [
        new(
            "GET",
            "/webhooks",
            "listWebhooks",
            "All webhooks; never their secrets. Whoever may not change them sees scheme and host of their addresses alone."
        )
        {
            Permission = Read,
            Answers = [(200, "Webhooks")],
        },
        new(
            "POST",
            "/webhooks",
            "createWebhook",
            "Makes a webhook; its secret is answered this once."
        )
        {
            Permission = Change,
            Body = "WebhookDraft",
            Answers = [(201, "WebhookSecret")],
            Repeatable = true,
            Errors = ["step_up_required", "person_required", "idempotency_secret_gone"],
        },
        new("GET", "/webhooks/{id}", "getWebhook", "A webhook.")
        {
            Permission = Read,
            Answers = [(200, "Webhook")],
            Errors = ["not_found"],
        },
        Changing("PUT", "/webhooks/{id}", "updateWebhook", "Changes a webhook.", "Webhook") with
        {
            Body = "WebhookDraft",
            Errors =
            [
                "step_up_required",
                "person_required",
                "not_found",
                "version_conflict",
                "invalid_request",
                "idempotency_secret_gone",
            ],
        },
        Changing(
            "DELETE",
            "/webhooks/{id}",
            "deleteWebhook",
            "Deletes a webhook; what waits for it is not sent any more.",
            "",
            204
        ),
        Changing(
            "POST",
            "/webhooks/{id}/rotate-secret",
            "rotateWebhookSecret",
            "A new secret, answered this once; it signs from now on.",
            "WebhookSecret"
        ),
        Changing(
            "POST",
            "/webhooks/{id}/disable",
            "disableWebhook",
            "Ends what waits for it; it is told nothing more.",
            "Webhook"
        ),
        Changing(
            "POST",
            "/webhooks/{id}/enable",
            "enableWebhook",
            "It is told again of what it wants.",
            "Webhook"
        ),
        new("POST", "/webhooks/{id}/test", "testWebhook", "Sends webhook.test, afterwards.")
        {
            Permission = Change,
            Answers = [(202, "Delivery")],
            Repeatable = true,
            Errors = ["not_found", "webhook_disabled"],
        },
        new("GET", "/webhooks/{id}/deliveries", "listDeliveries", "The delivery log, newest first.")
        {
            Permission = Read,
            Query = "cursor?:Id limit?:PageLimit",
            Answers = [(200, "Deliveries")],
            Errors = ["invalid_request", "not_found"],
        },
        new(
            "POST",
            "/webhooks/{id}/deliveries/{delivery}/redeliver",
            "redeliver",
            "Sends a message of the log once more, with its own id."
        )
        {
            Permission = Change,
            Answers = [(202, "Delivery")],
            Repeatable = true,
            Errors = ["not_found", "webhook_disabled", "delivery_waiting"],
        },
        new(
            "GET",
            "/calendar-feed",
            "getCalendarFeed",
            "When the address of the own calendar was made and last read; sessions only."
        )
        {
            Answers = [(200, "CalendarFeed")],
        },
        new(
            "POST",
            "/calendar-feed",
            "makeCalendarFeed",
            "Makes an address, answered this once; the one before ends. Sessions only."
        )
        {
            Answers = [(201, "CalendarAddress")],
            Repeatable = true,
            Errors = ["step_up_required", "idempotency_secret_gone"],
        },
        new("DELETE", "/calendar-feed", "revokeCalendarFeed", "Ends the address; sessions only.")
        {
            Answers = [(204, "")],
            Repeatable = true,
        },
        new("GET", "/rotations", "listRotations", "Announced rotations, newest first.")
        {
            Permission = SecretsRead,
            Query = "secret?:SecretKey cursor?:Id limit?:PageLimit",
            Answers = [(200, "Rotations")],
            Errors = ["invalid_request"],
        },
        new(
            "POST",
            "/rotations",
            "announceRotation",
            "Tells a webhook that a secret is to be rotated, and waits for the confirmation."
        )
        {
            Permission = SecretsWrite,
            Body = "NewRotation",
            Answers = [(201, "Rotation")],
            Repeatable = true,
            Errors = ["secret_not_found", "rotation_under_way"],
        },
        new("GET", "/rotations/{id}", "getRotation", "A rotation, with its phase.")
        {
            Permission = SecretsRead,
            Answers = [(200, "Rotation")],
            Errors = ["not_found"],
        },
        Rotating(
            "confirm",
            "confirmRotation",
            "Switches to the value that is given, or to a generated one.",
            "rotation_not_waiting"
        ) with
        {
            Body = "RotationConfirmation",
            BodyOptional = true,
        },
        Rotating(
            "retire",
            "retireRotation",
            "Ends the grace: the old value is not readable any more.",
            "rotation_not_switched"
        ),
        Rotating(
            "cancel",
            "cancelRotation",
            "Calls it off before the switch.",
            "rotation_not_waiting"
        ),
    ];

    /// <summary>A change of a webhook, which <c>If-Match</c> may bind to a version.</summary>
    private static ApiOperation Changing(
        string method,
        string path,
        string id,
        string summary,
        string answer,
        int status = 200
    ) =>
        new(method, path, id, summary)
        {
            Permission = Change,
            Answers = [(status, answer)],
            Repeatable = true,
            Errors =
            [
                "step_up_required",
                "not_found",
                "version_conflict",
                "invalid_request",
                "idempotency_secret_gone",
            ],
        };

    private static ApiOperation Rotating(string verb, string id, string summary, string refusal) =>
        new("POST", $"/rotations/{{id}}/{verb}", id, summary)
        {
            Permission = SecretsWrite,
            Answers = [(200, "Rotation")],
            Repeatable = true,
            Errors = ["not_found", refusal],
        };
}
