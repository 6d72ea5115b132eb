using System.Text.Json;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class ApiKeyServiceTests : IDisposable
{
    private readonly AccessStore _store = new();
    private readonly TestAccount _owner;

    public ApiKeyServiceTests() => _owner = _store.AddAccount();

    [Fact]
    public async Task Create_key_can_be_used_at_once()
    {
        var made = await Create(Wanted());

        var me = await Describe(made);
        (me.KeyId, me.OwnerId, me.OwnerName, me.Scope).ShouldBe(
            (made.Id, _owner.PublicId, _owner.Email, ApiKeyScope.User)
        );
    }

    [Fact]
    public async Task Create_expands_groups_of_permissions()
    {
        var made = await Create(Wanted() with { Permissions = ["machine.vault.all"] });

        (await Describe(made)).Permissions.ShouldBe(
            ["machine.vault.read", "machine.vault.secret.read", "machine.vault.write"],
            ignoreOrder: true
        );
    }

    [Fact]
    public async Task Create_never_writes_the_key_to_the_audit()
    {
        var made = await Create(Wanted());

        var entry = _store.Audited("api_key.create").ShouldHaveSingleItem();
        entry.ShouldContain($"\"target\":\"key:{ApiKeyText.AccessKeyOf(made.Key)}\"");
        entry.ShouldNotContain(made.Key.Split('.')[1]);
        made.ToString().ShouldNotContain(made.Key);
    }

    [Fact]
    public async Task Create_for_an_agent_acts_as_the_agent()
    {
        var agent = (
            await _store.Agents.CreateAsync(Caller.Command(), new NewAgent("bot", _owner.Email))
        ).Value;

        var made = await Create(Wanted() with { Scope = ApiKeyScope.Agent, AgentId = agent.Id });

        var me = await Describe(made);
        (me.AgentId, me.AgentName, me.Scope).ShouldBe((agent.Id, "bot", ApiKeyScope.Agent));
    }

    [Theory]
    [InlineData("/owner")]
    [InlineData("/owner disabled")]
    [InlineData("/name")]
    [InlineData("/permissions")]
    [InlineData("/permissions unknown")]
    [InlineData("/expiresAt")]
    [InlineData("/allowList/0")]
    [InlineData("/agent missing")]
    [InlineData("/agent without scope")]
    [InlineData("/agent of another")]
    public async Task Create_refuses_what_cannot_be(string fault)
    {
        var other = _store.AddAccount("bob@example.org");
        var foreign = _store.AddAgent(other).PublicId;
        if (fault == "/owner disabled")
        {
            _store.Execute("UPDATE account SET disabled_at = 1");
        }

        var wanted = fault switch
        {
            "/owner" => Wanted() with { Owner = "nobody@example.org" },
            "/name" => Wanted() with { Name = " " },
            "/permissions" => Wanted() with { Permissions = [] },
            "/permissions unknown" => Wanted() with { Permissions = ["machine.everything"] },
            "/expiresAt" => Wanted() with { ExpiresAt = FakeClock.Start },
            "/allowList/0" => Wanted() with { AllowList = ["10.0.0.1/8"] },
            "/agent missing" => Wanted() with { Scope = ApiKeyScope.Agent },
            "/agent without scope" => Wanted() with { AgentId = foreign },
            "/agent of another" => Wanted() with { Scope = ApiKeyScope.Agent, AgentId = foreign },
            _ => Wanted(),
        };

        var result = await _store.ApiKeys.CreateAsync(Caller.Command(), wanted);

        result.Error.ShouldNotBeNull().Path.ShouldBe(fault.Split(' ')[0]);
        _store.Number("SELECT count(*) FROM api_key").ShouldBe(0);
    }

    [Fact]
    public async Task Create_is_for_commands()
    {
        var machine = _store.AddMachine(_owner);

        (await _store.ApiKeys.CreateAsync(machine, Wanted())).Error!.Code.ShouldBe("forbidden");
    }

    [Fact]
    public async Task Revoke_ends_the_key_at_once()
    {
        var made = await Create(Wanted());

        (await _store.ApiKeys.RevokeAsync(Caller.Command(), made.Id)).Error.ShouldBeNull();

        _store.Authenticate(made.Key).Error.ShouldBe(AccessErrors.Unauthorized);
    }

    [Fact]
    public async Task Revoke_by_a_machine_is_forbidden()
    {
        var made = await Create(Wanted());
        var machine = _store.AddMachine(_owner);

        (await _store.ApiKeys.RevokeAsync(machine, made.Id)).Error!.Code.ShouldBe("forbidden");
    }

    [Fact]
    public async Task Describe_says_that_nothing_can_be_signed_without_an_active_key()
    {
        var made = await Create(Wanted());
        (await Describe(made)).WriteConstraint.ShouldBe("checkpoint_signer_required");

        using var key = SigningKey.Generate();
        await _store.KeyPairs.RegisterByCommandAsync(
            Caller.Command(),
            _owner.Email,
            key.PublicKey.ToPem()
        );

        (await Describe(made)).WriteConstraint.ShouldBeNull();
    }

    [Fact]
    public async Task Describe_key_of_an_auditor_does_not_exceed_the_role()
    {
        var auditor = _store.AddAccount("eve@example.org", Role.Auditor);
        var made = await Create(
            Wanted() with
            {
                Owner = auditor.Email,
                Permissions = ["machine.vault.all"],
            }
        );

        (await Describe(made)).Permissions.ShouldBe(["machine.vault.read"]);
    }

    [Fact]
    public async Task Agent_of_a_machine_is_its_owners_and_agents_make_none()
    {
        var machine = _store.AddMachine(_owner);
        var agent = (await _store.Agents.CreateAsync(machine, new NewAgent("bot"))).Value;
        agent.OwnerId.ShouldBe(_owner.PublicId);

        var asAgent = _store.AddMachine(_owner, agent: _store.AddAgent(_owner));
        var refused = await _store.Agents.CreateAsync(asAgent, new NewAgent("bot"));

        refused.Error!.Code.ShouldBe("forbidden");
    }

    [Fact]
    public void Ids_in_kept_answers_survive_json()
    {
        var agent = new AgentView(PublicId.New(FakeClock.Start), "bot", _owner.PublicId);

        JsonSerializer
            .Deserialize<AgentView>(JsonSerializer.SerializeToUtf8Bytes(agent))
            .ShouldBe(agent);
    }

    public void Dispose() => _store.Dispose();

    private NewApiKey Wanted() =>
        new()
        {
            Owner = _owner.Email,
            Name = "deploy",
            Permissions = ["machine.all"],
        };

    private async Task<CreatedApiKey> Create(NewApiKey wanted) =>
        (await _store.ApiKeys.CreateAsync(Caller.Command(), wanted)).Value;

    private async Task<ApiKeyView> Describe(CreatedApiKey key) =>
        (await _store.ApiKeys.DescribeAsync(_store.Authenticate(key.Key).Value)).Value;
}
