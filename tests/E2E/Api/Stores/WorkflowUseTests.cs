using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>Resolving, generated keys, and who may call what in the workflow vault.</summary>
[Collection(StoresCollection.Name)]
public sealed class WorkflowUseTests(Stores stores)
{
    private const string Resolve = StoreClient.Workflows + "/resolve";
    private const string Verify = StoreClient.Workflows + "/verify-key";
    private const string Unknown = StoreClient.Workflows + "/vlt_01h3j4k5m6m7n8p9q0r1s2t3v4";

    private static readonly string[] Permissions =
    [
        "workflows.vault.read",
        "workflows.vault.write",
        "workflows.vault.use",
    ];

    private static readonly (string Method, string Path, string? Body, string Permission)[] Calls =
    [
        ("GET", StoreClient.Workflows, null, "workflows.vault.read"),
        ("GET", Unknown, null, "workflows.vault.read"),
        ("POST", StoreClient.Workflows, """{"name":"abc","secret":"s"}""", "workflows.vault.write"),
        ("PUT", Unknown, """{"name":"abc","secret":"s"}""", "workflows.vault.write"),
        ("DELETE", Unknown, null, "workflows.vault.write"),
        ("POST", $"{Unknown}/rotate-key", "{}", "workflows.vault.write"),
        ("POST", Resolve, """{"names":["abc"]}""", "workflows.vault.use"),
        ("POST", Verify, """{"key":"wfk_x"}""", "workflows.vault.use"),
    ];

    private StoreClient Client => stores.Workflows;

    public static TheoryData<string, string, string?, string> CallData()
    {
        var data = new TheoryData<string, string, string?, string>();
        foreach (var (method, path, body, permission) in Calls)
        {
            data.Add(method, path, body, permission);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(CallData))]
    public async Task Call_without_its_permission_or_a_credential_is_refused(
        string method,
        string path,
        string? body,
        string permission
    )
    {
        var others = Permissions.Except([permission]);
        var client = await stores.With(string.Join(',', others) + ",secrets.all");

        (await stores.Refuse(() => Send(client))).ShouldBeWorkflowsError(403, "insufficient_scope");
        (await stores.Refuse(() => Send(stores.Nobody))).ShouldBeWorkflowsError(
            401,
            "token_missing"
        );

        Task<Answer> Send(StoreClient by) =>
            by.Send(method, path, body is null ? null : StoreClient.Text(body));
    }

    [Theory]
    [InlineData("Basic b3duZXI6eA==", "token_missing")]
    [InlineData("Bearer x", "token_invalid")]
    [InlineData(
        "Bearer ik_0000000000000000000000000000000000000000000000000000000000000000",
        "token_invalid"
    )]
    [InlineData("Bearer rk_0123456789abcdef.0123456789", "token_invalid")]
    public async Task Credential_that_is_not_good_is_refused(string authorization, string code) =>
        (
            await stores.Client(("Authorization", authorization)).Get(StoreClient.Workflows)
        ).ShouldBeWorkflowsError(401, code);

    [Fact]
    public async Task Key_in_another_header_is_no_credential_here() =>
        (
            await stores
                .Client(("x-api-key", await stores.KeyWith("workflows.vault.all")))
                .Get(StoreClient.Workflows)
        ).ShouldBeWorkflowsError(401, "token_missing");

    [Fact]
    public async Task Secrets_are_resolved_by_id_and_by_name()
    {
        var (one, other) = ($"One {Guid.NewGuid():N}", $"Other {Guid.NewGuid():N}");
        var id = (await stores.MadeItem(one, "first \"é\"")).Split('/')[^1];
        await stores.MadeItem(other, "second");

        var answer = (
            await Client.Post(
                Resolve,
                new JsonObject { ["ids"] = new JsonArray(id), ["names"] = new JsonArray(other) }
            )
        ).ShouldSucceed();

        answer.Json.ShouldHaveMembers("items errors");
        answer.Headers["Cache-Control"].ShouldBe("no-store");
        answer.Json["errors"]!.AsArray().ShouldBeEmpty();
        var items = answer.Json["items"]!.AsArray();
        foreach (var item in items)
        {
            item.ShouldHaveMembers("id name secret expires_at");
        }

        items
            .Select(item => ((string)item!["name"]!, (string)item["secret"]!))
            .ShouldBe([(one, "first \"é\""), (other, "second")]);
    }

    [Fact]
    public async Task What_cannot_be_resolved_says_why()
    {
        var twice = $"Twice {Guid.NewGuid():N}";
        await stores.MadeItem(twice);
        await stores.MadeItem(twice);
        var generated = (
            await Client.Post(StoreClient.Workflows, new JsonObject { ["name"] = "api-key:build" })
        ).ShouldSucceed(201);
        var id = (string)generated.Json["id"]!;

        var answer = (
            await Client.Post(
                Resolve,
                new JsonObject
                {
                    ["ids"] = new JsonArray(id, "vlt_nothing"),
                    ["names"] = new JsonArray(twice, "Nobody has this"),
                }
            )
        ).ShouldSucceed();

        answer.Json["items"]!.AsArray().ShouldBeEmpty();
        answer.Json["errors"]!
            .AsArray()
            .Select(error => Json.Text(error))
            .ShouldBe(
                [
                    $$"""{"id":"{{id}}","code":"not_resolvable"}""",
                    """{"id":"vlt_nothing","code":"not_found"}""",
                    $$"""{"name":"{{twice}}","code":"ambiguous_name"}""",
                    """{"name":"Nobody has this","code":"not_found"}""",
                ],
                ignoreOrder: true
            );
    }

    [Theory]
    [InlineData("""{}""", "parameter_missing")]
    [InlineData("""{"ids":"x"}""", "parameter_invalid")]
    [InlineData("""{"ids":[1]}""", "parameter_invalid")]
    [InlineData("""{"names":[null]}""", "parameter_invalid")]
    [InlineData("""{"names":["\ud800"]}""", "parameter_invalid")]
    [InlineData("""{"ids":[],"items":[]}""", "parameter_unknown")]
    [InlineData("$many", "parameter_invalid")]
    public async Task Resolve_of_the_wrong_form_is_refused(string body, string code)
    {
        body =
            body == "$many"
                ? $$"""{"names":[{{string.Join(',', Enumerable.Repeat("\"x\"", 101))}}]}"""
                : body;

        (await Client.Send("POST", Resolve, StoreClient.Text(body))).ShouldBeWorkflowsError(
            400,
            code
        );
    }

    [Fact]
    public async Task Key_is_verified_and_rotated_with_overlap()
    {
        var made = (
            await Client.Post(StoreClient.Workflows, new JsonObject { ["name"] = "api-key:build" })
        ).ShouldSucceed(201);
        var path = Stores.PathOf(made);
        var first = (string)made.Json["secret"]!;

        var second = await Rotate(1);
        await IsActive(first, true);
        await IsActive(second, true);
        var third = await Rotate(0);
        await IsActive(second, false);
        await IsActive(third, true);
        (await Client.Delete(path)).ShouldSucceed(204);
        await IsActive(third, false);

        async Task<string> Rotate(int hours)
        {
            var rotated = (
                await Client.Post($"{path}/rotate-key", new JsonObject { ["grace_hours"] = hours })
            ).ShouldSucceed();
            rotated.Json.ShouldHaveMembers("id name created_at expires_at secret");
            rotated.Headers.ShouldContainKey("ETag");
            return (string)rotated.Json["secret"]!;
        }

        async Task IsActive(string key, bool active)
        {
            var answer = (
                await Client.Post(Verify, new JsonObject { ["key"] = key })
            ).ShouldSucceed();
            answer.Json.ShouldHaveMembers(active ? "active id name expires_at" : "active");
            ((bool)answer.Json["active"]!).ShouldBe(active);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("wfk_")]
    [InlineData("wfk_0000000000000000000000000000000000000000000000000")]
    [InlineData("something else")]
    public async Task Text_that_is_no_key_is_not_active(string key) =>
        (await Client.Post(Verify, new JsonObject { ["key"] = key })).Text.ShouldBe(
            """{"active":false}"""
        );

    [Theory]
    [InlineData("""{"grace_hours":-1}""", "parameter_invalid")]
    [InlineData("""{"grace_hours":169}""", "parameter_invalid")]
    [InlineData("""{"grace_hours":"1"}""", "parameter_invalid")]
    [InlineData("""{"hours":1}""", "parameter_unknown")]
    public async Task Rotation_of_the_wrong_form_is_refused(string body, string code) =>
        (
            await Client.Send("POST", $"{Unknown}/rotate-key", StoreClient.Text(body))
        ).ShouldBeWorkflowsError(400, code);

    [Fact]
    public async Task Expired_item_stays_as_metadata_and_is_not_resolved()
    {
        var name = $"Short {Guid.NewGuid():N}";
        var path = await stores.MadeItem(name);
        stores.Expire(name);

        (await Client.Get(path)).ShouldSucceed();
        var answer = (
            await Client.Post(Resolve, new JsonObject { ["names"] = new JsonArray(name) })
        ).ShouldSucceed();

        Json.Text(answer.Json["errors"]!).ShouldBe($$"""[{"name":"{{name}}","code":"expired"}]""");
    }
}
