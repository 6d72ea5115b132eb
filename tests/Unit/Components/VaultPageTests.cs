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
        row.TextContent.ShouldContain("https://db.example.org and 2 more");
        row.QuerySelector("a")!
            .GetAttribute("href")
            .ShouldBe($"vaults/{SampleVaults.VaultId(1)}/items/{SampleVaults.ItemId(1, 2)}");
    }

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(2, "expired", "Expired 1 day ago")]
    [InlineData(4, "due", "Due in 12 days")]
    [InlineData(5, "expires", "Expires in 3 months")]
    public async Task Expiry_of_an_item_is_said_in_a_word_of_its_own(
        int item,
        string? state,
        string? text
    )
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 6);

        var page = Open(world, 0);

        var badge = page.Find($"[data-testid=item-row-{SampleVaults.ItemId(0, item)}]")
            .QuerySelector("[data-testid=expiry]");
        badge?.GetAttribute("data-expiry").ShouldBe(state);
        badge?.TextContent.ShouldBe(text);
        (badge is null).ShouldBe(state is null);
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
    [InlineData("UPDATE access_grant SET level = 1")]
    [InlineData("UPDATE registered_key SET fingerprint = zeroblob(32)")]
    public async Task A_state_that_does_not_verify_is_said_loudly(string tampering)
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);
        world.Tamper(tampering);

        var page = Open(world, 0);

        page.FindAll("[data-testid=standing-alert]").ShouldNotBeEmpty();
        page.Find("[data-testid=vault-standing]").TextContent.ShouldBe("Not verified");
    }

    [Theory]
    [InlineData("UPDATE access_grant SET level = 1", "StateDiffers")]
    [InlineData(
        "UPDATE checkpoint SET signature = zeroblob(64) WHERE kind = 4",
        "SignatureInvalid"
    )]
    [InlineData("UPDATE vault SET permission_version = 2", "StateDiffers")]
    [InlineData(
        "INSERT INTO access_grant (asset_kind, asset_id, principal_kind, principal_id, level, created_at) SELECT 1, 1, 1, max(id), 3, 0 FROM account",
        "StateDiffers"
    )]
    [InlineData("UPDATE registered_key SET state = 3", "Verified")]
    public async Task Permission_checkpoint_is_held_against_the_grants_and_not_against_the_keys_of_today(
        string change,
        string standing
    )
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);
        await world.Accounts.CreateAsync("second@example.org");
        world.Tamper(change);

        var page = Open(world, 0, "?tab=checkpoints");

        page.Find("[data-testid=checkpoint-permission] [data-testid=checkpoint-standing]")
            .GetAttribute("data-standing")
            .ShouldBe(standing);
    }

    [Fact]
    public async Task Without_a_grant_the_page_says_what_to_do_and_shows_no_item()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 2);
        await world.Accounts.CreateAsync("second@example.org");
        world.Tamper("UPDATE access_grant SET principal_id = (SELECT max(id) FROM account)");

        var page = Open(world, 0);

        page.WaitForElement("[data-testid=no-grant]")
            .TextContent.ShouldContain("ask a member with ADMIN");
        page.FindAll("[data-testid^=item-row]").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_vault_that_nobody_holds_a_grant_on_names_nobody_to_ask()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);
        world.Tamper("DELETE FROM access_grant");

        Open(world, 0)
            .WaitForElement("[data-testid=no-grant]")
            .TextContent.ShouldContain("nobody holds one");
    }

    [Fact]
    public async Task Members_tab_without_members_says_so()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);
        world.Tamper("DELETE FROM access_grant");

        Open(world, 0, "?tab=members")
            .WaitForElement("[data-testid=members-empty]")
            .TextContent.ShouldContain("Nobody holds a grant");
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
