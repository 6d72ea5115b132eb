using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Shouldly;
using VaultPortal.Components.Pages.Vaults;
using VaultPortal.Components.Shared;
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

        Rows(page)
            .ShouldBe([
                $"group-row-{SampleVaults.Id(5, 1)}",
                $"item-row-{SampleVaults.ItemId(0, 1)}",
                $"group-row-{SampleVaults.Id(5, 2)}",
                "group-row-none",
                $"item-row-{SampleVaults.ItemId(0, 0)}",
            ]);
        page.Find($"[data-testid=group-row-{SampleVaults.Id(5, 1)}]")
            .TextContent.ShouldStartWith("Databases");
    }

    [Theory]
    [InlineData("?q=NARROW", 1)]
    [InlineData("?q=db3.example", 0, 2, 4)]
    [InlineData("?type=server", 4)]
    [InlineData("?expiring=soon", 2, 4)]
    [InlineData("?expiring=expired", 2)]
    [InlineData("?expiring=later", 5)]
    [InlineData("?expiring=never", 0, 1, 3)]
    [InlineData("?expiring=nonsense&type=99", 0, 1, 2, 3, 4, 5)]
    [InlineData("?sort=name", 1, 0, 2, 3, 4, 5)]
    [InlineData("?sort=name&dir=desc", 5, 4, 3, 2, 0, 1)]
    [InlineData("?sort=expiry", 2, 4, 5, 0, 1, 3)]
    [InlineData("?sort=type", 1, 2, 0, 5, 4, 3)]
    public async Task Address_says_which_items_in_which_order(string query, params int[] items)
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 6);

        Rows(Open(world, 0, query))
            .ShouldBe(items.Select(item => $"item-row-{SampleVaults.ItemId(0, item)}"));
    }

    [Fact]
    public async Task Nothing_found_says_which_filters_and_offers_to_clear_them()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);

        var page = Open(world, 0, "?q=zzz&type=server&expiring=expired");

        page.Find("[data-testid=items-nothing-found]")
            .TextContent.ShouldContain(
                "name or website contains “zzz”, type Server, expiry Expired"
            );
        page.Find("[data-testid=clear-filters]")
            .GetAttribute("href")
            .ShouldBe($"vaults/{SampleVaults.VaultId(0)}");
    }

    [Fact]
    public async Task Selected_items_can_be_moved_expired_and_archived_by_the_sealed_element()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 4);
        var page = Open(world, 0);

        Box(page, 0).Click();
        Box(page, 2).Click(new MouseEventArgs { ShiftKey = true });

        var ids = string.Join(',', Enumerable.Range(0, 3).Select(i => SampleVaults.ItemId(0, i)));
        world.Navigation.Uri.ShouldEndWith($"?selected={Uri.EscapeDataString(ids)}");
        page.FindAll("[data-testid=selection-bar] [data-sealed-action]")
            .Select(button => button.GetAttribute("data-sealed-action"))
            .ShouldBe(["move-items", "expire-items", "archive-items"]);
        page.FindAll("[data-testid=selection-bar] [data-sealed-action]")
            .ShouldAllBe(button =>
                button.GetAttribute("data-ids") == ids
                && button.GetAttribute("data-vault") == $"{SampleVaults.VaultId(0)}"
            );

        static AngleSharp.Dom.IElement Box(IRenderedComponent<VaultPage> page, int item) =>
            page.Find($"[data-testid=select-{SampleVaults.ItemId(0, item)}]");
    }

    [Theory]
    [InlineData(3, "edit-vault,rekey-vault,archive-vault,create-group")]
    [InlineData(2, "create-group")]
    [InlineData(1, "")]
    public async Task Only_what_the_level_allows_is_offered(int level, string actions)
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);
        world.Tamper($"UPDATE access_grant SET level = {level}");

        var page = Open(world, 0);

        page.FindAll("[data-sealed-action]")
            .Select(button => button.GetAttribute("data-sealed-action"))
            .ShouldBe(actions.Split(',', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);
        page.FindAll("[data-testid=item-new]").Count.ShouldBe(level >= 2 ? 1 : 0);
        page.FindAll("[data-testid=item-filter-state]").Count.ShouldBe(level >= 2 ? 1 : 0);
    }

    [Fact]
    public async Task A_rekey_that_is_due_is_offered_in_a_notice()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);
        world.Tamper("UPDATE vault SET rekey_due = 1");

        Open(world, 0)
            .Find("[data-testid=rekey]")
            .GetAttribute("data-sealed-action")
            .ShouldBe("rekey-vault");
    }

    [Fact]
    public async Task An_archived_vault_is_shown_to_its_ADMIN_with_the_way_back_and_nothing_else()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);
        world.Tamper("UPDATE vault SET archived_at = 1");

        var page = Open(world, 0);

        page.Find("[data-testid=archived-notice]").TextContent.ShouldContain("archived");
        page.FindAll("[data-sealed-action]")
            .Select(button => button.GetAttribute("data-sealed-action"))
            .ShouldBe(["restore-vault"]);
        page.FindAll("[data-testid^=item-row]").Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("UPDATE access_grant SET level = 2")]
    [InlineData("UPDATE access_grant SET ended = 1")]
    [InlineData("UPDATE account SET role = 3")]
    public async Task An_archived_vault_is_not_found_by_anybody_else(string change)
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);
        world.Tamper($"UPDATE vault SET archived_at = 1; {change}");

        Open(world, 0)
            .WaitForElement("[data-testid=refusal]")
            .GetAttribute("data-code")
            .ShouldBe("vault_not_found");
    }

    [Fact]
    public async Task Archived_items_are_a_list_of_their_own_from_which_they_are_restored()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 3);
        var archived = SampleVaults.ItemId(0, 1);
        world.Tamper($"UPDATE vault_item SET archived_at = 1 WHERE public_id = x'{archived}'");
        Rows(Open(world, 0)).Count.ShouldBe(2);

        var page = Open(world, 0, "?state=archived");

        page.WaitForElement($"[data-testid=item-row-{archived}]");
        Rows(page).ShouldBe([$"item-row-{archived}"]);
        page.FindAll("tbody .row-link").ShouldBeEmpty();
        page.Find($"[data-testid=select-{archived}]").Click();
        page.Find("[data-testid=selection-restore]")
            .GetAttribute("data-ids")
            .ShouldBe(archived.ToString());
    }

    [Fact]
    public async Task Groups_are_closed_moved_and_kept_in_the_browser()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 2);
        world.Tamper(
            $"""
            INSERT INTO item_group (public_id, vault_id, name, created_at) VALUES (x'{SampleVaults.Id(
                5,
                1
            )}', 1, 'Alpha', 0), (x'{SampleVaults.Id(5, 2)}', 1, 'Beta', 0);
            UPDATE vault_item SET group_id = 1;
            """
        );
        var order = world.Context.JSInterop.SetupModule("./js/item-order.js");
        order.Mode = JSRuntimeMode.Loose;
        var (alpha, beta) = (SampleVaults.Id(5, 1).ToString(), SampleVaults.Id(5, 2).ToString());
        var page = Open(world, 0);

        page.Find($"[data-testid=group-toggle-{alpha}]").Click();
        page.Find($"[data-testid=group-up-{beta}]").Click();

        Rows(page).ShouldBe([$"group-row-{beta}", $"group-row-{alpha}"]);
        page.Find($"[data-testid=group-toggle-{alpha}]")
            .GetAttribute("aria-expanded")
            .ShouldBe("false");
        page.Find("[data-testid=order-said]").TextContent.ShouldBe("Beta is now group 1 of 2.");
        var kept = order.Invocations["write"][^1].Arguments[2].ShouldBeOfType<ItemOrder>();
        kept.Groups.ShouldBe([beta, alpha]);
        kept.Closed.ShouldBe([alpha]);
    }

    [Fact]
    public async Task The_order_that_the_browser_kept_is_shown_whatever_else_it_names()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 3);
        var items = Enumerable.Range(0, 3).Select(i => $"{SampleVaults.ItemId(0, i)}").ToList();
        var order = world.Context.JSInterop.SetupModule("./js/item-order.js");
        order
            .Setup<ItemOrder?>("read", _ => true)
            .SetResult(new ItemOrder { Items = [items[2], "gone", items[2], items[0]] });

        var page = Open(world, 0);

        Rows(page)
            .ShouldBe([$"item-row-{items[2]}", $"item-row-{items[0]}", $"item-row-{items[1]}"]);
    }

    [Fact]
    public async Task What_a_sealed_element_saved_is_said_and_the_page_read_anew()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 3);
        var page = Open(world, 0);
        var item = SampleVaults.ItemId(0, 1);
        world.Tamper($"UPDATE vault_item SET archived_at = 1 WHERE public_id = x'{item}'");

        page.Find("sealed-actions")
            .TriggerEvent(
                "onsealedsaved",
                new SealedSavedEventArgs { Kind = "archive-items", Ids = [item.ToString()] }
            );

        page.WaitForAssertion(() => Rows(page).Count.ShouldBe(2));
        page.Find("[data-testid=saved-notice]").TextContent.ShouldContain("1 item was archived");
        page.Find("[data-testid=undo]")
            .GetAttribute("data-sealed-action")
            .ShouldBe("restore-items");
        page.Find("[data-testid=undo]").GetAttribute("data-ids").ShouldBe(item.ToString());
    }

    private static List<string?> Rows(IRenderedComponent<VaultPage> page) =>
        [.. page.FindAll("tbody tr[aria-rowindex]").Select(row => row.GetAttribute("data-testid"))];

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
