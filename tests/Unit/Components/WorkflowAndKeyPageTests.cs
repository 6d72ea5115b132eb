using System.Text;
using Bunit;
using Shouldly;
using VaultPortal.Components.Pages.Keys;
using VaultPortal.Components.Pages.Secrets;
using VaultPortal.Core.Access;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class WorkflowAndKeyPageTests
{
    [Fact]
    public async Task Item_page_has_no_element_that_could_show_the_secret()
    {
        await using var world = await PageWorld.CreateAsync();
        var item = await Item(world);

        var page = Open(world, item, "");

        page.Find("[data-testid=item-name]").TextContent.ShouldBe("Deploy token");
        page.Find("[data-testid=write-only]").ShouldNotBeNull();
        page.FindAll("revealed-value").ShouldBeEmpty();
        page.Markup.ShouldNotContain("never shown");
    }

    [Fact]
    public async Task Earlier_version_is_restored_after_a_question_without_showing_it()
    {
        await using var world = await PageWorld.CreateAsync();
        var item = await Item(world);
        await world.Items.UpdateAsync(
            world.Visitor,
            item.Id,
            new WorkflowItemChange { Name = "Another name", KeepsSecret = true }
        );
        var page = Open(world, item, "?tab=history");

        page.Find("[data-testid=restore-1]").Click();
        page.Find("[data-testid=confirm-yes]").Click();

        page.WaitForElement("[data-testid=said]").TextContent.ShouldContain("version 1");
        page.Find("[data-testid=item-name]").TextContent.ShouldBe("Deploy token");
        page.Markup.ShouldNotContain("never shown");
    }

    [Fact]
    public async Task Deleted_item_lies_in_the_trash_of_the_list()
    {
        await using var world = await PageWorld.CreateAsync();
        var item = await Item(world);
        await world.Items.DeleteAsync(world.Visitor, item.Id);

        world
            .Open<WorkflowsPage>("secrets/workflows")
            .FindAll("tbody tr[aria-rowindex]")
            .ShouldBeEmpty();
        world
            .Open<WorkflowsPage>("secrets/workflows?state=trash")
            .FindAll("tbody tr[aria-rowindex]")
            .Count.ShouldBe(1);
    }

    [Fact]
    public async Task Keys_are_listed_without_their_text_and_revoked_by_their_typed_name()
    {
        await using var world = await PageWorld.CreateAsync();
        var key = await Key(world, "Web shop");

        var list = world.Open<KeysPage>("api-keys");
        list.Find($"[data-testid=key-row-{key.Id}]").TextContent.ShouldContain("secrets.read");
        list.Markup.ShouldNotContain(key.Key);
        var page = world.Open<KeyPage>($"api-keys/{key.Id}", ("Id", key.Id.ToString()));
        page.Find("[data-testid=key-revoke]").Click();
        page.Find("[data-testid=confirm-yes]").HasAttribute("disabled").ShouldBeTrue();
        page.Find("[data-testid=confirm-typed]").Input("Web shop");
        page.Find("[data-testid=confirm-yes]").Click();

        page.WaitForElement("[data-testid=said]").ShouldNotBeNull();
        page.Find("[data-testid=api-key-state]").TextContent.ShouldContain("Revoked");
        page.Markup.ShouldNotContain(key.Key);
    }

    [Fact]
    public async Task Key_list_filters_by_state_and_search_of_the_address()
    {
        await using var world = await PageWorld.CreateAsync();
        var revoked = await Key(world, "Old job");
        await Key(world, "New job");
        await world.Keys.RevokeAsync(world.Visitor, revoked.Id);

        world
            .Open<KeysPage>("api-keys?state=inactive")
            .Find("tbody tr[aria-rowindex]")
            .TextContent.ShouldContain("Old job");
        world.Open<KeysPage>("api-keys?q=new").FindAll("tbody tr[aria-rowindex]").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Form_of_a_key_explains_every_permission_that_a_key_can_have()
    {
        await using var world = await PageWorld.CreateAsync();

        var form = world.Open<KeyNewPage>("api-keys/new").Find("secret-form");

        var offered = form.GetAttribute("data-permissions")!;
        foreach (var name in PermissionNames.ToNames((Permissions)~0L))
        {
            offered.ShouldContain($"\"{name}\"");
        }
    }

    private static async Task<WorkflowItemView> Item(PageWorld world) =>
        (
            await world.Items.CreateAsync(
                world.Visitor,
                new NewWorkflowItem
                {
                    Name = "Deploy token",
                    Secret = Encoding.UTF8.GetBytes("never shown"),
                }
            )
        ).Value;

    private static async Task<CreatedApiKey> Key(PageWorld world, string name) =>
        (
            await world.Keys.CreateAsync(
                world.Visitor,
                new NewApiKey
                {
                    Owner = world.Session.AccountPublicId.ToString(),
                    Name = name,
                    Permissions = ["secrets.read"],
                }
            )
        ).Value;

    private static IRenderedComponent<WorkflowItemPage> Open(
        PageWorld world,
        WorkflowItemView item,
        string query
    ) =>
        world.Open<WorkflowItemPage>(
            $"secrets/workflows/{item.Id.ToWorkflow()}{query}",
            ("Id", item.Id.ToWorkflow())
        );
}
