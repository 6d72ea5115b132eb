using VaultPortal.Api.Docs;
using VaultPortal.Api.Docs.OpenApi;
using VaultPortal.Api.Portal;

namespace VaultPortal.Api.Management;

/// <summary>The part of the portal's own API that machines may call as well, as its document describes it.</summary>
internal static class ManagementOperations
{
    private const string Read = "machine.monitoring.read";
    private const string Change = "machine.monitoring.all";

    private const string Filters =
        "state?:Text kind?:Text vault?:Id owner?:Id q?:Searched before?:Time after?:Time";

    public static ApiContract Contract { get; } =
        new()
        {
            Name = "Portal API",
            BasePath = PortalDoor.BasePath,
            OtherPath = MetricsEndpoint.Path,
            ErrorsOf = ErrorApi.Management,
            Credentials = ["apiKey", "bearer"],
            ErrorShape = "Problem",
            ErrorType = "application/problem+json",
            CommonErrors = Common,
            Shapes = new Dictionary<string, string>(NotificationOperations.Shapes)
            {
                ["Problem"] =
                    "type:Text title:Text status:Count code:Text pointer?:Text correlationId:Text",
                ["Lifetime"] =
                    "kind:LifetimeKind id:Text title:Text vaultId:Id? vaultName:Text? itemId:Id? ownerId:Id? ownerName:Text? state:LifetimeState since:Time? moment:Time expiresAt:Time? dueAt:Time? rotateAt:Time? onExpiry:OnExpiry policyId:Id? policyName:Text? mayChange:Flag",
                ["LifetimePage"] = "expiries:Lifetime[] next:Cursor? total:Count",
                ["LifetimeCount"] = "kind:LifetimeKind state:LifetimeState count:Count",
                ["LifetimeCounts"] = "counts:LifetimeCount[] total:Count",
                ["LifetimeObject"] = "kind:LifetimeKind id:Text",
                ["LifetimeChange"] =
                    "objects:LifetimeObject[] action:ExpiryAction by?:Duration expiresAt~:Time",
                ["LineProblem"] = "code:Text message:Text",
                ["ChangedLifetime"] =
                    "kind:LifetimeKind id:Text title:Text? before:Time? after:Time? policy:DecidingPolicy? problem:LineProblem?",
                ["DecidingPolicy"] =
                    "id:Id name:Text defaultLifetime:Duration? longestLifetime:Duration? onExpiry:OnExpiry rotateEvery:Duration?",
                ["ChangedLifetimes"] = "lines:ChangedLifetime[] changed:Count",
                ["RotatedObject"] = "kind:LifetimeKind id:Text version~:Version?",
                ["BulkRotation"] =
                    "objects:RotatedObject[] graceHours:Hours generate?:GenerateRule",
                ["RotatedLifetime"] =
                    "kind:LifetimeKind id:Text title:Text? version:Version? before:Time? after:Time? oldUntil:Time? endsEarlier:Time? successorId:Id? shownOnce?:Key policy:DecidingPolicy? problem:LineProblem?",
                ["RotatedLifetimes"] = "lines:RotatedLifetime[] rotated:Count",
                ["Reminder"] =
                    "reminder:Id kind:LifetimeKind id:Text title:Text vaultId:Id? vaultName:Text? itemId:Id? reason:ReminderReason moment:Time madeAt:Time acknowledgedAt:Time? snoozedUntil:Time? muted:Flag",
                ["ReminderPage"] = "reminders:Reminder[] next:Cursor? open:Count",
                ["ReminderIds"] = "reminders:Id[]",
                ["Snooze"] = "reminders:Id[] until:Time",
                ["Mute"] = "reminder:Id muted:Flag",
                ["NewSavedFilter"] = "name:Text query:Text",
                ["SavedFilter"] = "id:Id name:Text query:Text createdAt:Time",
                ["SavedFilters"] = "filters:SavedFilter[]",
            }
                .Concat(PolicyOperations.Shapes)
                .ToDictionary(),
            Operations =
            [
                .. Expiries,
                .. Reminders,
                .. SavedFilters,
                .. PolicyOperations.All,
                .. NotificationOperations.Operations,
                Get(
                    MetricsEndpoint.Path,
                    "readMetrics",
                    "Numbers of the whole installation in the text format of Prometheus.",
                    "Text"
                ) with
                {
                    AnswerType = "text/plain",
                },
            ],
        };

    private static IEnumerable<ApiOperation> Expiries =>
        [
            Get(
                "/expiries",
                "listExpiries",
                "What expires or is to be rotated, the earliest first; state and kind take several names with commas between.",
                "LifetimePage"
            ) with
            {
                Query = $"{Filters} limit?:PageLimit cursor?:Cursor",
                Errors = ["invalid_request"],
            },
            Get(
                "/expiries/counts",
                "countExpiries",
                "How many there are, by kind and state.",
                "LifetimeCounts"
            ),
            Get(
                "/expiries/export",
                "exportExpiries",
                "The list as a file: CSV (text/csv) or iCalendar (text/calendar).",
                "Text"
            ) with
            {
                Query = $"{Filters} format:ExpiryFormat",
                AnswerType = "text/csv",
                Errors = ["invalid_request"],
            },
            Body(
                "/expiries/preview",
                "previewExpiryChange",
                "What a change would do; changes nothing.",
                "LifetimeChange",
                (200, "ChangedLifetimes")
            ) with
            {
                Repeatable = false,
            },
            Body(
                "/expiries/change",
                "changeExpiries",
                "Extends, sets or clears many expiries, each decided by itself.",
                "LifetimeChange",
                (200, "ChangedLifetimes")
            ),
            Body(
                "/expiries/rotate/preview",
                "previewRotation",
                "What a rotation of many would do; changes nothing.",
                "BulkRotation",
                (200, "RotatedLifetimes")
            ) with
            {
                Repeatable = false,
            },
            Body(
                "/expiries/rotate",
                "rotateMany",
                "Rotates many environment secrets, API keys and keys of workflow items, each decided by itself. New keys are answered this once, generated values never.",
                "BulkRotation",
                (200, "RotatedLifetimes")
            ) with
            {
                Errors = ["step_up_required", "idempotency_secret_gone"],
            },
        ];

    private static IEnumerable<ApiOperation> Reminders =>
        [
            Get(
                "/reminders",
                "listReminders",
                "What the account is reminded of, the newest first.",
                "ReminderPage"
            ) with
            {
                Query = "open?:Flag limit?:PageLimit cursor?:Cursor",
                Errors = ["invalid_request"],
            },
            Body(
                "/reminders/acknowledge",
                "acknowledgeReminders",
                "Puts reminders away.",
                "ReminderIds",
                (204, "")
            ) with
            {
                Errors = ["not_found"],
            },
            Body(
                "/reminders/snooze",
                "snoozeReminders",
                "Puts reminders away until then.",
                "Snooze",
                (204, "")
            ) with
            {
                Errors = ["not_found"],
            },
            Body(
                "/reminders/mute",
                "muteReminder",
                "Ends the reminders of an object, or takes them up again.",
                "Mute",
                (204, "")
            ) with
            {
                Errors = ["not_found"],
            },
        ];

    private static IEnumerable<ApiOperation> SavedFilters =>
        [
            Get(
                "/saved-filters",
                "listSavedFilters",
                "The filters that the account keeps under a name, by name.",
                "SavedFilters"
            ),
            Body(
                "/saved-filters",
                "createSavedFilter",
                "Keeps a filter of the expiry page under a name that the account has not used yet.",
                "NewSavedFilter",
                (201, "SavedFilter")
            ) with
            {
                Errors = ["saved_filter_exists", "too_many_saved_filters"],
            },
            new("DELETE", "/saved-filters/{id}", "deleteSavedFilter", "Keeps a filter no longer.")
            {
                Permission = Change,
                Answers = [(204, "")],
                Errors = ["not_found"],
                Repeatable = true,
            },
        ];

    private static IEnumerable<string> Common(ApiOperation operation) =>
        [
            "unauthorized",
            "session_ended",
            "origin_refused",
            "forbidden",
            "rate_limit_exceeded",
            "internal_error",
            "unavailable",
            .. If(operation.Method != "GET", "antiforgery_refused"),
            .. If(
                operation.Body is not null,
                "invalid_request",
                "payload_too_large",
                "unsupported_media_type"
            ),
            .. If(operation.Repeatable, "idempotency_key_reused", "idempotency_in_progress"),
        ];

    private static string[] If(bool condition, params string[] codes) => condition ? codes : [];

    private static ApiOperation Get(string path, string id, string summary, string answer) =>
        new("GET", path, id, summary) { Permission = Read, Answers = [(200, answer)] };

    private static ApiOperation Body(
        string path,
        string id,
        string summary,
        string body,
        (int Status, string Shape) answer
    ) =>
        new("POST", path, id, summary)
        {
            Permission = Change,
            Body = body,
            Answers = [answer],
            Repeatable = true,
        };
}
