using System.Text.Json;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>Whether an answer is one of the refusals of machine.md section 2, in its form.</summary>
public static class Refusal
{
    private static readonly Dictionary<string, int> Codes = new()
    {
        ["invalid_request"] = 400,
        ["checkpoint_invalid_signature"] = 400,
        ["checkpoint_mismatch"] = 400,
        ["vault_creation_failed"] = 400,
        ["vault_item_creation_failed"] = 400,
        ["unauthorized"] = 401,
        ["forbidden"] = 403,
        ["checkpoint_signer_required"] = 403,
        ["vault_item_expired"] = 403,
        ["enrolment_closed"] = 403,
        ["vault_not_found"] = 404,
        ["vault_item_not_found"] = 404,
        ["field_not_found"] = 404,
        ["not_found"] = 404,
        ["method_not_allowed"] = 405,
        ["checkpoint_version_conflict"] = 409,
        ["id_conflict"] = 409,
        ["dek_version_conflict"] = 409,
        ["group_not_empty"] = 409,
        ["wrapped_key_exists"] = 409,
        ["last_admin"] = 409,
        ["idempotency_in_progress"] = 409,
        ["idempotency_secret_gone"] = 409,
        ["cursor_expired"] = 410,
        ["payload_too_large"] = 413,
        ["unsupported_media_type"] = 415,
        ["idempotency_key_reused"] = 422,
        ["rate_limit_exceeded"] = 429,
        ["unavailable"] = 503,
    };

    /// <summary>Null when the answer is a documented refusal; else what is wrong with it.</summary>
    public static string? ProblemOf(Answer answer)
    {
        if (answer.Status < 400)
        {
            return "was not refused";
        }

        try
        {
            return ProblemOf(answer, JsonNode.Parse(answer.Text) as JsonObject);
        }
        catch (JsonException)
        {
            return "is not JSON";
        }
    }

    private static string? ProblemOf(Answer answer, JsonObject? body)
    {
        if (body is not { Count: 1 } || body["error"] is not JsonObject error)
        {
            return "is not the documented body";
        }

        return !Codes.TryGetValue((string?)error["code"] ?? "", out var status)
            || status != answer.Status
                ? "has no documented code"
            : string.IsNullOrWhiteSpace((string?)error["message"]) ? "says nothing"
            : error.Any(member => member.Key is not ("code" or "message" or "details"))
                ? "has further members"
            : error.ContainsKey("details") && error["details"] is not JsonObject
                ? "has details that are no object"
            : !answer
                .Headers["Content-Type"]
                .StartsWith("application/json", StringComparison.Ordinal)
                ? "is of another media type"
            : null;
    }
}
