using System.Collections.Frozen;
using System.Text.Json;
using VaultPortal.Api.Docs;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Workflows;

/// <summary>Refusals as this contract has them: <c>{type, code, message, doc_url}</c> (workflows.md, Errors).</summary>
internal sealed class WorkflowsErrors(PublicAddress address) : ErrorDialect
{
    private static readonly FrozenDictionary<string, ErrorEntry> ByName =
        ErrorCatalog.Workflows.ToFrozenDictionary(entry => entry.Code, StringComparer.Ordinal);

    /// <summary>Codes of services and doors that have another name here; every other one has its own, or goes by its kind.</summary>
    private static readonly FrozenDictionary<string, string> Renamed = new Dictionary<
        string,
        string
    >
    {
        ["secret_required"] = "parameter_missing",
        ["rate_limit_exceeded"] = "rate_limited",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<ErrorKind, string> ByKind = new Dictionary<
        ErrorKind,
        string
    >
    {
        [ErrorKind.Invalid] = "parameter_invalid",
        [ErrorKind.Unauthenticated] = "token_invalid",
        [ErrorKind.Denied] = "insufficient_scope",
        [ErrorKind.SignerRequired] = "insufficient_scope",
        [ErrorKind.StepUpRequired] = "insufficient_scope",
        [ErrorKind.NotFound] = "resource_not_found",
        [ErrorKind.Conflict] = "version_conflict",
        [ErrorKind.Stale] = "version_conflict",
        [ErrorKind.Expired] = "resource_not_found",
        [ErrorKind.TooLarge] = "payload_too_large",
        [ErrorKind.Limited] = "rate_limited",
        [ErrorKind.Unavailable] = "unavailable",
    }.ToFrozenDictionary();

    protected override int StatusOf(HttpContext http, VaultError error) => Of(error).Status;

    /// <summary>RFC 6750 section 3: a token that was sent is told what is wrong with it, a missing one only what is wanted.</summary>
    protected override string? Challenge(HttpContext http, VaultError error) =>
        Of(error).Code switch
        {
            "token_missing" => "Bearer realm=\"workflows\"",
            "token_expired" =>
                "Bearer realm=\"workflows\", error=\"invalid_token\", error_description=\"The token has expired\"",
            "token_invalid" => "Bearer realm=\"workflows\", error=\"invalid_token\"",
            "insufficient_scope" => "Bearer realm=\"workflows\", error=\"insufficient_scope\"",
            _ => null,
        };

    protected override void Write(Utf8JsonWriter writer, HttpContext http, VaultError error)
    {
        var entry = Of(error);
        writer.WriteStartObject();
        writer.WriteString("type", entry.Type);
        writer.WriteString("code", entry.Code);
        writer.WriteString("message", Message(entry, error));
        writer.WriteString("doc_url", $"{address.Of(http.Request)}{ErrorDocs.Path}/{entry.Code}");
        writer.WriteEndObject();
    }

    private static ErrorEntry Of(VaultError error) =>
        ByName[
            error.Fault switch
            {
                InputFault.Malformed => "malformed_json",
                InputFault.Missing => "parameter_missing",
                InputFault.Unknown => "parameter_unknown",
                InputFault.WrongForm => "parameter_invalid",
                _ => Renamed.GetValueOrDefault(error.Code)
                    ?? (ByName.ContainsKey(error.Code) ? error.Code : ByKind[error.Kind]),
            }
        ];

    private static string Message(ErrorEntry entry, VaultError error)
    {
        if (error.Code == "secret_required")
        {
            return Missing("secret");
        }

        if (
            entry.Code is "insufficient_scope" or "resource_not_found"
            || error.Code == "unauthorized"
        )
        {
            return entry.Message;
        }

        return error is not { Path: { Length: > 0 } path } || entry.Status != 400
            ? error.Message
            : entry.Code switch
            {
                "parameter_missing" => Missing(path[1..]),
                "parameter_unknown" => $"The '{path[1..]}' parameter is not known to this request.",
                "parameter_invalid" =>
                    $"The '{path[1..]}' parameter is not valid: {char.ToLowerInvariant(error.Message[0])}{error.Message[1..]}",
                _ => error.Message,
            };
    }

    private static string Missing(string name) =>
        $"The '{name}' parameter is required for this request.";
}
