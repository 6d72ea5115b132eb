using Bunit;
using Shouldly;
using VaultPortal.Components.Pages.Agents;
using VaultPortal.Core.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class AgentPageTests
{
    [Fact]
    public async Task Empty_list_offers_the_first_agent()
    {
        await using var world = await PageWorld.CreateAsync();

        var list = world.Open<AgentsPage>("agents");

        list.Find("[data-testid=agents-empty]").TextContent.ShouldContain("no agents yet");
        list.Find("[data-testid=agent-new]").GetAttribute("href").ShouldBe("agents/new");
    }

    [Fact]
    public async Task Agents_are_listed_with_owner_and_state()
    {
        await using var world = await PageWorld.CreateAsync();
        var agent = await Make(world, "deploy bot");
        await world.Agents.RegenerateApiKeyAsync(world.Visitor, agent.Id);
        await Make(world, "idle bot");

        var list = world.Open<AgentsPage>("agents");

        var row = list.Find($"[data-testid=agent-row-{agent.Id}]").TextContent;
        row.ShouldContain("deploy bot");
        row.ShouldContain(world.Session.Email);
        row.ShouldContain("Calls only");
        row.ShouldContain("never");
        list.Find("[data-testid=agent-count]").TextContent.ShouldBe("2 agents");
    }

    [Fact]
    public async Task List_filters_by_state_and_search_of_the_address()
    {
        await using var world = await PageWorld.CreateAsync();
        var agent = await Make(world, "deploy bot");
        await world.Agents.RegenerateApiKeyAsync(world.Visitor, agent.Id);
        await Make(world, "idle bot");

        world
            .Open<AgentsPage>("agents?state=inactive")
            .Find("tbody tr[aria-rowindex]")
            .TextContent.ShouldContain("idle bot");
        world
            .Open<AgentsPage>("agents?q=DEPLOY")
            .FindAll("tbody tr[aria-rowindex]")
            .Count.ShouldBe(1);
    }

    [Fact]
    public async Task Agent_without_a_key_is_offered_its_first()
    {
        await using var world = await PageWorld.CreateAsync();
        var agent = await Make(world, "deploy bot");

        var page = Open(world, agent);

        page.Find("[data-testid=agent-state]").TextContent.ShouldContain("No API key");
        page.Find("[data-testid=agent-key]").TextContent.ShouldContain("Make an API key");
        page.Find("[data-testid=agent-keys]")
            .GetAttribute("href")
            .ShouldBe("api-keys?q=deploy%20bot");
    }

    [Fact]
    public async Task New_key_is_asked_for_in_a_form_that_names_the_agent()
    {
        await using var world = await PageWorld.CreateAsync();
        var agent = await Make(world, "deploy bot");
        await world.Agents.RegenerateApiKeyAsync(world.Visitor, agent.Id);

        var page = Open(world, agent, "?tab=key");

        var form = page.Find("secret-form");
        form.GetAttribute("data-form").ShouldBe("agent-key");
        form.GetAttribute("data-key").ShouldBe(agent.Id.ToString());
        page.Markup.ShouldContain("ends at once");
    }

    [Fact]
    public async Task Agent_is_archived_by_its_typed_name()
    {
        await using var world = await PageWorld.CreateAsync();
        var agent = await Make(world, "deploy bot");
        var page = Open(world, agent);

        page.Find("[data-testid=agent-archive]").Click();
        page.Find("[data-testid=confirm-yes]").HasAttribute("disabled").ShouldBeTrue();
        page.Find("[data-testid=confirm]").TextContent.ShouldContain("Archive deploy bot?");
        page.Find("[data-testid=confirm-typed]").Input("deploy bot");
        page.Find("[data-testid=confirm-yes]").Click();

        page.WaitForState(() => world.Navigation.Uri.EndsWith("/agents", StringComparison.Ordinal));
        world.Open<AgentsPage>("agents").FindAll("tbody tr[aria-rowindex]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Agent_that_is_not_there_is_said_to_be_missing()
    {
        await using var world = await PageWorld.CreateAsync();

        var page = world.Open<AgentPage>(
            "agents/65a1b2c3d4e5f1ffffffffff",
            ("Id", "65a1b2c3d4e5f1ffffffffff")
        );

        page.Markup.ShouldContain("agent");
        page.FindAll("[data-testid=agent-name]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Auditor_sees_agents_and_can_do_nothing_to_them()
    {
        await using var world = await PageWorld.CreateAsync(role: Role.Auditor);
        var made = await world.Agents.CreateAsync(
            Caller.Command(),
            new NewAgent("deploy bot", world.Session.Email)
        );

        var page = Open(world, made.Value);

        page.Find("[data-testid=agent-name]").TextContent.ShouldBe("deploy bot");
        page.FindAll("[data-testid=agent-archive]").ShouldBeEmpty();
        page.FindAll("[data-testid=agent-key]").ShouldBeEmpty();
        world.Open<AgentsPage>("agents").FindAll("[data-testid=agent-new]").ShouldBeEmpty();
    }

    private static async Task<AgentView> Make(PageWorld world, string name) =>
        (await world.Agents.CreateAsync(world.Visitor, new NewAgent(name))).Value;

    private static IRenderedComponent<AgentPage> Open(
        PageWorld world,
        AgentView agent,
        string query = ""
    ) => world.Open<AgentPage>($"agents/{agent.Id}{query}", ("Id", agent.Id.ToString()));
}
