using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>The five operations of workflows.md.</summary>
[Collection(StoresCollection.Name)]
public sealed class WorkflowTests(Stores stores)
{
    private const string Members = "id name created_at expires_at";
    private const string Time = "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$";

    private StoreClient Client => stores.Workflows;

    private static JsonObject Item(string name = "Deploy token", string? secret = "s3cret")
    {
        var item = new JsonObject { ["name"] = name };
        if (secret is not null)
        {
            item["secret"] = secret;
        }

        return item;
    }

    [Fact]
    public async Task Create_answers_with_exactly_the_item()
    {
        var body = Item("My App's API Token");
        body["expires_at"] = "2099-10-31T12:00:00.1234567+02:00";

        var answer = (await Client.Post(StoreClient.Workflows, body)).ShouldSucceed(201);

        answer.Json.ShouldHaveMembers(Members);
        ((string)answer.Json["id"]!).ShouldMatch("^vlt_[0-9abcdefghjkmnpqrstvwxyz]{26}$");
        ((string)answer.Json["name"]!).ShouldBe("My App's API Token");
        ((string)answer.Json["created_at"]!).ShouldMatch(Time);
        ((string)answer.Json["expires_at"]!).ShouldBe("2099-10-31T10:00:00.123456Z");
        answer.Headers["ETag"].ShouldBe("\"1\"");
        answer.Headers["Cache-Control"].ShouldBe("no-store");
    }

    [Fact]
    public async Task List_is_a_bare_array_newest_first_without_secrets()
    {
        var first = (await Client.Post(StoreClient.Workflows, Item("same", "canary-1"))).Json;
        var second = (await Client.Post(StoreClient.Workflows, Item("same", "canary-2"))).Json;

        var answer = (await Client.Get(StoreClient.Workflows)).ShouldSucceed();

        var items = answer.Json.ShouldBeOfType<JsonArray>();
        items
            .Take(2)
            .Select(item => (string)item!["id"]!)
            .ShouldBe([(string)second["id"]!, (string)first["id"]!]);
        foreach (var item in items)
        {
            item.ShouldHaveMembers(Members);
        }

        answer.Text.ShouldNotContain("canary");
    }

    [Fact]
    public async Task Get_answers_with_the_item_and_its_version()
    {
        var made = (await Client.Post(StoreClient.Workflows, Item())).ShouldSucceed(201);

        var answer = (await Client.Get(Stores.PathOf(made))).ShouldSucceed();

        answer.Text.ShouldBe(made.Text);
        answer.Json["expires_at"].ShouldBeNull();
        answer.Headers["ETag"].ShouldBe("\"1\"");
    }

    [Fact]
    public async Task Update_sets_clears_and_keeps_the_expiry()
    {
        var path = await stores.MadeItem();
        const string expiry = "2099-01-01T00:00:00.000000Z";

        var body = Item("Renamed", "new");
        body["expires_at"] = "2099-01-01T00:00:00Z";
        var set = (await Client.Put(path, body)).ShouldSucceed();
        var kept = (await Client.Put(path, Item("Renamed", "newer"))).ShouldSucceed();
        body["expires_at"] = null;
        var cleared = (await Client.Put(path, body)).ShouldSucceed();

        set.Json.ShouldHaveMembers(Members);
        ((string)set.Json["name"]!).ShouldBe("Renamed");
        ((string)set.Json["expires_at"]!).ShouldBe(expiry);
        ((string)kept.Json["expires_at"]!).ShouldBe(expiry);
        cleared.Json["expires_at"].ShouldBeNull();
        cleared.Headers["ETag"].ShouldBe("\"4\"");
    }

    [Fact]
    public async Task Deleted_item_is_gone()
    {
        var path = await stores.MadeItem();

        (await Client.Delete(path)).ShouldSucceed(204).ShouldHaveNoBody();

        (await Client.Delete(path)).ShouldBeWorkflowsError(404, "resource_not_found");
        (await Client.Get(path)).ShouldBeWorkflowsError(404, "resource_not_found");
        (await Client.Put(path, Item())).ShouldBeWorkflowsError(404, "resource_not_found");
        (await Client.Get(StoreClient.Workflows)).Text.ShouldNotContain(path.Split('/')[^1]);
    }

    [Theory]
    [InlineData("vlt_")]
    [InlineData("vlt_01h3j4k5l6m7n8p9q0r1s2t3u4")]
    [InlineData("VLT_01H3J4K5M6M7N8P9Q0R1S2T3V4")]
    [InlineData("vlt_01h3j4k5m6m7n8p9q0r1s2t3v4")]
    [InlineData("x")]
    [InlineData("%01")]
    public async Task Text_that_is_no_id_is_not_found(string id)
    {
        var path = $"{StoreClient.Workflows}/{id}";

        (await Client.Get(path)).ShouldBeWorkflowsError(404, "resource_not_found");
        (await Client.Put(path, Item())).ShouldBeWorkflowsError(404, "resource_not_found");
        (await Client.Delete(path)).ShouldBeWorkflowsError(404, "resource_not_found");
    }

    [Fact]
    public async Task Key_is_generated_and_shown_once()
    {
        var made = (
            await Client.Post(StoreClient.Workflows, Item("api-key:build", null))
        ).ShouldSucceed(201);

        made.Json.ShouldHaveMembers($"{Members} secret");
        ((string)made.Json["secret"]!).ShouldMatch("^wfk_[0-9A-Za-z]{49}$");
        (await Client.Get(Stores.PathOf(made))).Json.ShouldHaveMembers(Members);
    }

    [Fact]
    public async Task Item_with_a_generated_key_changes_name_and_expiry_only()
    {
        var path = Stores.PathOf(
            (await Client.Post(StoreClient.Workflows, Item("api-key:one", null))).ShouldSucceed(201)
        );

        (
            await stores.Refuse(() => Client.Put(path, Item("api-key:two", "s")))
        ).ShouldBeWorkflowsError(422, "secret_not_allowed");
        (await stores.Refuse(() => Client.Put(path, Item("other", "s")))).ShouldBeWorkflowsError(
            422,
            "prefix_immutable"
        );
        var renamed = (await Client.Put(path, Item("api-key:two", null))).ShouldSucceed();
        renamed.Json.ShouldHaveMembers(Members);
        ((string)renamed.Json["name"]!).ShouldBe("api-key:two");
        var plain = await stores.MadeItem();
        (
            await stores.Refuse(() => Client.Put(plain, Item("api-key:three", null)))
        ).ShouldBeWorkflowsError(422, "prefix_immutable");
    }

    [Theory]
    [InlineData("\"1\"", 200)]
    [InlineData("*", 200)]
    [InlineData("\"2\"", 412)]
    [InlineData("W/\"1\"", 412)]
    [InlineData("1", 400)]
    public async Task If_match_lets_a_change_through_only_at_the_version_that_it_names(
        string condition,
        int status
    )
    {
        var header = ("If-Match", condition);
        var plain = await stores.MadeItem();
        var generated = Stores.PathOf(
            (await Client.Post(StoreClient.Workflows, Item("api-key:one", null))).ShouldSucceed(201)
        );
        foreach (
            var call in new Func<Task<Answer>>[]
            {
                () => Client.Put(plain, Item("Renamed"), header),
                () => Client.Post($"{generated}/rotate-key", null, header),
                () => Client.Delete(Stores.PathOf(MadeNow()), header),
            }
        )
        {
            if (status == 200)
            {
                (await call()).Status.ShouldBeInRange(200, 204);
            }
            else
            {
                (await call()).ShouldBeWorkflowsError(
                    status,
                    status == 412 ? "version_conflict" : "parameter_invalid"
                );
            }
        }

        Answer MadeNow() => Client.Post(StoreClient.Workflows, Item()).GetAwaiter().GetResult();
    }

    [Fact]
    public async Task Creation_again_gets_the_same_answer_with_the_same_key()
    {
        var retry = ("Idempotency-Key", Guid.NewGuid().ToString());

        var first = await Client.Post(StoreClient.Workflows, Item("api-key:build", null), retry);
        var again = await Client.Post(StoreClient.Workflows, Item("api-key:build", null), retry);

        again.ShouldSucceed(201).Text.ShouldBe(first.ShouldSucceed(201).Text);
        again.Headers["Idempotency-Replayed"].ShouldBe("true");
        (
            await Client.Post(StoreClient.Workflows, Item("api-key:other", null), retry)
        ).ShouldBeWorkflowsError(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task Secret_that_was_stored_is_shown_by_nothing_but_resolving()
    {
        var path = await stores.MadeItem("Hidden one", "canary-hidden");

        foreach (var target in new[] { path, StoreClient.Workflows })
        {
            (await Client.Get(target)).Text.ShouldNotContain("canary");
        }

        (await stores.Secrets.Get(StoreClient.Secrets + "/-/export")).Text.ShouldNotContain(
            "canary-hidden"
        );
    }
}
