using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>The form that every refusal has (machine.md section 2).</summary>
public static class Refusals
{
    /// <param name="path">The expected JSON Pointer; <c>*</c> stands for any part of it.</param>
    public static Answer ShouldBeRefused(
        this Answer answer,
        int status,
        string code,
        string? path = null
    )
    {
        (answer.Status, answer.Text.Length == 0 ? "" : answer.Code).ShouldBe(
            (status, code),
            answer.ToString()
        );
        answer.Headers["Content-Type"].ShouldStartWith("application/json");
        answer.Json.AsObject().Select(member => member.Key).ShouldBe(["error"]);
        var error = answer.Error!.AsObject();
        error
            .Select(member => member.Key)
            .Except(["code", "message", "details"])
            .ShouldBeEmpty(answer.ToString());
        ((string?)error["message"]).ShouldNotBeNullOrWhiteSpace();
        if (error.ContainsKey("details"))
        {
            error["details"].ShouldBeOfType<JsonObject>();
        }

        if (path is not null)
        {
            answer.Path.ShouldNotBeNull(answer.ToString());
            answer.Path.ShouldMatch(
                "^" + Regex.Escape(path).Replace("\\*", ".*", StringComparison.Ordinal) + "$"
            );
        }

        return answer;
    }

    public static Answer ShouldSucceed(this Answer answer, int status = 200)
    {
        answer.Status.ShouldBe(status, answer.ToString());
        return answer;
    }

    public static Answer ShouldHaveNoBody(this Answer answer)
    {
        answer.Text.ShouldBeEmpty();
        return answer;
    }

    /// <summary>Exactly these members, in any order: a client may rely on each, and nothing else leaves.</summary>
    public static void ShouldHaveMembers(this JsonNode? node, string members) =>
        node!
            .AsObject()
            .Select(member => member.Key)
            .Order(StringComparer.Ordinal)
            .ShouldBe(members.Split(' ').Order(StringComparer.Ordinal));
}
