using Bunit;
using Shouldly;
using VaultPortal.Components.Pages.Vaults;
using VaultPortal.Core.Vaults;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class VaultPageTests
{
    [Fact]
    public async Task Page_shows_the_items_of_the_vault()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 2, items: _ => 3);

        var page = Open(world, 1);

        page.Find("[data-testid=vault-name]").TextContent.ShouldBe("Payment gateway");
        page.Find("[data-testid=vault-standing]").TextContent.ShouldBe("Verified");
        var row = page.Find($"[data-testid=item-row-{SampleVaults.ItemId(1, 2)}]");
        row.TextContent.ShouldContain("Primary database 2");
        row.TextContent.ShouldContain("db2.example.org and 1 more");
        row.TextContent.ShouldContain("Expired");
        row.QuerySelector("a")!
            .GetAttribute("href")
            .ShouldBe($"vaults/{SampleVaults.VaultId(1)}/items/{SampleVaults.ItemId(1, 2)}");
    }

    [Fact]
    public async Task Members_tab_names_the_members()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);

        var page = Open(world, 0, "?tab=members");

        page.Find("[data-testid=member-table]").TextContent.ShouldContain("owner@example.org");
        page.Find("[data-testid=tab-members]").GetAttribute("aria-current").ShouldBe("page");
    }

    [Fact]
    public async Task Checkpoints_tab_shows_what_was_signed_and_by_whom()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);

        var page = Open(world, 0, "?tab=checkpoints");

        var directory = page.Find("[data-testid=checkpoint-directory]");
        directory.GetAttribute("data-version").ShouldBe("6");
        directory
            .QuerySelector("[data-testid=checkpoint-signer]")!
            .TextContent.ShouldContain("owner@example.org");
        directory
            .QuerySelector("[data-testid=checkpoint-canonical]")!
            .TextContent.ShouldStartWith("{\"dataClassification\":\"PUBLIC\"");
        page.Find("[data-testid=checkpoint-summary]").GetAttribute("data-version").ShouldBe("8");
    }

    [Theory]
    [InlineData("UPDATE vault SET name = 'Another'")]
    [InlineData("UPDATE checkpoint SET signature = zeroblob(64)")]
    [InlineData("UPDATE vault_item SET name = 'Another'")]
    public async Task A_state_that_does_not_verify_is_said_loudly(string tampering)
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);
        world.Tamper(tampering);

        var page = Open(world, 0);

        page.FindAll("[data-testid=standing-alert]").ShouldNotBeEmpty();
        page.Find("[data-testid=vault-standing]").TextContent.ShouldBe("Not verified");
    }

    [Fact]
    public async Task Without_a_grant_the_page_says_what_to_do_and_shows_no_item()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 2);
        world.Tamper("DELETE FROM access_grant");

        var page = Open(world, 0);

        page.WaitForElement("[data-testid=no-grant]")
            .TextContent.ShouldContain("ask a member with ADMIN");
        page.FindAll("[data-testid^=item-row]").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("65a1b2c3d4e5f1ffffffffff")]
    [InlineData("not-an-id")]
    [InlineData("")]
    public async Task What_is_not_there_is_said_with_what_to_do(string id)
    {
        await using var world = await PageWorld.CreateAsync();

        var page = world.Open<VaultPage>($"vaults/{id}", ("Id", id));

        page.WaitForElement("[data-testid=refusal]")
            .GetAttribute("data-code")
            .ShouldBe("vault_not_found");
    }

    [Fact]
    public async Task Items_stand_under_their_groups_and_an_empty_group_is_shown()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 2);
        world.Tamper(
            $"""
            INSERT INTO item_group (public_id, vault_id, name, created_at) VALUES (x'{SampleVaults.Id(
                5,
                1
            )}', 1, 'Databases', 0), (x'{SampleVaults.Id(5, 2)}', 1, 'Nothing here', 0);
            UPDATE vault_item SET group_id = (SELECT min(id) FROM item_group) WHERE public_id = x'{SampleVaults.ItemId(
                0,
                1
            )}';
            """
        );

        var page = Open(world, 0);

        page.FindAll("tbody")
            .Select(body => body.QuerySelectorAll("tr").Length)
            .ShouldBe([2, 1, 2]);
        page.Find($"[data-testid=group-row-{SampleVaults.Id(5, 1)}]")
            .TextContent.ShouldStartWith("Databases");
    }

    private static IRenderedComponent<VaultPage> Open(
        PageWorld world,
        int vault,
        string query = ""
    ) =>
        world.Open<VaultPage>(
            $"vaults/{SampleVaults.VaultId(vault)}{query}",
            ("Id", SampleVaults.VaultId(vault).ToString())
        );
}
