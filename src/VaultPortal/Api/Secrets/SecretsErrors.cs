using System.Collections.Frozen;
using System.Text.Json;
using VaultPortal.Api.Docs;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Secrets;

/// <summary>Refusals as this contract has them: <c>{error, message, statusCode, nextActions}</c> (secrets.md, Errors).</summary>
internal sealed class SecretsErrors : ErrorDialect
{
    private const int LongestEcho = 255;

    /// <summary>What the codes of services and doors are here; what is not named goes by its kind.</summary>
    private static readonly FrozenDictionary<string, ErrorEntry> ByCode = new Dictionary<
        string,
        ErrorEntry
    >
    {
        ["token_missing"] = Entry(401, "AUTH_INVALID_CREDENTIALS"),
        ["credentials_differ"] = Entry(401, "AUTH_INVALID_CREDENTIALS"),
        ["api_key_invalid"] = Entry(401, "AUTH_INVALID_API_KEY"),
        ["totp_required"] = Entry(401, "AUTH_TOTP_REQUIRED"),
        ["secret_reserved"] = Entry(403, "FORBIDDEN"),
        ["already_rotated"] = Entry(403, "FORBIDDEN"),
        ["key_not_active"] = Entry(403, "FORBIDDEN"),
        ["method_not_allowed"] = Entry(405, "METHOD_NOT_ALLOWED"),
        ["unsupported_media_type"] = Entry(415, "UNSUPPORTED_MEDIA_TYPE"),
        ["idempotency_key_reused"] = Entry(422, "IDEMPOTENCY_KEY_REUSED"),
        ["idempotency_in_progress"] = Entry(409, "IDEMPOTENCY_IN_PROGRESS"),
        ["idempotency_secret_gone"] = Entry(409, "IDEMPOTENCY_SECRET_GONE"),
        ["internal_error"] = Entry(500, "INTERNAL_ERROR"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<ErrorKind, ErrorEntry> ByKind = new Dictionary<
        ErrorKind,
        ErrorEntry
    >
    {
        [ErrorKind.Invalid] = Entry(400, "INVALID_INPUT"),
        [ErrorKind.Unauthenticated] = Entry(401, "AUTH_UNAUTHORIZED"),
        [ErrorKind.Denied] = Entry(403, "AUTH_UNAUTHORIZED"),
        [ErrorKind.SignerRequired] = Entry(403, "FORBIDDEN"),
        [ErrorKind.StepUpRequired] = Entry(403, "FORBIDDEN"),
        [ErrorKind.NotFound] = Entry(404, "NOT_FOUND"),
        [ErrorKind.Conflict] = Entry(409, "SECRET_ALREADY_EXISTS"),
        [ErrorKind.Stale] = Entry(412, "VERSION_CONFLICT"),
        [ErrorKind.Expired] = Entry(404, "NOT_FOUND"),
        [ErrorKind.TooLarge] = Entry(413, "PAYLOAD_TOO_LARGE"),
        [ErrorKind.Limited] = Entry(429, "RATE_LIMITED"),
        [ErrorKind.Unavailable] = Entry(503, "SERVICE_UNAVAILABLE"),
    }.ToFrozenDictionary();

    protected override int StatusOf(HttpContext http, VaultError error) => Of(http, error).Status;

    /// <summary>RFC 6750 section 3: a credential that was sent is told what is wrong with it, a missing one only what is wanted.</summary>
    protected override string? Challenge(HttpContext http, VaultError error) =>
        error switch
        {
            { Code: "forbidden" } => "Bearer realm=\"secrets\", error=\"insufficient_scope\"",
            { Kind: not ErrorKind.Unauthenticated } => null,
            { Code: "token_missing" or "sign_in_refused" } => "Bearer realm=\"secrets\"",
            _ => "Bearer realm=\"secrets\", error=\"invalid_token\"",
        };

    protected override void Write(Utf8JsonWriter writer, HttpContext http, VaultError error)
    {
        var entry = Of(http, error);
        writer.WriteStartObject();
        writer.WriteString("error", entry.Code);
        writer.WriteString("message", Message(http, error));
        writer.WriteNumber("statusCode", entry.Status);
        writer.WriteString("nextActions", entry.Remedy);
        writer.WriteEndObject();
    }

    private static ErrorEntry Of(HttpContext http, VaultError error) =>
        // The queue found that the credential is not good any more: in the words for the credential that was sent.
        error.Code == "unauthorized"
        && SentApiKey(http.Request)
            ? ByCode["api_key_invalid"]
            : ByCode.GetValueOrDefault(error.Code) ?? ByKind[error.Kind];

    /// <summary>The contract's own messages; else what the service or the door says.</summary>
    private static string Message(HttpContext http, VaultError error) =>
        error switch
        {
            { Code: "secret_not_found" } => $"Secret not found: {Key(http)}",
            { Code: "secret_reserved" } => $"Cannot delete reserved secret: {Key(http)}",
            { Code: "forbidden" } => "Admin access required",
            { Code: "sign_in_refused" } => "Invalid admin credentials",
            { Code: "unauthorized" } => "The credential is not valid any more.",
            { Code: "internal_error" } when Key(http).Length > 0 =>
                $"Failed to {Verb(http.Request.Method)} secret: {Key(http)}",
            { Fault: not null, Path: { Length: > 0 } path } =>
                $"{path[1..]}: {char.ToLowerInvariant(error.Message[0])}{error.Message[1..]}",
            _ => error.Message,
        };

    private static string Verb(string method) =>
        HttpMethods.IsGet(method) ? "read"
        : HttpMethods.IsDelete(method) ? "delete"
        : "update";

    /// <summary>The key in the path, as the caller sent it; no more of it than a key may have.</summary>
    private static string Key(HttpContext http)
    {
        var key = http.Request.RouteValues["key"] as string ?? "";
        return key.Length <= LongestEcho ? key
            : char.IsHighSurrogate(key[LongestEcho - 1]) ? key[..(LongestEcho - 1)]
            : key[..LongestEcho];
    }

    private static bool SentApiKey(HttpRequest request)
    {
        var authorization = ((string?)request.Headers.Authorization).AsSpan();
        var credential = authorization[(authorization.IndexOf(' ') + 1)..];
        return request.Headers.ContainsKey("x-api-key")
            || credential.StartsWith("ik_")
            || credential.StartsWith("rk_");
    }

    private static ErrorEntry Entry(int status, string code) =>
        ErrorCatalog.Secrets.Single(entry => entry.Status == status && entry.Code == code);
}
