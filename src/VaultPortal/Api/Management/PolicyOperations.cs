using VaultPortal.Api.Docs.OpenApi;

namespace VaultPortal.Api.Management;

/// <summary>The calls about policies, as <see cref="ManagementOperations"/> describes them.</summary>
internal static class PolicyOperations
{
    private const string Read = "machine.monitoring.read";
    private const string Change = "machine.monitoring.all";

    private const string Decided =
        "defaultLifetime:Duration? longestLifetime:Duration? onExpiry:OnExpiry reminderOffsets:Duration[] rotateEvery:Duration?";

    private const string Match =
        "kind?:LifetimeKind? vault?:Id? itemType?:ItemType? fieldType?:FieldType? classification?:Classification?";

    public static IReadOnlyDictionary<string, string> Shapes { get; } =
        new Dictionary<string, string>
        {
            ["PolicyMatch"] = Match,
            ["Policy"] =
                $"id:Id name:Name match:PolicyMatch {Decided} remindsCreator:Flag remindsAdmins:Flag remindedPeople:Id[] version:Version createdAt:Time updatedAt:Time",
            ["PolicyList"] = "policies:Policy[] count:Count",
            ["NewPolicy"] =
                "name:Name match?:PolicyMatch defaultLifetime?:Duration? longestLifetime?:Duration? onExpiry?:OnExpiry reminderOffsets?:Duration[] rotateEvery?:Duration? remindsCreator?:Flag remindsAdmins?:Flag remindedPeople?:Id[]",
            ["PolicyReceipt"] = "id:Id version:Version",
            ["PolicyDecision"] = $"policyId:Id? policyName:Text? {Decided}",
            ["PolicyQuestion"] = "policyId~:Id policy:NewPolicy?",
            ["AffectedObject"] =
                "kind:LifetimeKind id:Text title:Text vaultName:Text? expiresAt:Time? before:LifetimeState after:LifetimeState refused:Flag beyondLongest:Flag",
            ["PolicyEffects"] =
                "decides:Count blocked:Count unblocked:Count dueSoon:Count overdue:Count beyondLongest:Count objects:AffectedObject[]",
        };

    public static IReadOnlyList<ApiOperation> All { get; } =
    [
        Of("GET", "", "listPolicies", "All policies, by name.", "PolicyList"),
        Of(
            "POST",
            "",
            "createPolicy",
            "Makes a policy; there is one for a match. It holds from then on.",
            "PolicyReceipt",
            201
        ) with
        {
            Body = "NewPolicy",
            Repeatable = true,
            Errors = ["policy_exists"],
        },
        Of(
            "POST",
            "/preview",
            "previewPolicy",
            "What a policy would affect, or its deletion (policy null); changes nothing.",
            "PolicyEffects"
        ) with
        {
            Body = "PolicyQuestion",
            Errors = ["policy_exists", "not_found"],
        },
        Of(
            "GET",
            "/decision",
            "readPolicyDecision",
            "What is decided about an object that is made now.",
            "PolicyDecision"
        ) with
        {
            Query =
                "kind:LifetimeKind vault?:Id itemType?:ItemType fieldType?:FieldType classification?:Classification",
            Errors = ["invalid_request", "vault_not_found"],
        },
        Of(
            "GET",
            "/{id}",
            "readPolicy",
            "One policy; the entity tag is its version.",
            "Policy"
        ) with
        {
            Errors = ["not_found"],
        },
        Of("PUT", "/{id}", "updatePolicy", "All of a policy anew.", "PolicyReceipt") with
        {
            Body = "NewPolicy",
            Repeatable = true,
            Errors = ["not_found", "policy_exists", "version_conflict"],
        },
        Of("DELETE", "/{id}", "deletePolicy", "Ends a policy; expiries stay.", "", 204) with
        {
            Repeatable = true,
            Errors = ["not_found", "version_conflict"],
        },
    ];

    private static ApiOperation Of(
        string method,
        string path,
        string id,
        string summary,
        string answer,
        int status = 200
    ) =>
        new(method, $"/expiry-policies{path}", id, summary)
        {
            Permission = method == "GET" ? Read : Change,
            Answers = [(status, answer)],
        };
}
