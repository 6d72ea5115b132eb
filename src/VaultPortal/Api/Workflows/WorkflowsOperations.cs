using VaultPortal.Api.Docs;
using VaultPortal.Api.Docs.OpenApi;

namespace VaultPortal.Api.Workflows;

/// <summary>The API of the workflow vault as its document describes it (workflows.md).</summary>
internal static class WorkflowsOperations
{
    private const string Read = "workflows.vault.read";
    private const string Write = "workflows.vault.write";
    private const string Use = "workflows.vault.use";
    private const string Item = "id:VaultId name:Name created_at:Micros expires_at:Micros?";

    private static readonly string[] Contents =
    [
        "name_too_short",
        "name_too_long",
        "secret_empty",
        "secret_too_long",
        "expires_at_in_past",
        "secret_not_allowed",
    ];

    public static ApiContract Contract { get; } =
        new()
        {
            Name = "Workflow vault API",
            BasePath = WorkflowsDoor.BasePath,
            ErrorsOf = ErrorApi.Workflows,
            Credentials = ["bearer"],
            ErrorShape = "Error",
            CommonErrors = Common,
            Shapes = new Dictionary<string, string>
            {
                ["Error"] = "type:Text code:Text message:Text doc_url:Text",
                ["VaultItem"] = Item,
                ["VaultItemWithKey"] = $"{Item} secret~:Text",
                ["NewItem"] = "name:Name secret?:SecretValue expires_at?:Micros?",
                ["ItemUpdate"] = "name:Name secret?:SecretValue expires_at?:Micros?",
                ["Resolve"] = "ids?:VaultId[] names?:Name[]",
                ["ResolvedItem"] = "id:VaultId name:Name secret:SecretValue expires_at:Micros?",
                ["ResolveError"] = "id?:VaultId name~:Name code:Text",
                ["Resolved"] = "items:ResolvedItem[] errors:ResolveError[]",
                ["VerifyKey"] = "key:Key",
                ["Verified"] = "active:Flag id?:VaultId name?:Name expires_at?:Micros?",
                ["RotateKey"] = "grace_hours?:Hours",
            },
            Operations =
            [
                new("GET", "", "listVaultItems", "All items, newest first; never secrets.")
                {
                    Permission = Read,
                    Answers = [(200, "VaultItem[]")],
                },
                new(
                    "POST",
                    "",
                    "createVaultItem",
                    "Makes an item. For a name that begins with api-key: the secret is generated and answered once."
                )
                {
                    Permission = Write,
                    Body = "NewItem",
                    Answers = [(201, "VaultItemWithKey")],
                    Repeatable = true,
                    Errors = ["parameter_missing", "idempotency_secret_gone", .. Contents],
                },
                new("GET", "/{vaultId}", "getVaultItem", "An item.")
                {
                    Permission = Read,
                    Answers = [(200, "VaultItem")],
                    Errors = ["resource_not_found"],
                },
                new("PUT", "/{vaultId}", "updateVaultItem", "Gives an item a new name and secret.")
                {
                    Permission = Write,
                    Body = "ItemUpdate",
                    Answers = [(200, "VaultItem")],
                    Repeatable = true,
                    Errors =
                    [
                        "parameter_missing",
                        "resource_not_found",
                        "version_conflict",
                        "prefix_immutable",
                        .. Contents,
                    ],
                },
                new("DELETE", "/{vaultId}", "deleteVaultItem", "Deletes an item.")
                {
                    Permission = Write,
                    Answers = [(204, "")],
                    Repeatable = true,
                    Errors = ["parameter_invalid", "resource_not_found", "version_conflict"],
                },
                new("POST", "/resolve", "resolveVaultItems", "The secrets of items, by id or name.")
                {
                    Permission = Use,
                    Body = "Resolve",
                    Answers = [(200, "Resolved")],
                },
                new("POST", "/verify-key", "verifyKey", "Whether a generated key is good.")
                {
                    Permission = Use,
                    Body = "VerifyKey",
                    Answers = [(200, "Verified")],
                    Errors = ["parameter_missing"],
                },
                new(
                    "POST",
                    "/{vaultId}/rotate-key",
                    "rotateKey",
                    "A new generated key; the old one stays good for a while."
                )
                {
                    Permission = Write,
                    Body = "RotateKey",
                    BodyOptional = true,
                    Answers = [(200, "VaultItemWithKey")],
                    Repeatable = true,
                    Errors = ["resource_not_found", "version_conflict", "idempotency_secret_gone"],
                },
            ],
        };

    private static IEnumerable<string> Common(ApiOperation operation) =>
        [
            "token_missing",
            "token_invalid",
            "token_expired",
            "insufficient_scope",
            "rate_limited",
            "internal_error",
            "unavailable",
            .. If(
                operation.Body is not null,
                "malformed_json",
                "parameter_invalid",
                "parameter_unknown",
                "payload_too_large",
                "unsupported_media_type"
            ),
            .. If(operation.Repeatable, "idempotency_key_reused", "idempotency_in_progress"),
        ];

    private static string[] If(bool condition, params string[] codes) => condition ? codes : [];
}
