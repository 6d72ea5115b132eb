using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Management;

/// <summary>/api/v1/portal/expiry-policies, and what policies do at every door where something is made or its expiry set.</summary>
public sealed class PolicyTests(Portal portal) : IClassFixture<Portal>, IAsyncLifetime
{
    private const string Path = "/api/v1/portal/expiry-policies";
    private const string Past = "2020-01-31T10:00:00.000Z";
    private const string Far = "2199-01-31T10:00:00.000Z";

    private StoreClient _client = null!;
    private StoreClient _stores = null!;

    public async Task InitializeAsync()
    {
        _client = Key(await portal.KeyOf(Portal.OwnerEmail, "machine.all"));
        _stores = StoreClient.Bearer(
            portal.Process.Address,
            await portal.KeyOf(Portal.OwnerEmail, "machine.all,secrets.all,workflows.vault.all")
        );
    }

    public async Task DisposeAsync()
    {
        // A policy is everybody's: none is left to the next test.
        foreach (var policy in (await _client.Get(Path)).Json["policies"]!.AsArray())
        {
            (await _client.Delete($"{Path}/{policy!["id"]}")).ShouldSucceed(204);
        }

        _client.Dispose();
        _stores.Dispose();
    }

    [Fact]
    public async Task Policy_is_made_read_replaced_and_deleted()
    {
        var body = Policy("Passwords").Body;
        body["match"] = new JsonObject { ["kind"] = "field", ["fieldType"] = "PASSWORD" };
        body["reminderOffsets"] = new JsonArray("1d", "30d", "2w");
        body["rotateEvery"] = "60d";

        var made = (await _client.Post(Path, body)).ShouldSucceed(201);
        var id = (string)made.Json["id"]!;
        var read = (await _client.Get($"{Path}/{id}")).ShouldSucceed();
        var known = await _client.Get($"{Path}/{id}", ("If-None-Match", "\"1\""));
        body["longestLifetime"] = "1y";
        var changed = await _client.Put($"{Path}/{id}", body, ("If-Match", "\"1\""));
        var stale = await _client.Put($"{Path}/{id}", body, ("If-Match", "\"1\""));
        var staleDelete = await _client.Delete($"{Path}/{id}", ("If-Match", "\"1\""));

        (made.Headers["ETag"], made.Headers["Location"]).ShouldBe(("\"1\"", $"{Path}/{id}"));
        read.Json.ShouldHaveMembers(
            "id name match defaultLifetime longestLifetime onExpiry reminderOffsets rotateEvery remindsCreator remindsAdmins remindedPeople version createdAt updatedAt"
        );
        Json.Text(read.Json["reminderOffsets"]).ShouldBe("""["30d","14d","1d"]""");
        Json.Text(read.Json["match"])
            .ShouldBe(
                """{"kind":"field","vault":null,"itemType":null,"fieldType":"PASSWORD","classification":null}"""
            );
        ((string?)read.Json["onExpiry"], read.Headers["ETag"]).ShouldBe(("block", "\"1\""));
        known.Status.ShouldBe(304);
        changed.ShouldSucceed().Headers["ETag"].ShouldBe("\"2\"");
        ShouldBeProblem(stale, 412, "version_conflict");
        ShouldBeProblem(staleDelete, 412, "version_conflict");
        (await _client.Delete($"{Path}/{id}", ("If-Match", "\"2\""))).ShouldSucceed(204);
        ShouldBeProblem(await _client.Get($"{Path}/{id}"), 404, "not_found");
    }

    [Fact]
    public async Task What_was_read_can_be_sent_back()
    {
        var id = await Make(Policy("again", "90d", "1y"));
        var body = (await _client.Get($"{Path}/{id}")).Json.AsObject().Copy();
        foreach (var own in (string[])["id", "version", "createdAt", "updatedAt"])
        {
            body.Remove(own);
        }

        (await _client.Put($"{Path}/{id}", body)).ShouldSucceed();
    }

    [Fact]
    public async Task Retry_with_the_same_key_makes_one_policy()
    {
        var body = Policy("once").Body;

        var first = await _client.Post(Path, body, ("Idempotency-Key", "policy-1"));
        var second = await _client.Post(Path, body, ("Idempotency-Key", "policy-1"));
        var third = await _client.Post(Path, body);

        ((string?)second.Json["id"]).ShouldBe((string?)first.ShouldSucceed(201).Json["id"]);
        second.Headers["Idempotency-Replayed"].ShouldBe("true");
        ShouldBeProblem(third, 409, "policy_exists", "/match");
    }

    [Theory]
    [InlineData("""[]""", "")]
    [InlineData("""{"name":"x","extra":1}""", "/extra")]
    [InlineData("""{"match":{}}""", "/name")]
    [InlineData("""{"name":5}""", "/name")]
    [InlineData("""{"name":"x","name":"y"}""", "/name")]
    [InlineData("""{"name":" "}""", "/name")]
    [InlineData("""{"name":"x","match":{"kind":"secret"}}""", "/match/kind")]
    [InlineData(
        """{"name":"x","match":{"kind":"api-key","fieldType":"TEXT"}}""",
        "/match/fieldType"
    )]
    [InlineData("""{"name":"x","match":{"itemType":"login"}}""", "/match/itemType")]
    [InlineData("""{"name":"x","match":{"vault":"xyz"}}""", "/match/vault")]
    [InlineData("""{"name":"x","match":{"vault":"507f1f77bcf86cd799439011"}}""", "/match/vault")]
    [InlineData("""{"name":"x","match":{"store":1}}""", "/match/store")]
    [InlineData("""{"name":"x","defaultLifetime":"90 days"}""", "/defaultLifetime")]
    [InlineData("""{"name":"x","defaultLifetime":90}""", "/defaultLifetime")]
    [InlineData("""{"name":"x","longestLifetime":"99999999999999999999d"}""", "/longestLifetime")]
    [InlineData(
        """{"name":"x","defaultLifetime":"2d","longestLifetime":"1d"}""",
        "/defaultLifetime"
    )]
    [InlineData("""{"name":"x","onExpiry":"ignore"}""", "/onExpiry")]
    [InlineData("""{"name":"x","reminderOffsets":["1d","24h"]}""", "/reminderOffsets/1")]
    [InlineData("""{"name":"x","reminderOffsets":["0d"]}""", "/reminderOffsets/0")]
    [InlineData("""{"name":"x","reminderOffsets":"1d"}""", "/reminderOffsets")]
    [InlineData(
        """{"name":"x","remindedPeople":["507f1f77bcf86cd799439011"]}""",
        "/remindedPeople/0"
    )]
    [InlineData("""{"name":"x","remindsAdmins":"yes"}""", "/remindsAdmins")]
    public async Task Policy_out_of_form_is_refused_at_its_place(string body, string pointer)
    {
        ShouldBeProblem(
            await _client.Send("POST", Path, StoreClient.Text(body)),
            400,
            "invalid_request",
            pointer
        );
        (await _client.Get(Path)).Json["count"]!.GetValue<int>().ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?kind=secret")]
    [InlineData("?kind=api-key&fieldType=TEXT")]
    [InlineData("?kind=field&kind=field")]
    [InlineData("?kind=field&limit=1")]
    [InlineData("?kind=field&vault=xyz")]
    public async Task Decision_about_nothing_that_exists_is_refused(string query) =>
        ShouldBeProblem(await _client.Get($"{Path}/decision{query}"), 400, "invalid_request");

    [Fact]
    public async Task Decision_is_that_of_the_most_specific_policy()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        await Make(Policy("all", "30d"));
        await Make(Policy("vault", "60d", vault: scene.Vault.Id));

        var key = (await _client.Get($"{Path}/decision?kind=api-key")).ShouldSucceed().Json;
        var field = (
            await _client.Get($"{Path}/decision?kind=field&vault={scene.Vault.Id}&fieldType=TEXT")
        ).Json;
        var unknown = await _client.Get($"{Path}/decision?kind=field&vault={VaultState.NewId()}");

        key.ShouldHaveMembers(
            "policyId policyName defaultLifetime longestLifetime onExpiry reminderOffsets rotateEvery"
        );
        ((string?)key["policyName"], (string?)key["defaultLifetime"]).ShouldBe(("all", "30d"));
        ((string?)field["policyName"]).ShouldBe("vault");
        ShouldBeProblem(unknown, 404, "vault_not_found");
    }

    [Fact]
    public async Task Whoever_may_not_is_refused()
    {
        using var reader = Key(await portal.KeyOf(Portal.OwnerEmail, "machine.monitoring.read"));
        using var stranger = Key(await portal.KeyOf(Portal.OwnerEmail, "machine.vault.all"));
        using var nobody = Key("rk_nobody");
        var auditor = await portal.Stranger(role: "Auditor");
        using var auditing = Key(auditor.Key!);
        var body = Policy("mine").Body;

        (await reader.Get(Path)).ShouldSucceed();
        (await auditing.Get(Path)).ShouldSucceed();
        ShouldBeProblem(await reader.Post(Path, body), 403, "forbidden");
        ShouldBeProblem(await auditing.Post(Path, body), 403, "forbidden");
        ShouldBeProblem(await auditing.Post($"{Path}/preview", Preview(body)), 403, "forbidden");
        ShouldBeProblem(await stranger.Get(Path), 403, "forbidden");
        ShouldBeProblem(await nobody.Get(Path), 401, "unauthorized");
        ShouldBeProblem(await _client.Send("PATCH", Path, null), 405, "method_not_allowed");
        ShouldBeProblem(await _client.Get($"{Path}/xyz"), 404, "not_found");
    }

    [Fact]
    public async Task Preview_says_what_would_change_and_changes_nothing()
    {
        var key = Name();
        (await _stores.Post(StoreClient.Secrets, Secret(key, Past))).ShouldSucceed(201);
        var body = Policy("short", "1d", "1d", kind: "environment-secret").Body;

        using var client = Key(await portal.KeyOf(Portal.OwnerEmail, "machine.all,secrets.all"));
        var preview = (await client.Post($"{Path}/preview", Preview(body))).ShouldSucceed().Json;

        preview.ShouldHaveMembers(
            "decides blocked unblocked dueSoon overdue beyondLongest objects"
        );
        preview["decides"]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(1);
        (await _stores.Get($"{StoreClient.Secrets}/{key}")).Status.ShouldBe(404);
        (await _client.Get(Path)).Json["count"]!.GetValue<int>().ShouldBe(0);
        ShouldBeProblem(
            await _client.Post($"{Path}/preview", new JsonObject { ["policy"] = null }),
            400,
            "invalid_request",
            "/policy"
        );
    }

    [Fact]
    public async Task New_items_and_fields_get_the_default_and_no_edit_drops_it()
    {
        var vault = await portal.Owner.CreateVault();
        await Make(Policy("vault", "90d", "180d", vault: vault.Id));
        vault = await portal.Owner.CreateItem(vault, MachineClient.NewItem(vault));
        var scene = await SceneOf(vault);
        var item = await Expiries(scene);

        scene.Vault = await portal.Owner.Apply(scene.Change().Update(scene.Password), scene.Vault);
        scene.Vault = await portal.Owner.Apply(scene.Change().Name("renamed"), scene.Vault);
        scene.Vault = await portal.Owner.Apply(scene.Change().Type("DATABASE"), scene.Vault);
        (await Expiries(scene)).ShouldBe(item);
        scene.Vault = await portal.Owner.Apply(
            scene
                .Change()
                .Add(
                    new FieldState
                    {
                        Name = "more",
                        Type = "TEXT",
                        Order = 9,
                    }
                ),
            scene.Vault
        );
        var after = await Expiries(scene);

        item.ShouldAllBe(at => at != null);
        item.ShouldAllBe(at => Days(at) >= 89.9 && Days(at) <= 90);
        after.Take(item.Length).ShouldBe(item);
        Days(after[^1]).ShouldBeInRange(89.9, 90);
    }

    [Fact]
    public async Task Grouping_archiving_restoring_and_a_change_of_the_vault_keep_expiries()
    {
        var (scene, owner) = (await Scene.MakeAsync(portal.Owner), portal.Owner);
        var field = new JsonObject { ["fieldId"] = scene.Password.Id, ["expiresAt"] = Far };
        (
            await SetExpiry(scene, new() { ["expiresAt"] = Far, ["fields"] = new JsonArray(field) })
        ).ShouldSucceed();
        // Without a longest lifetime: what comes back is within one (PolicyDoorTests).
        await Make(Policy("vault", "90d", vault: scene.Vault.Id));
        var before = await Expiries(scene);

        var group = new GroupState(VaultState.NewId(), "Databases");
        scene.Vault = await owner.CreateGroup(scene.Vault, group);
        (
            await owner.Put(
                $"vault/{scene.Vault.Id}/groups/{group.Id}/items",
                owner.GroupItemsBody(scene.Vault, group.Id, scene.Item)
            )
        ).ShouldSucceed();
        scene.Vault = ObjectRequests.AfterGrouping(scene.Vault, group.Id, scene.Item);
        var archived = await scene.ArchiveItem();
        (
            await owner.Post(
                $"vault/{scene.Vault.Id}/items/{archived.Id}/restore",
                owner.RestoreItemBody(scene.Vault, archived)
            )
        ).ShouldSucceed();
        scene.Vault = scene.Vault.With(
            archived with
            {
                DetailVersion = archived.DetailVersion + 1,
            }
        ) with
        {
            SummaryVersion = scene.Vault.SummaryVersion + 1,
        };
        (await owner.Patch(scene.VaultPath, scene.VaultUpdate())).ShouldSucceed();

        before.ShouldBe([Far, null, Far]);
        (await Expiries(scene)).ShouldBe(before);
    }

    [Fact]
    public async Task Expiry_beyond_the_longest_is_refused_by_the_machine_API()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        (await SetExpiry(scene, new() { ["expiresAt"] = Far })).ShouldSucceed();
        await Make(Policy("vault", "90d", "180d", vault: scene.Vault.Id));
        var field = new JsonObject { ["fieldId"] = scene.Password.Id, ["expiresAt"] = Far };

        await scene.Refuse(
            () => SetExpiry(scene, new() { ["expiresAt"] = null }),
            400,
            "invalid_request",
            "/expiresAt"
        );
        await scene.Refuse(
            () => SetExpiry(scene, new() { ["fields"] = new JsonArray(field.Copy()) }),
            400,
            "invalid_request",
            "/fields/0/expiresAt"
        );
        (await SetExpiry(scene, new() { ["expiresAt"] = Far })).ShouldSucceed();
        scene.Vault = await portal.Owner.Apply(scene.Change().Name("renamed"), scene.Vault);
        (await Expiries(scene))[0].ShouldBe(Far);
    }

    [Fact]
    public async Task Key_makes_no_policy_that_warns()
    {
        var body = Policy("lenient", kind: "environment-secret", warns: true).Body;
        ShouldBeProblem(await _client.Post(Path, body), 403, "forbidden");
        ShouldBeProblem(await _client.Post($"{Path}/preview", Preview(body)), 403, "forbidden");

        var id = await Make(Policy("strict", kind: "environment-secret"));

        ShouldBeProblem(await _client.Put($"{Path}/{id}", body), 403, "forbidden");
    }

    [Fact]
    public async Task Environment_secrets_obey_at_each_call()
    {
        await Make(Policy("env", "90d", "180d", kind: "environment-secret"));
        var (key, other) = (Name(), Name());

        (await _stores.Post(StoreClient.Secrets, Secret(key))).ShouldSucceed(201);
        var late = await _stores.Post(StoreClient.Secrets, Secret(other, Far));
        var never = Secret(other);
        never["expiresAt"] = null;
        var none = await _stores.Post(StoreClient.Secrets, never);
        var put = await _stores.Put(
            $"{StoreClient.Secrets}/{key}",
            new JsonObject { ["expiresAt"] = Far }
        );
        (
            await _stores.Put(
                $"{StoreClient.Secrets}/{key}",
                new JsonObject { ["value"] = "another" }
            )
        ).ShouldSucceed();

        new[] { late, none, put }.ShouldAllBe(answer => answer.Status == 400);
        late.Text.ShouldContain("180d");
        Days(await ExpiryOfSecret(key)).ShouldBeInRange(89.9, 90);
        (await _stores.Get($"{StoreClient.Secrets}/{other}")).Status.ShouldBe(404);
        var import = await _stores.Post(
            $"{StoreClient.Secrets}/-/import",
            new JsonObject { ["secrets"] = new JsonArray(Secret(other, Far)) }
        );
        import.ShouldSucceed().Json["failed"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Workflow_items_obey_at_each_call()
    {
        await Make(Policy("workflow", "90d", "180d", kind: "workflow-secret"));
        var body = new JsonObject { ["name"] = "deploy token", ["secret"] = "value" };

        var made = (await _stores.Post(StoreClient.Workflows, body)).ShouldSucceed(201).Json;
        var path = $"{StoreClient.Workflows}/{made["id"]}";
        var kept = (await _stores.Put(path, body)).ShouldSucceed().Json;
        body["expires_at"] = Far;
        var late = await _stores.Put(path, body);
        var lateNew = await _stores.Post(StoreClient.Workflows, body);
        body["expires_at"] = null;
        var none = await _stores.Put(path, body);

        Days((string?)made["expires_at"]).ShouldBeInRange(89.9, 90);
        ((string?)kept["expires_at"]).ShouldBe((string?)made["expires_at"]);
        new[] { late, lateNew, none }.ShouldAllBe(answer =>
            answer.Status == 400 && answer.Text.Contains("180d", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task New_API_key_gets_the_default()
    {
        await Make(Policy("keys", "90d", "180d", kind: "api-key"));
        var email = $"{Guid.NewGuid():N}@example.com";
        await portal.Process.Commands.CreateAccount(email);

        using var client = Key(await portal.Process.Commands.CreateApiKey(email));

        var me = (await client.Get("/api/v1/machine/me")).ShouldSucceed().Json;
        Days((string?)me["expiresAt"]).ShouldBeInRange(89.9, 90);
    }

    private static PolicyBody Policy(
        string name,
        string? usual = null,
        string? longest = null,
        string? kind = null,
        string? vault = null,
        bool warns = false
    ) =>
        new(
            new JsonObject
            {
                ["name"] = name,
                ["match"] = new JsonObject { ["kind"] = kind, ["vault"] = vault },
                ["defaultLifetime"] = usual,
                ["longestLifetime"] = longest,
                ["onExpiry"] = warns ? "warn" : "block",
                ["reminderOffsets"] = new JsonArray("30d", "7d"),
            }
        );

    private static JsonObject Preview(JsonObject policy) => new() { ["policy"] = policy.Copy() };

    private static JsonObject Secret(string key, string? expiresAt = null)
    {
        var body = new JsonObject { ["key"] = key, ["value"] = "value" };
        if (expiresAt is not null)
        {
            body["expiresAt"] = expiresAt;
        }

        return body;
    }

    private static string Name() => $"POLICY_{Guid.NewGuid():N}".ToUpperInvariant();

    private static double Days(string? at) =>
        (DateTimeOffset.Parse(at!, null) - DateTimeOffset.UtcNow).TotalDays;

    private static void ShouldBeProblem(
        Answer answer,
        int status,
        string code,
        string? pointer = null
    )
    {
        answer.Status.ShouldBe(status, answer.Text);
        answer.Headers["Content-Type"].ShouldStartWith("application/problem+json");
        ((string?)answer.Json["code"], (int?)answer.Json["status"]).ShouldBe((code, status));
        if (pointer is not null)
        {
            ((string?)answer.Json["pointer"] ?? "").ShouldBe(pointer);
        }
    }

    private StoreClient Key(string key) => new(portal.Process.Address, ("X-API-Key", key));

    private async Task<string> Make(PolicyBody policy) =>
        (string)(await _client.Post(Path, policy.Body)).ShouldSucceed(201).Json["id"]!;

    private async Task<Scene> SceneOf(VaultState vault)
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        scene.Vault = vault;
        return scene;
    }

    private Task<Answer> SetExpiry(Scene scene, JsonObject body) =>
        portal.Owner.Send(HttpMethod.Put, $"vault-item/{scene.Item.Id}/expiry", body);

    /// <summary>Of the item, and then of its fields in their order.</summary>
    private async Task<string?[]> Expiries(Scene scene)
    {
        var item = (await portal.Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}"))
            .ShouldSucceed()
            .Json;
        return
        [
            (string?)item["expiresAt"],
            .. item["fields"]!.AsArray().Select(field => (string?)field!["expiresAt"]),
        ];
    }

    private async Task<string?> ExpiryOfSecret(string key) =>
        (string?)
            (await _stores.Get(StoreClient.Secrets)).Json["secrets"]!
                .AsArray()
                .Single(secret => (string?)secret!["key"] == key)!["expiresAt"];

    private sealed record PolicyBody(JsonObject Body);
}
