using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>The forms that refusals have in the two stores' APIs.</summary>
public static class StoreRefusals
{
    /// <summary>secrets.md: <c>{error, message, statusCode, nextActions}</c>.</summary>
    public static Answer ShouldBeSecretsError(
        this Answer answer,
        int status,
        string error,
        string? message = null
    )
    {
        (answer.Status, Member(answer, "error")).ShouldBe((status, error), answer.ToString());
        answer.Headers["Content-Type"].ShouldStartWith("application/json");
        answer.Json.ShouldHaveMembers("error message statusCode nextActions");
        ((int)answer.Json["statusCode"]!).ShouldBe(status);
        Member(answer, "message").ShouldNotBeNullOrWhiteSpace();
        Member(answer, "nextActions").ShouldEndWith(".");
        if (message is not null)
        {
            Member(answer, "message").ShouldBe(message);
        }

        answer.Headers.ContainsKey("WWW-Authenticate").ShouldBe(status == 401 || IsScope(answer));
        answer.Headers["Cache-Control"].ShouldBe("no-store");
        return answer;
    }

    /// <summary>workflows.md: <c>{type, code, message, doc_url}</c>.</summary>
    public static Answer ShouldBeWorkflowsError(
        this Answer answer,
        int status,
        string code,
        string? message = null
    )
    {
        (answer.Status, Member(answer, "code")).ShouldBe((status, code), answer.ToString());
        answer.Headers["Content-Type"].ShouldStartWith("application/json");
        answer.Json.ShouldHaveMembers("type code message doc_url");
        Member(answer, "type").ShouldBe(TypeOf(status, code));
        Member(answer, "message").ShouldNotBeNullOrWhiteSpace();
        Member(answer, "doc_url").ShouldEndWith($"/docs/errors/{code}");
        if (message is not null)
        {
            Member(answer, "message").ShouldBe(message);
        }

        answer.Headers.ContainsKey("WWW-Authenticate").ShouldBe(status == 401 || IsScope(answer));
        answer.Headers["Cache-Control"].ShouldBe("no-store");
        return answer;
    }

    private static bool IsScope(Answer answer) =>
        answer.Status == 403
        && (
            answer.Text.Contains("AUTH_UNAUTHORIZED", StringComparison.Ordinal)
            || answer.Text.Contains("insufficient_scope", StringComparison.Ordinal)
        );

    private static string TypeOf(int status, string code) =>
        code.StartsWith("idempotency_", StringComparison.Ordinal)
            ? "idempotency_error"
            : status switch
            {
                401 => "authentication_error",
                403 => "permission_error",
                422 => "validation_error",
                429 => "rate_limit_error",
                >= 500 => "api_error",
                _ => "invalid_request_error",
            };

    private static string? Member(Answer answer, string name) =>
        answer.Text.Length == 0 ? null : (string?)(answer.Json as JsonObject)?[name];
}
