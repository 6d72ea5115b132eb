using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Sharing;

/// <summary>Agents: made, listed, archived, given a new API key (machine.md section 6).</summary>
[Collection(PortalCollection.Name)]
public sealed class AgentTests(Portal portal) : IAsyncLifetime
{
    private const string TenMinutes = "601000000";

    private Circle _circle = null!;

    private Party Alice => _circle.Alice;

    public async Task InitializeAsync() => _circle = await Circle.Of(portal);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task New_agent_is_answered_and_listed()
    {
        var made = (await Alice.Client.Post("agent", Named("deploy bot"))).ShouldSucceed(201).Json;

        made.ShouldHaveMembers("id name ownerId");
        ((string?)made["name"], (string?)made["ownerId"]).ShouldBe(("deploy bot", Alice.Id));
        var listed = (await Alice.Client.Get("agent")).ShouldSucceed().Json;
        listed.ShouldHaveMembers("agents");
        var entry = listed["agents"]!.AsArray().Single(a => Id(a!) == Id(made));
        entry.ShouldHaveMembers("id name ownerId createdAt");
    }

    [Theory]
    [InlineData("{}", "/name")]
    [InlineData("""{"name":""}""", "/name")]
    [InlineData("""{"name":null}""", "/name")]
    [InlineData("""{"name":"a","extra":1}""", "/extra")]
    [InlineData("""{"name":"a\u0000b"}""", "/name")]
    public async Task Agent_out_of_form_is_invalid(string body, string path) =>
        (await Alice.Client.Post("agent", JsonNode.Parse(body)!)).ShouldBeRefused(
            400,
            "invalid_request",
            path
        );

    [Fact]
    public async Task Others_do_not_see_an_agent_and_cannot_touch_it()
    {
        var id = await Make();

        var listed = (await _circle.Bob.Client.Get("agent")).ShouldSucceed().Json;

        listed["agents"]!.AsArray().ShouldNotContain(a => Id(a!) == id);
        (await Archive(_circle.Bob.Client, id)).ShouldBeRefused(404, "not_found");
        (await Regenerate(_circle.Bob.Client, id)).ShouldBeRefused(404, "not_found");
        (await Archive(_circle.Bob.Client, VaultState.NewId())).ShouldBeRefused(404, "not_found");
        (await Archive(_circle.Bob.Client, "nonsense")).ShouldBeRefused(404, "not_found");
    }

    [Fact]
    public async Task New_key_is_the_agents_and_is_shown_once()
    {
        var id = await Make();

        var answer = (await Regenerate(Alice.Client, id)).ShouldSucceed().Json;

        answer.ShouldHaveMembers("key");
        using var agent = _circle.AgentWith(id, (string)answer["key"]!);
        var me = (await agent.Client.Get("me")).ShouldSucceed().Json;
        ((string?)me["scope"], (string?)me.At("/agent/id")).ShouldBe(("AGENT", id));
    }

    [Fact]
    public async Task New_key_ends_the_one_before_at_once()
    {
        using var agent = await _circle.NewAgent();

        (await Regenerate(Alice.Client, agent.Id)).ShouldSucceed();

        (await agent.Client.Get("me")).ShouldBeRefused(401, "unauthorized");
    }

    [Fact]
    public async Task New_key_keeps_permissions_and_networks_of_the_last()
    {
        var id = await Make();
        await portal.Process.Commands.CreateApiKey(
            Alice.Id,
            "machine.vault.read",
            "--scope",
            "AGENT",
            "--agent",
            id,
            "--allow",
            "127.0.0.0/8"
        );

        using var agent = _circle.AgentWith(
            id,
            (string)(await Regenerate(Alice.Client, id)).ShouldSucceed().Json["key"]!
        );

        var me = (await agent.Client.Get("me")).ShouldSucceed().Json;
        me["permissions"]!.AsArray().Select(p => (string)p!).ShouldBe(["machine.vault.read"]);
        me["allowList"]!.AsArray().Select(p => (string)p!).ShouldBe(["127.0.0.0/8"]);
    }

    [Fact]
    public async Task Retry_shows_the_same_key_for_ten_minutes_only()
    {
        var id = await Make();
        var first = (await Regenerate(Alice.Client, id, "new-key")).ShouldSucceed();

        var second = (await Regenerate(Alice.Client, id, "new-key")).ShouldSucceed();

        second.Text.ShouldBe(first.Text);
        second.Headers["Idempotency-Replayed"].ShouldBe("true");
        portal.Execute($"UPDATE kept_answer SET created_at = created_at - {TenMinutes}");
        (await Regenerate(Alice.Client, id, "new-key")).ShouldBeRefused(
            409,
            "idempotency_secret_gone"
        );
    }

    [Fact]
    public async Task Archived_agent_is_gone_with_its_keys_and_grants()
    {
        using var agent = await _circle.NewAgent();
        var scene = await _circle.Scene();
        await Alice.Share("VAULT", scene.Vault.Id, 2, (Alice, "ADMIN"), (agent, "READ"));
        (await agent.Client.Get($"vault/{scene.Vault.Id}")).ShouldSucceed();

        (await Archive(Alice.Client, agent.Id)).ShouldSucceed().ShouldHaveNoBody();

        (await agent.Client.Get($"vault/{scene.Vault.Id}")).ShouldBeRefused(401, "unauthorized");
        (await Alice.Client.Get($"permissions/VAULT/{scene.Vault.Id}/permissions")).Json[
            "permissions"
        ]!
            .AsArray()
            .Select(p => (string)p!["principalId"]!)
            .ShouldBe([Alice.Id]);
        (
            (bool)(await Alice.Client.Get($"vault/{scene.Vault.Id}")).Json["rekeyDue"]!
        ).ShouldBeTrue();
        (await Alice.Client.Get("agent")).Json["agents"]!
            .AsArray()
            .ShouldNotContain(a => Id(a!) == agent.Id);
        (await Archive(Alice.Client, agent.Id)).ShouldBeRefused(404, "not_found");
        (await Regenerate(Alice.Client, agent.Id)).ShouldBeRefused(404, "not_found");
    }

    [Fact]
    public async Task Archived_agent_can_be_granted_nothing()
    {
        using var agent = await _circle.NewAgent();
        var scene = await _circle.Scene();
        (await Archive(Alice.Client, agent.Id)).ShouldSucceed();

        (
            await Alice.Client.Post(
                $"permissions/VAULT/{scene.Vault.Id}/set-permissions",
                Alice.SetBody("VAULT", scene.Vault.Id, 2, (Alice, "ADMIN"), (agent, "READ"))
            )
        ).ShouldBeRefused(400, "invalid_request", "/permissions/1/principalId");
    }

    [Fact]
    public async Task Retry_of_archiving_is_answered()
    {
        var id = await Make();
        (await Archive(Alice.Client, id, "gone")).ShouldSucceed();

        (await Archive(Alice.Client, id, "gone"))
            .ShouldSucceed()
            .Headers["Idempotency-Replayed"]
            .ShouldBe("true");
    }

    [Fact]
    public async Task Agent_neither_makes_agents_nor_archives_itself()
    {
        var agent = _circle.Agent;

        (await agent.Client.Get("agent")).ShouldBeRefused(403, "forbidden");
        (await agent.Client.Post("agent", Named("child"))).ShouldBeRefused(403, "forbidden");
        (await Archive(agent.Client, agent.Id)).ShouldBeRefused(403, "forbidden");
        (await Regenerate(agent.Client, agent.Id)).ShouldBeRefused(403, "forbidden");
    }

    [Fact]
    public async Task Calls_need_their_permission()
    {
        var email = (string)(await Alice.Client.Get("me")).Json.At("/owner/name")!;
        using var reader = portal.Client(await portal.KeyOf(email, "machine.agent.read"));
        using var writer = portal.Client(await portal.KeyOf(email, "machine.agent.write"));
        var id = await Make();

        (await writer.Get("agent")).ShouldBeRefused(403, "forbidden");
        (await reader.Post("agent", Named("a"))).ShouldBeRefused(403, "forbidden");
        (await Archive(reader, id)).ShouldBeRefused(403, "forbidden");
        (await Regenerate(reader, id)).ShouldBeRefused(403, "forbidden");
        (await reader.Get("agent")).ShouldSucceed();
        (await Regenerate(writer, id)).ShouldSucceed();
        (await Archive(writer, id)).ShouldSucceed();
    }

    [Fact]
    public async Task Auditor_reads_every_agent_and_makes_none()
    {
        var id = await Make();

        (await _circle.Auditor.Get("agent")).ShouldSucceed().Json["agents"]!
            .AsArray()
            .ShouldContain(a => Id(a!) == id);
        (await _circle.Auditor.Post("agent", Named("a"))).ShouldBeRefused(403, "forbidden");
        (await Archive(_circle.Auditor, id)).ShouldBeRefused(403, "forbidden");
    }

    [Fact]
    public async Task Of_two_new_keys_at_once_one_is_good()
    {
        var id = await Make();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Regenerate(Alice.Client, id))
        );

        var good = 0;
        foreach (var answer in answers)
        {
            using var agent = _circle.AgentWith(id, (string)answer.ShouldSucceed().Json["key"]!);
            good += (await agent.Client.Get("me")).Status == 200 ? 1 : 0;
        }

        good.ShouldBe(1);
    }

    private static JsonObject Named(string name) => new() { ["name"] = name };

    private static string Id(JsonNode node) => (string)node["id"]!;

    private async Task<string> Make() =>
        Id((await Alice.Client.Post("agent", Named("builder"))).ShouldSucceed(201).Json);

    private static Task<Answer> Archive(MachineClient who, string id, string? retry = null) =>
        who.Send(HttpMethod.Patch, $"agent/{id}/archive", (JsonNode?)null, retry);

    private static Task<Answer> Regenerate(MachineClient who, string id, string? retry = null) =>
        who.Send(HttpMethod.Post, $"agent/{id}/regenerate-api-key", (JsonNode?)null, retry);
}
