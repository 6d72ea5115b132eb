using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>What is not as workflows.md wants it: the documented refusal, and nothing stored.</summary>
[Collection(StoresCollection.Name)]
public sealed class WorkflowInputTests(Stores stores)
{
    private const int Mebibyte = 1024 * 1024;

    private StoreClient Client => stores.Workflows;

    [Theory]
    [InlineData("""{"secret":"s"}""", 400, "parameter_missing", "name")]
    [InlineData("""{"name":"abc"}""", 400, "parameter_missing", "secret")]
    [InlineData("""{}""", 400, "parameter_missing", "name")]
    [InlineData("""{"name":null,"secret":"s"}""", 400, "parameter_invalid", "name")]
    [InlineData("""{"name":1,"secret":"s"}""", 400, "parameter_invalid", "name")]
    [InlineData("""{"name":["abc"],"secret":"s"}""", 400, "parameter_invalid", "name")]
    [InlineData("""{"name":"\ud800abc","secret":"s"}""", 400, "parameter_invalid", "name")]
    [InlineData("""{"name":"ab\u0000c","secret":"s"}""", 400, "parameter_invalid", "name")]
    [InlineData("""{"name":"abc","secret":null}""", 400, "parameter_invalid", "secret")]
    [InlineData("""{"name":"abc","secret":1}""", 400, "parameter_invalid", "secret")]
    [InlineData("""{"name":"abc","secret":"\udc00"}""", 400, "parameter_invalid", "secret")]
    [InlineData("""{"name":"abc","secret":"s","secret":"t"}""", 400, "parameter_invalid", "secret")]
    [InlineData("""{"name":"abc","name":"abc","secret":"s"}""", 400, "parameter_invalid", "name")]
    [InlineData(
        """{"name":"abc","secret":"s","expires_at":1}""",
        400,
        "parameter_invalid",
        "expires_at"
    )]
    [InlineData(
        """{"name":"abc","secret":"s","expires_at":""}""",
        400,
        "parameter_invalid",
        "expires_at"
    )]
    [InlineData(
        """{"name":"abc","secret":"s","expires_at":"2099-01-01T00:00:00"}""",
        400,
        "parameter_invalid",
        "expires_at"
    )]
    [InlineData(
        """{"name":"abc","secret":"s","expires_at":"2099-13-01T00:00:00Z"}""",
        400,
        "parameter_invalid",
        "expires_at"
    )]
    [InlineData("""{"name":"abc","secret":"s","id":"x"}""", 400, "parameter_unknown", "id")]
    [InlineData(
        """{"name":"abc","secret":"s","expiresAt":null}""",
        400,
        "parameter_unknown",
        "expiresAt"
    )]
    [InlineData("""{"name":"ab","secret":"s"}""", 422, "name_too_short", null)]
    [InlineData("""{"name":"","secret":"s"}""", 422, "name_too_short", null)]
    [InlineData("""{"name":"api-key:ab"}""", 422, "name_too_short", null)]
    [InlineData("$long name", 422, "name_too_long", null)]
    [InlineData("$long api-key name", 422, "name_too_long", null)]
    [InlineData("""{"name":"abc","secret":""}""", 422, "secret_empty", null)]
    [InlineData("$long secret", 422, "secret_too_long", null)]
    [InlineData(
        """{"name":"abc","secret":"s","expires_at":"2020-01-01T00:00:00Z"}""",
        422,
        "expires_at_in_past",
        null
    )]
    [InlineData("""{"name":"api-key:abc","secret":"s"}""", 422, "secret_not_allowed", null)]
    public async Task Item_of_the_wrong_form_or_content_is_refused(
        string body,
        int status,
        string code,
        string? parameter
    )
    {
        body = body switch
        {
            "$long name" => $$"""{"name":"{{new string('n', 51)}}","secret":"s"}""",
            "$long api-key name" => $$"""{"name":"api-key:{{new string('n', 51)}}"}""",
            "$long secret" => $$"""{"name":"abc","secret":"{{new string('s', 2_001)}}"}""",
            _ => body,
        };
        var item = await stores.MadeItem();
        foreach (var (method, path) in new[] { ("POST", StoreClient.Workflows), ("PUT", item) })
        {
            var answer = await stores.Refuse(() =>
                Client.Send(method, path, StoreClient.Text(body))
            );

            if (method == "PUT" && body.Contains("api-key:", StringComparison.Ordinal))
            {
                // The item has no generated key: whichever of its rules is broken, it is one of content.
                answer.Status.ShouldBe(422);
                continue;
            }

            answer.ShouldBeWorkflowsError(
                status,
                code,
                code == "parameter_missing"
                    ? $"The '{parameter}' parameter is required for this request."
                    : null
            );
            if (parameter is not null)
            {
                ((string)answer.Json["message"]!).ShouldStartWith($"The '{parameter}' parameter ");
            }
        }
    }

    [Theory]
    [InlineData("abc", 1)]
    [InlineData("\U0001F511\U0001F511\U0001F511", 1)]
    [InlineData("$50", 2_000)]
    public async Task Lengths_are_counted_in_characters(string name, int secret)
    {
        name = name == "$50" ? string.Concat(Enumerable.Repeat("\U0001F511", 50)) : name;

        (
            await Client.Post(
                StoreClient.Workflows,
                new JsonObject
                {
                    ["name"] = name,
                    ["secret"] = string.Concat(Enumerable.Repeat("\U0001F511", secret)),
                }
            )
        ).ShouldSucceed(201);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{'name':'abc'}")]
    [InlineData("{\"name\":\"abc\",}")]
    [InlineData("{\"name\":\"a\u0000bc\"}")]
    [InlineData("$deep")]
    [InlineData("$not utf-8")]
    public async Task Body_that_is_not_json_is_malformed(string body)
    {
        var bytes = body switch
        {
            "$deep" => System.Text.Encoding.UTF8.GetBytes(new string('[', 100_000)),
            "$not utf-8" => [(byte)'{', 0xFF, (byte)'}'],
            _ => System.Text.Encoding.UTF8.GetBytes(body),
        };
        foreach (
            var (method, path) in new[]
            {
                ("POST", StoreClient.Workflows),
                ("PUT", await stores.MadeItem()),
                ("POST", StoreClient.Workflows + "/resolve"),
            }
        )
        {
            (
                await stores.Refuse(() => Client.Send(method, path, StoreClient.Bytes(bytes)))
            ).ShouldBeWorkflowsError(400, "malformed_json");
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("1")]
    public async Task Body_that_is_no_object_is_invalid(string body) =>
        (
            await stores.Refuse(() =>
                Client.Send("POST", StoreClient.Workflows, StoreClient.Text(body))
            )
        ).ShouldBeWorkflowsError(400, "parameter_invalid");

    [Theory]
    [InlineData("POST", StoreClient.Workflows)]
    [InlineData("PUT", StoreClient.Workflows + "/vlt_01h3j4k5m6m7n8p9q0r1s2t3v4")]
    [InlineData("POST", StoreClient.Workflows + "/resolve")]
    [InlineData("POST", StoreClient.Workflows + "/verify-key")]
    [InlineData("POST", StoreClient.Workflows + "/vlt_01h3j4k5m6m7n8p9q0r1s2t3v4/rotate-key")]
    public async Task Body_over_a_mebibyte_is_too_large_and_of_another_type_unsupported(
        string method,
        string path
    )
    {
        (
            await Client.Send(method, path, StoreClient.Text(new string(' ', Mebibyte + 1)))
        ).ShouldBeWorkflowsError(413, "payload_too_large");
        (
            await Client.Send(method, path, StoreClient.Text("{}", "text/plain"))
        ).ShouldBeWorkflowsError(415, "unsupported_media_type");
    }

    [Theory]
    [InlineData("PATCH", StoreClient.Workflows, "POST")]
    [InlineData("POST", StoreClient.Workflows + "/vlt_01h3j4k5m6m7n8p9q0r1s2t3v4", "PUT")]
    [InlineData("GET", StoreClient.Workflows + "/resolve", "POST")]
    [InlineData("PUT", StoreClient.Workflows + "/resolve", "POST")]
    [InlineData("DELETE", StoreClient.Workflows + "/verify-key", "POST")]
    [InlineData("GET", StoreClient.Workflows + "/x/rotate-key", "POST")]
    public async Task Method_that_is_not_allowed_names_those_that_are(
        string method,
        string path,
        string allowed
    )
    {
        var answer = await Client.Send(
            method,
            path,
            method is "GET" or "DELETE" ? null : StoreClient.Text("{}")
        );

        answer.ShouldBeWorkflowsError(405, "method_not_allowed");
        answer.Headers["Allow"].ShouldContain(allowed);
    }

    [Fact]
    public async Task Path_that_does_not_exist_is_not_found_in_this_form() =>
        (await Client.Get(StoreClient.Workflows + "/x/nothing")).ShouldBeWorkflowsError(
            404,
            "resource_not_found"
        );
}
