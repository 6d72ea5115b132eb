using VaultPortal.Api.Docs;
using VaultPortal.Api.Docs.OpenApi;

namespace VaultPortal.Api.Secrets;

/// <summary>The API of environment secrets as its document describes it (secrets.md).</summary>
internal static class SecretsOperations
{
    private const string Read = "secrets.read";
    private const string Write = "secrets.write";
    private const string Receipt = "success:Flag message:Text";

    public static ApiContract Contract { get; } =
        new()
        {
            Name = "Secrets API",
            BasePath = SecretsDoor.BasePath,
            OtherPath = SecretsDoor.SessionsPath,
            ErrorsOf = ErrorApi.Secrets,
            Credentials = ["apiKey", "bearer"],
            ErrorShape = "Error",
            CommonErrors = Common,
            Shapes = new Dictionary<string, string>
            {
                ["Error"] = "error:Text message:Text statusCode:Count nextActions?:Text",
                ["Secret"] =
                    "id:Uuid key:SecretKey isActive:Flag isReserved:Flag lastUsedAt:Time? expiresAt:Time? createdAt:Time updatedAt:Time",
                ["SecretList"] = "secrets:Secret[]",
                ["SecretWithValue"] = "key:SecretKey value:SecretValue",
                ["NewSecret"] = "key:SecretKey value:SecretValue isReserved?:Flag expiresAt?:Time?",
                ["Created"] = $"{Receipt} id:Uuid version~:Version updatedAt~:Time auditId~:Text",
                ["SecretUpdate"] =
                    "value?:SecretValue isActive?:Flag isReserved?:Flag expiresAt?:Time?",
                ["Updated"] = $"{Receipt} version~:Version updatedAt~:Time auditId~:Text",
                ["Done"] = Receipt,
                ["Nothing"] = "",
                ["SecretVersion"] =
                    "version:Version createdAt:Time createdBy:Text? isActive:Flag expiresAt:Time? hasValue:Flag",
                ["VersionList"] = "versions:SecretVersion[]",
                ["Restored"] = $"{Receipt} version:Version",
                ["Generate"] = "length?:Count",
                ["Rotation"] = "value?:SecretValue generate~:Generate graceHours?:Hours",
                ["Rotated"] = $"{Receipt} version:Version previousUntil:Time?",
                ["Verify"] = "value:SecretValue",
                ["Match"] = "match:Flag",
                ["Import"] = "secrets:NewSecret[]",
                ["ImportFailure"] = "line:Count key:Text? error:Text",
                ["Imported"] = "created:Count replaced:Count skipped:Count failed:ImportFailure[]",
                ["KeyRotation"] = "gracePeriodHours?:Hours",
                ["RotatedKey"] = $"{Receipt} apiKey:Key oldKeyExpiresAt:Time",
                ["SignIn"] = "username:Text password:Text totp~:Text",
                ["Admin"] = "sub:Text",
                ["Session"] = "admin:Admin accessToken:Text csrfToken:Text",
            },
            Operations =
            [
                Get("", "listSecrets", "All secrets, newest first; never values.", "SecretList"),
                Body(
                    "POST",
                    "",
                    "createSecret",
                    "Makes a secret.",
                    "NewSecret",
                    201,
                    "Created"
                ) with
                {
                    Errors = ["SECRET_ALREADY_EXISTS", "VERSION_CONFLICT"],
                },
                Get("/{key}", "getSecret", "A secret with its value.", "SecretWithValue") with
                {
                    Query = "version?:Previous",
                    Errors = ["NOT_FOUND", "INVALID_INPUT"],
                },
                Body(
                    "PUT",
                    "/{key}",
                    "updateSecret",
                    "Changes what is given.",
                    "SecretUpdate",
                    200,
                    "Updated"
                ) with
                {
                    Errors = ["NOT_FOUND", "VERSION_CONFLICT"],
                },
                new(
                    "DELETE",
                    "/{key}",
                    "deleteSecret",
                    "Deletes a secret; it stays in the trash for 30 days."
                )
                {
                    Permission = "secrets.delete",
                    Answers = [(200, "Done")],
                    Repeatable = true,
                    Errors = ["NOT_FOUND", "FORBIDDEN", "VERSION_CONFLICT", "INVALID_INPUT"],
                },
                Get(
                    "/{key}/versions",
                    "listVersions",
                    "A secret's versions, newest first; never values.",
                    "VersionList"
                ) with
                {
                    Errors = ["NOT_FOUND"],
                },
                new(
                    "POST",
                    "/{key}/versions/{version}/restore",
                    "restoreVersion",
                    "Makes an earlier version the newest one again."
                )
                {
                    Permission = Write,
                    Body = "Nothing",
                    BodyOptional = true,
                    Answers = [(200, "Restored")],
                    Repeatable = true,
                    Errors = ["NOT_FOUND", "VERSION_CONFLICT"],
                },
                Body(
                    "POST",
                    "/{key}/rotate",
                    "rotateSecret",
                    "Gives a secret a new value; the old one stays good for a while.",
                    "Rotation",
                    200,
                    "Rotated"
                ) with
                {
                    Errors = ["NOT_FOUND", "VERSION_CONFLICT"],
                },
                new(
                    "POST",
                    "/{key}/verify",
                    "verifySecret",
                    "Whether a value is the secret's, without reading it."
                )
                {
                    Permission = Read,
                    Body = "Verify",
                    Answers = [(200, "Match")],
                    Errors = ["NOT_FOUND"],
                },
                Body(
                    "POST",
                    "/-/import",
                    "importSecrets",
                    "Writes many secrets; text/plain takes a .env file.",
                    "Import",
                    200,
                    "Imported"
                ) with
                {
                    Query = "dryRun?:Flag onConflict?:OnConflict",
                },
                Get(
                    "/-/export",
                    "exportSecrets",
                    "All secrets with their values; as .env file text/plain.",
                    "Import"
                ) with
                {
                    Query = "format?:ExportFormat",
                    Errors = ["INVALID_INPUT"],
                },
                new(
                    "POST",
                    "/api-key/rotate",
                    "rotateOwnKey",
                    "Rotates the ik_ key that makes the call."
                )
                {
                    Body = "KeyRotation",
                    BodyOptional = true,
                    Answers = [(200, "RotatedKey")],
                    Repeatable = true,
                    Errors = ["403:AUTH_UNAUTHORIZED"],
                },
                new(
                    "POST",
                    SecretsDoor.SessionsPath,
                    "signIn",
                    "Signs an administrator in for an access token of 15 minutes."
                )
                {
                    Open = true,
                    Body = "SignIn",
                    Answers = [(200, "Session")],
                    Errors =
                    [
                        "401:AUTH_UNAUTHORIZED",
                        "AUTH_TOTP_REQUIRED",
                        "403:AUTH_UNAUTHORIZED",
                    ],
                },
                new(
                    "DELETE",
                    SecretsDoor.SessionsPath,
                    "signOut",
                    "Ends the session of the access token."
                )
                {
                    Answers = [(204, "")],
                },
            ],
        };

    private static IEnumerable<string> Common(ApiOperation operation) =>
        [
            "RATE_LIMITED",
            "INTERNAL_ERROR",
            "SERVICE_UNAVAILABLE",
            .. If(
                !operation.Open,
                "AUTH_INVALID_CREDENTIALS",
                "AUTH_INVALID_API_KEY",
                "401:AUTH_UNAUTHORIZED"
            ),
            .. If(operation.Permission is not null, "403:AUTH_UNAUTHORIZED"),
            .. If(
                operation.Body is not null,
                "INVALID_INPUT",
                "PAYLOAD_TOO_LARGE",
                "UNSUPPORTED_MEDIA_TYPE"
            ),
            .. If(operation.Repeatable, "IDEMPOTENCY_KEY_REUSED", "IDEMPOTENCY_IN_PROGRESS"),
        ];

    private static string[] If(bool condition, params string[] codes) => condition ? codes : [];

    private static ApiOperation Get(string path, string id, string summary, string answer) =>
        new("GET", path, id, summary) { Permission = Read, Answers = [(200, answer)] };

    private static ApiOperation Body(
        string method,
        string path,
        string id,
        string summary,
        string body,
        int status,
        string answer
    ) =>
        new(method, path, id, summary)
        {
            Permission = Write,
            Body = body,
            Answers = [(status, answer)],
            Repeatable = true,
        };
}
