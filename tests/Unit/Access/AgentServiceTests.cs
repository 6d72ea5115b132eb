using Shouldly;
using VaultPortal.Core.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class AgentServiceTests : IDisposable
{
    private readonly AccessStore _store = new();
    private readonly TestAccount _owner;

    public AgentServiceTests() => _owner = _store.AddAccount();

    [Fact]
    public async Task Create_more_agents_than_the_limit_is_refused_until_one_is_archived()
    {
        var machine = _store.AddMachine(_owner);
        var agent = _store.AddAgent(_owner);
        _store.Execute(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {AgentService.MaxAgents})
            INSERT INTO agent (public_id, owner_id, name, created_at) SELECT randomblob(12), owner_id, name, created_at FROM agent, n
            """
        );

        var refusal = (await _store.Agents.CreateAsync(machine, new NewAgent("more"))).Error!;
        (refusal.Code, refusal.Path).ShouldBe(("invalid_request", "/name"));

        (await _store.Agents.ArchiveAsync(machine, agent.PublicId)).Succeeded.ShouldBeTrue();
        (await _store.Agents.CreateAsync(machine, new NewAgent("more"))).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Key_made_by_a_key_is_no_wider_and_lives_no_longer()
    {
        var ends = _store.Clock.GetUtcNow().AddHours(1);
        var leaked = _store.AddKey(_owner, allowList: "203.0.113.9/32", expiresAt: ends);
        var agent = _store.AddAgent(_owner);

        await Regenerate(leaked.Text, agent);

        Last(agent).ShouldBe(("203.0.113.9/32", ends));
    }

    [Fact]
    public async Task Key_of_an_agent_keeps_its_own_bounds_where_they_are_narrower()
    {
        var agent = _store.AddAgent(_owner);
        var now = _store.Clock.GetUtcNow();
        _store.AddKey(
            _owner,
            agent: agent,
            allowList: "203.0.113.9/32",
            expiresAt: now.AddHours(1)
        );
        var wide = _store.AddKey(_owner, allowList: "203.0.113.0/24", expiresAt: now.AddHours(9));

        await Regenerate(wide.Text, agent);

        Last(agent).ShouldBe(("203.0.113.9/32", now.AddHours(1)));
    }

    [Fact]
    public async Task Key_made_by_an_unbounded_key_is_unbounded()
    {
        var agent = _store.AddAgent(_owner);

        await Regenerate(_store.AddKey(_owner).Text, agent);

        Last(agent).ShouldBe(("", null));
    }

    public void Dispose() => _store.Dispose();

    private async Task Regenerate(string by, Agent agent) =>
        (
            await _store.Agents.RegenerateApiKeyAsync(_store.Authenticate(by).Value, agent.PublicId)
        ).Succeeded.ShouldBeTrue();

    private (string, DateTimeOffset?) Last(Agent agent)
    {
        using var scope = _store.Reads.Open();
        var key = scope
            .Commands<ApiKeyCommands>()
            .Find(_store.Number($"SELECT max(id) FROM api_key WHERE agent_id = {agent.Id}"))!;
        var list = _store.Queue.RunAsync(write =>
            write.Context.Set<ApiKey>().Single(k => k.Id == key.Id).AllowList
        );
        return (list.GetAwaiter().GetResult(), key.ExpiresAt);
    }
}
