using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Api.Stores;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Hardening;

namespace VaultPortal.Tests.E2E.Api.Management;

/// <summary>Rotations of many over HTTP: who may, what is answered and what never is, and what repeated and concurrent calls do.</summary>
[Collection(StoresCollection.Name)]
public sealed class ExpiryRotationTests(Stores.Stores stores)
{
    private const string Door = "/api/v1/portal";
    private const string Rotate = $"{Door}/expiries/rotate";
    private const string All =
        "machine.monitoring.read,machine.monitoring.all,secrets.all,workflows.vault.all";

    [Fact]
    public async Task Many_are_previewed_rotated_and_repeated_safely()
    {
        var client = await stores.With(All);
        var (key, missing) = (await stores.Made("before"), stores.NewKey());
        var (item, first) = await MadeKey();
        var body = Body([
            ("environment-secret", key),
            Workflow(item),
            ("environment-secret", missing),
            ("api-key", VaultState.NewId()),
        ]);

        var preview = (await client.Post($"{Rotate}/preview", body)).ShouldSucceed();
        (await ValueOf(key)).ShouldBe("before");
        var once = ("Idempotency-Key", Guid.NewGuid().ToString());
        var done = (await client.Post(Rotate, body, once)).ShouldSucceed();
        var again = (await client.Post(Rotate, body, once)).ShouldSucceed();

        preview.Text.ShouldNotContain("shownOnce");
        done.Headers["Cache-Control"].ShouldContain("no-store");
        again.Text.ShouldBe(done.Text);
        again.Headers["Idempotency-Replayed"].ShouldBe("true");
        ((int)done.Json["rotated"]!).ShouldBe(2);
        var lines = done.Json["lines"]!.AsArray();
        lines
            .Select(line => (string?)line!["problem"]?["code"])
            .ShouldBe([null, null, "not_found", "not_found"]);
        ((int)lines[0]!["version"]!).ShouldBe(2);
        lines[0]!.AsObject().ShouldNotContainKey("shownOnce");
        var value = await ValueOf(key);
        (value.Length, await ValueOf(key, "?version=previous")).ShouldBe((40, "before"));
        var second = (string)lines[1]!["shownOnce"]!;
        (await IsActive(first), await IsActive(second)).ShouldBe((true, true));
        foreach (var secret in new[] { value, second })
        {
            stores.Process.Log.ShouldNotContain(secret);
        }

        done.Text.ShouldNotContain(value);
    }

    [Fact]
    public async Task Concurrent_rotations_of_one_version_have_one_winner()
    {
        var client = await stores.With(All);
        var key = await stores.Made("before");
        var body = Body([("environment-secret", key)]);
        body["objects"]![0]!["version"] = 1;
        var single = new JsonObject { ["value"] = "by hand", ["graceHours"] = 1 };

        var many = Enumerable
            .Range(0, 8)
            .Select(async _ =>
                (int)(await client.Post(Rotate, body)).ShouldSucceed().Json["rotated"]!
            );
        var ones = Enumerable
            .Range(0, 8)
            .Select(async _ =>
                (
                    await stores.Secrets.Post(
                        $"{Stores.Stores.PathOf(key)}/rotate",
                        single,
                        ("If-Match", "\"1\"")
                    )
                ).Status == 200
                    ? 1
                    : 0
            );
        var won = await Task.WhenAll(many.Concat(ones));

        won.Sum().ShouldBe(1);
        (await ValueOf(key, "?version=previous")).ShouldBe("before");
    }

    [Fact]
    public async Task Nobody_and_the_wrong_keys_are_refused()
    {
        var key = await stores.Made("before");
        var body = Body([("environment-secret", key)]);

        foreach (var path in new[] { Rotate, $"{Rotate}/preview" })
        {
            (await stores.Nobody.Post(path, body)).ShouldBeProblem(403, "origin_refused");
            (await stores.Bearer("rk_nonsense").Post(path, body)).ShouldBeProblem(
                401,
                "unauthorized"
            );
            (await stores.Secrets.Post(path, body)).ShouldBeProblem(401, "unauthorized");
            var reader = await stores.With("machine.monitoring.read,secrets.all");
            (await reader.Post(path, body)).ShouldBeProblem(403, "forbidden");
            var auditor = await stores.With(All, Stores.Stores.AuditorEmail);
            (await auditor.Post(path, body)).ShouldBeProblem(403, "forbidden");
        }

        var watcher = await stores.With("machine.monitoring.all");
        var unseen = (await watcher.Post(Rotate, body)).ShouldSucceed().Json["lines"]![0]!;
        ((string)unseen["problem"]!["code"]!).ShouldBe("not_found");
        unseen["title"].ShouldBeNull();
        (await ValueOf(key)).ShouldBe("before");
    }

    public static TheoryData<string> Bodies() =>
        [
            "{",
            "[]",
            "{}",
            """{"objects":[],"graceHours":1}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}]}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"graceHours":-1}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"graceHours":169}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"graceHours":1.5}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"graceHours":"1"}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"graceHours":1,"generate":{}}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"graceHours":1,"generate":{"length":7}}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"graceHours":1,"generate":{"length":4097}}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"graceHours":1,"generate":{"length":2147483647}}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"graceHours":1,"value":"x"}""",
            """{"objects":[{"kind":"environment-secret","id":"A","version":0}],"graceHours":1}""",
            """{"objects":[{"kind":"environment-secret","id":"A","version":"1"}],"graceHours":1}""",
            """{"objects":[{"kind":"environment-secret","id":"A"},{"kind":"environment-secret","id":"A","version":2}],"graceHours":1}""",
            """{"objects":[{"kind":"secret","id":"A"}],"graceHours":1}""",
            """{"objects":[{"kind":"api-key","id":""}],"graceHours":1}""",
        ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Hostile_rotation_is_refused_with_a_problem(string body)
    {
        var client = await stores.With(All);

        foreach (var path in new[] { Rotate, $"{Rotate}/preview" })
        {
            (await client.Send("POST", path, StoreClient.Text(body))).ShouldBeProblem(
                400,
                "invalid_request"
            );
        }
    }

    [Fact]
    public async Task Person_rotates_own_API_keys_from_own_pages_alone()
    {
        var visitor = await stores.Owner();
        var token = await Antiforgery(visitor);
        var made = await Send(
            visitor,
            $"{Door}/api-keys",
            """{"name":"bulk","format":"rk","permissions":["machine.monitoring.read"],"expiresAt":null}""",
            token
        );
        var (id, old) = ((string)made["id"]!, (string)made["shownOnce"]!);
        var body = Body([("api-key", id)]).ToJsonString();

        ((string)(await Send(visitor, Rotate, body, token: null))["code"]!).ShouldBe(
            "antiforgery_refused"
        );
        var line = (await Send(visitor, Rotate, body, token))["lines"]![0]!;
        var again = (await Send(visitor, Rotate, body, token))["lines"]![0]!;

        line["problem"].ShouldBeNull();
        var key = (string)line["shownOnce"]!;
        (await stores.Bearer(key).Get($"{Door}/expiries")).ShouldSucceed();
        (await stores.Bearer(old).Get($"{Door}/expiries")).ShouldSucceed();
        ((string)again["problem"]!["code"]!).ShouldBe("already_rotated");
        stores.Process.Log.ShouldNotContain(key);
    }

    private static async Task<string> Antiforgery(Visitor visitor)
    {
        using var answer = await visitor.Send(
            HttpMethod.Get,
            $"{Door}/antiforgery",
            ("Sec-Fetch-Site", "same-origin")
        );
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["token"]!;
    }

    private static async Task<JsonNode> Send(
        Visitor visitor,
        string path,
        string body,
        string? token
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = StoreClient.Text(body),
        };
        request.Headers.TryAddWithoutValidation("Origin", visitor.Origin);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("RequestVerificationToken", token);
        }

        using var answer = await visitor.Http.SendAsync(request);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    /// <summary>An item with a generated key: its id, and the key.</summary>
    private async Task<(string Id, string Key)> MadeKey()
    {
        var made = (
            await stores.Workflows.Post(
                StoreClient.Workflows,
                new JsonObject { ["name"] = "api-key:bulk" }
            )
        )
            .ShouldSucceed(201)
            .Json;
        return ((string)made["id"]!, (string)made["secret"]!);
    }

    private async Task<bool> IsActive(string key) =>
        (bool)
            (
                await stores.Workflows.Post(
                    $"{StoreClient.Workflows}/verify-key",
                    new JsonObject { ["key"] = key }
                )
            )
                .ShouldSucceed()
                .Json["active"]!;

    private async Task<string> ValueOf(string key, string query = "") =>
        (string)
            (await stores.Secrets.Get(Stores.Stores.PathOf(key) + query)).ShouldSucceed().Json[
                "value"
            ]!;

    private static (string, string) Workflow(string id) => ("workflow-secret", id);

    private static JsonObject Body((string Kind, string Id)[] objects) =>
        new()
        {
            ["objects"] = new JsonArray([
                .. objects.Select(o =>
                    (JsonNode)new JsonObject { ["kind"] = o.Kind, ["id"] = o.Id }
                ),
            ]),
            ["graceHours"] = 24,
            ["generate"] = new JsonObject { ["length"] = 40 },
        };
}
