using System.Text;
using Bunit;
using Shouldly;
using VaultPortal.Components.Pages.Lists;
using VaultPortal.Components.Pages.Secrets;
using VaultPortal.Core.Access;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class EnvironmentPageTests
{
    private const string Path = "secrets/environment";

    [Fact]
    public async Task List_shows_keys_states_and_marks_and_never_a_value()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", reserved: true);
        await Make(world, "BETA", expires: -1);

        var page = world.Open<EnvironmentPage>(Path);

        page.Find("[data-testid=secret-count]").TextContent.ShouldBe("2 secrets");
        page.Find("[data-testid=secret-row-ALPHA]").TextContent.ShouldContain("Reserved");
        page.Find("[data-testid=secret-row-BETA] [data-testid=secret-state-badge]")
            .GetAttribute("data-state")
            .ShouldBe("expired");
        page.Markup.ShouldNotContain("value of ALPHA");
    }

    [Fact]
    public async Task Typing_filters_after_a_rest_and_puts_the_search_into_the_address()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA");
        await Make(world, "BETA");
        var page = world.Open<EnvironmentPage>(Path);

        page.Find("[data-testid=secret-search]").Input("alp");
        world.Accounts.Time.Advance(ListRules.TypingRest);

        page.WaitForAssertion(() => page.FindAll("tbody tr[aria-rowindex]").Count.ShouldBe(1));
        world.Navigation.Uri.ShouldEndWith($"/{Path}?q=alp");
        page.Find("[data-testid=chip-search]").GetAttribute("href")!.ShouldEndWith($"/{Path}");
    }

    [Fact]
    public async Task Address_restores_search_state_and_sort()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA_ONE", expires: -1);
        await Make(world, "ALPHA_TWO");
        await Make(world, "BETA", expires: -1);

        var page = world.Open<EnvironmentPage>($"{Path}?q=alpha&state=expired&sort=name&dir=desc");

        page.FindAll("tbody tr[aria-rowindex]").Count.ShouldBe(1);
        page.Find("tbody tr[aria-rowindex]").TextContent.ShouldContain("ALPHA_ONE");
        page.Find("th[aria-sort=descending]").TextContent.Trim().ShouldBe("Key");
        page.Find("[data-testid=chip-state]").TextContent.ShouldContain("Expired");
    }

    [Theory]
    [InlineData("secrets/environment?sort=nonsense&dir=up&page=-3&state=99")]
    [InlineData("secrets/environment?page=x&state=2&sort=1")]
    public async Task Address_that_makes_no_sense_shows_the_plain_list(string address)
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA");

        world.Open<EnvironmentPage>(address).FindAll("tbody tr[aria-rowindex]").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Empty_store_says_what_it_is_for_and_empty_search_which_filter()
    {
        await using var world = await PageWorld.CreateAsync();

        world.Open<EnvironmentPage>(Path).Find("[data-testid=secrets-empty]").ShouldNotBeNull();
        world
            .Open<EnvironmentPage>($"{Path}?q=zzz")
            .Find("[data-testid=secrets-nothing-found]")
            .TextContent.ShouldContain("zzz");
    }

    [Fact]
    public async Task Selected_rows_are_deleted_after_a_question_and_taken_back_by_undo()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA");
        await Make(world, "BETA", reserved: true);
        var page = world.Open<EnvironmentPage>(Path);

        page.Find("[data-testid=select-all]").Change(true);
        page.Find("[data-testid=selection-delete]").Click();
        page.Find("[data-testid=confirm]").TextContent.ShouldContain("ALPHA");
        page.Find("[data-testid=confirm-yes]").Click();

        page.WaitForElement("[data-testid=list-notice]").TextContent.ShouldContain("Deleted ALPHA");
        page.Find("[data-testid=list-failed]").TextContent.ShouldContain("BETA");
        page.FindAll("tbody tr[aria-rowindex]").Count.ShouldBe(1);

        page.Find("[data-testid=undo]").Click();
        page.WaitForAssertion(() => page.FindAll("tbody tr[aria-rowindex]").Count.ShouldBe(2));
    }

    [Fact]
    public async Task Trash_is_a_list_of_its_own()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA");
        await Make(world, "BETA");
        await world.Secrets.DeleteAsync(world.Visitor, "BETA");

        var page = world.Open<EnvironmentPage>($"{Path}?state=trash");

        page.FindAll("tbody tr[aria-rowindex]").Count.ShouldBe(1);
        page.Find("[data-testid=secret-row-BETA]").TextContent.ShouldContain("erased");
    }

    [Fact]
    public async Task Auditor_sees_the_list_and_the_history_without_actions()
    {
        await using var world = await PageWorld.CreateAsync(role: Role.Auditor);
        await Make(world, "ALPHA", by: Caller.System("test"));

        var list = world.Open<EnvironmentPage>(Path);
        list.FindAll("tbody tr[aria-rowindex]").Count.ShouldBe(1);
        list.FindAll("input[type=checkbox], [data-testid=secret-new]").ShouldBeEmpty();
        var page = world.Open<EnvironmentSecretPage>($"{Path}/ALPHA?tab=history", ("Key", "ALPHA"));

        page.Find("[data-testid=version-row-1]").ShouldNotBeNull();
        page.FindAll("main button, revealed-value, [data-testid=secret-edit]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Secret_page_holds_an_element_for_the_value_and_never_the_value()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA");

        var page = world.Open<EnvironmentSecretPage>($"{Path}/ALPHA", ("Key", "ALPHA"));

        page.Find("revealed-value")
            .GetAttribute("data-path")
            .ShouldBe("/secrets/environment/ALPHA/reveal");
        page.Markup.ShouldNotContain("value of ALPHA");
    }

    [Fact]
    public async Task Inactive_secret_offers_no_value_and_can_be_activated()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA");
        var page = world.Open<EnvironmentSecretPage>($"{Path}/ALPHA", ("Key", "ALPHA"));

        page.Find("[data-testid=secret-deactivate]").Click();
        page.WaitForElement("[data-testid=no-value]").TextContent.ShouldContain("inactive");
        page.FindAll("revealed-value").ShouldBeEmpty();

        page.Find("[data-testid=secret-activate]").Click();
        page.WaitForElement("revealed-value").ShouldNotBeNull();
    }

    [Fact]
    public async Task Deleted_secret_is_taken_back_where_it_was_deleted()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA");
        var page = world.Open<EnvironmentSecretPage>($"{Path}/ALPHA", ("Key", "ALPHA"));

        page.Find("[data-testid=secret-delete]").Click();
        page.Find("[data-testid=confirm]").TextContent.ShouldContain("ALPHA");
        page.Find("[data-testid=confirm-yes]").Click();
        page.WaitForElement("[data-testid=undo]").Click();

        page.WaitForElement("revealed-value").ShouldNotBeNull();
    }

    [Fact]
    public async Task Forms_address_leads_to_the_form_and_not_to_a_secret()
    {
        await using var world = await PageWorld.CreateAsync();

        world.Open<EnvironmentSecretPage>($"{Path}/new", ("Key", "new"));

        world.Navigation.Uri.ShouldEndWith($"/{Path}/-/new");
    }

    private static async Task Make(
        PageWorld world,
        string key,
        bool reserved = false,
        int? expires = null,
        Caller? by = null
    ) =>
        (
            await world.Secrets.CreateAsync(
                by ?? world.Visitor,
                new NewEnvironmentSecret
                {
                    Key = key,
                    Value = Encoding.UTF8.GetBytes($"value of {key}"),
                    IsReserved = reserved,
                    ExpiresAt = expires is { } days
                        ? world.Accounts.Time.GetUtcNow().AddDays(days)
                        : null,
                }
            )
        ).Succeeded.ShouldBeTrue();
}
