using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Shouldly;
using VaultPortal.Components.Pages.Lists;
using VaultPortal.Components.Pages.Vaults;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Tests.Unit.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class VaultsPageTests
{
    [Fact]
    public async Task List_shows_each_vault_with_what_is_known_of_it()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 3, items: i => i);

        var page = world.Open<VaultsPage>("vaults");

        var row = page.Find($"[data-testid=vault-row-{SampleVaults.VaultId(2)}]");
        row.TextContent.ShouldContain("Staging cluster");
        row.TextContent.ShouldContain("Confidential");
        row.TextContent.ShouldContain("ADMIN");
        row.TextContent.ShouldContain("v8");
        row.TextContent.ShouldContain("Verified");
        row.TextContent.ShouldContain("just now");
        row.QuerySelector("td[data-label=Items]")!.TextContent.ShouldBe("2");
        row.QuerySelector("a")!.GetAttribute("href").ShouldBe($"vaults/{SampleVaults.VaultId(2)}");
        page.Find("[data-testid=vault-count]").TextContent.ShouldBe("3 vaults");
    }

    [Fact]
    public async Task Typing_filters_after_a_rest_and_puts_the_search_into_the_address()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 4);
        var page = world.Open<VaultsPage>("vaults");

        page.Find("[data-testid=vault-search]").Input("mail");
        page.FindAll("tbody tr[aria-rowindex]").Count.ShouldBe(4);
        world.Accounts.Time.Advance(ListRules.TypingRest);

        page.WaitForAssertion(() => page.FindAll("tbody tr[aria-rowindex]").Count.ShouldBe(1));
        world.Navigation.Uri.ShouldEndWith("/vaults?q=mail");
    }

    [Fact]
    public async Task Address_restores_search_filter_and_sort()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 40, items: i => i % 3);

        var page = world.Open<VaultsPage>(
            "vaults?q=staging&classification=confidential&sort=itemcount&dir=desc"
        );

        page.Find("[data-testid=vault-search]").GetAttribute("value").ShouldBe("staging");
        page.Find("th[aria-sort=descending]").TextContent.Trim().ShouldBe("Items");
        var counts = page.FindAll("tbody td[data-label=Items]")
            .Select(td => int.Parse(td.TextContent))
            .ToList();
        counts.ShouldNotBeEmpty();
        counts.ShouldBe(counts.OrderDescending());
        page.FindAll("tbody tr[aria-rowindex]")
            .ShouldAllBe(tr =>
                tr.TextContent.Contains("Staging") && tr.TextContent.Contains("Confidential")
            );
    }

    [Fact]
    public async Task Rows_beyond_the_first_piece_come_as_they_are_scrolled_to()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 60);

        var page = world.Open<VaultsPage>("vaults?sort=updatedat");

        page.WaitForAssertion(() =>
            page.FindAll("tbody tr[aria-rowindex]")
                .Select(row => row.GetAttribute("aria-rowindex"))
                .ShouldBe(Enumerable.Range(2, 60).Select(i => $"{i}"))
        );
        page.Find("[data-testid=vault-table]").GetAttribute("aria-rowcount").ShouldBe("61");
        page.FindAll("[data-testid=first-rows]").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("vaults?sort=nonsense&dir=up&page=-3&classification=99")]
    [InlineData("vaults?page=x&classification=2&sort=1")]
    public async Task Address_that_makes_no_sense_shows_the_plain_list(string address)
    {
        await using var world = await PageWorld.CreateAsync(vaults: 3);

        world.Open<VaultsPage>(address).FindAll("tbody tr[aria-rowindex]").Count.ShouldBe(3);
    }

    [Fact]
    public async Task Nothing_found_says_which_filters_and_offers_to_clear_them()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 2);

        var page = world.Open<VaultsPage>("vaults?q=zzz&classification=cui");

        var empty = page.Find("[data-testid=vaults-nothing-found]");
        empty.TextContent.ShouldContain("zzz");
        empty.TextContent.ShouldContain("CUI");
        page.Find("[data-testid=clear-filters]").GetAttribute("href").ShouldBe("vaults");
    }

    [Fact]
    public async Task An_installation_without_vaults_says_how_one_is_made()
    {
        await using var world = await PageWorld.CreateAsync();

        world.Open<VaultsPage>("vaults").Find("[data-testid=vaults-empty]").ShouldNotBeNull();
    }

    [Fact]
    public async Task Owner_sees_that_a_vault_without_a_grant_exists()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);
        world.Tamper("DELETE FROM access_grant");

        var page = world.Open<VaultsPage>("vaults");

        page.Find("[data-testid=vault-access]").TextContent.ShouldBe("No access");
    }

    [Fact]
    public async Task An_auditor_is_not_said_to_hold_a_level()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);
        world.Tamper($"UPDATE account SET role = {(int)Role.Auditor}; DELETE FROM access_grant");

        var page = world.Open<VaultsPage>("vaults");

        page.Find("[data-testid=vault-access]").TextContent.ShouldBe("Metadata only");
    }

    [Fact]
    public async Task A_name_that_was_changed_without_a_signature_is_not_verified()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);
        world.Tamper("UPDATE vault SET name = 'Another name'");

        var page = world.Open<VaultsPage>("vaults");

        page.Find("[data-testid=standing]").TextContent.ShouldBe("Not verified");
    }

    [Fact]
    public async Task A_name_with_markup_is_text()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);
        world.Tamper("UPDATE vault SET name = '<img src=x onerror=alert(1)>'");

        var page = world.Open<VaultsPage>("vaults");

        page.FindAll("img").ShouldBeEmpty();
        page.Find(".row-link").TextContent.ShouldBe("<img src=x onerror=alert(1)>");
    }

    [Fact]
    public async Task An_ended_session_leads_to_sign_in_and_back()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);
        await world.Accounts.Sessions.SignOutAsync(AccountWorld.Person(world.Session));

        world.Open<VaultsPage>("vaults?q=x");

        world.Navigation.Uri.ShouldEndWith("/sign-in?returnTo=%2Fvaults%3Fq%3Dx");
    }

    [Theory]
    [InlineData("access=read", 1)]
    [InlineData("access=admin", 2)]
    [InlineData("access=none", 3)]
    [InlineData("access=none&classification=cui", 3)]
    [InlineData("expiring=soon", 4, 6)]
    [InlineData("expiring=expired", 4)]
    [InlineData("state=archived", 7)]
    [InlineData("state=nonsense&access=9", 0, 1, 2, 3, 4, 5, 6)]
    public async Task Each_filter_leaves_what_it_says(string filters, params int[] vaults)
    {
        await using var world = await PageWorld.CreateAsync(
            vaults: 8,
            items: i =>
                i switch
                {
                    4 => 3,
                    6 => 5,
                    _ => 0,
                }
        );
        world.Tamper(
            $"""
            UPDATE access_grant SET level = 2;
            UPDATE access_grant SET level = 1 WHERE asset_id = {Row(1)};
            UPDATE access_grant SET level = 3 WHERE asset_id IN ({Row(2)}, {Row(7)});
            UPDATE access_grant SET ended = 1 WHERE asset_id = {Row(3)};
            UPDATE vault SET archived_at = 1 WHERE id = {Row(7)};
            UPDATE vault_item SET archived_at = 1 WHERE vault_id = {Row(
                6
            )} AND public_id = x'{SampleVaults.ItemId(6, 2)}';
            """
        );

        var page = world.Open<VaultsPage>($"vaults?sort=updatedat&{filters}");

        page.FindAll("tbody tr[aria-rowindex]")
            .Select(row => row.GetAttribute("data-testid"))
            .ShouldBe(
                vaults.Select(vault => $"vault-row-{SampleVaults.VaultId(vault)}"),
                ignoreOrder: true
            );

        static int Row(int vault) => vault + 1;
    }

    [Fact]
    public async Task Items_that_expire_are_counted_in_words()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 2, items: i => i * 6);

        var page = world.Open<VaultsPage>("vaults");

        page.FindAll("[data-testid=expiring]").Single().TextContent.ShouldBe("1 due, 1 expired");
    }

    [Fact]
    public async Task Chosen_filters_are_chips_that_can_be_removed()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 2);
        var page = world.Open<VaultsPage>("vaults?classification=public&access=admin");

        page.Find("[data-testid=vault-filter-expiring]").Change("soon");

        world.Navigation.Uri.ShouldEndWith("?classification=public&access=admin&expiring=soon");
        page.Find("[data-testid=vaults-nothing-found]")
            .TextContent.ShouldContain(
                "classification Public, access ADMIN, expiry Due or expired"
            );
        page.Find("[data-testid=chip-access]")
            .GetAttribute("href")!
            .ShouldEndWith("/vaults?classification=public&expiring=soon");
    }

    [Fact]
    public async Task Selection_stands_in_the_address_and_offers_what_can_be_done()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 5);
        var page = world.Open<VaultsPage>("vaults?sort=itemcount");

        Box(page, 1).Click();
        Box(page, 3).Click(new MouseEventArgs { ShiftKey = true });

        var ids = string.Join(',', Enumerable.Range(1, 3).Select(SampleVaults.VaultId));
        world.Navigation.Uri.ShouldEndWith($"selected={Uri.EscapeDataString(ids)}");
        page.Find("[data-testid=selection-count]").TextContent.ShouldBe("3 vaults selected");
        var archive = page.Find("[data-testid=selection-archive]");
        archive.GetAttribute("data-sealed-action").ShouldBe("archive-vaults");
        archive.GetAttribute("data-ids").ShouldBe(ids);
        page.Find("[data-testid=select-all]").Change(true);
        page.Find("[data-testid=selection-count]").TextContent.ShouldBe("5 vaults selected");

        static AngleSharp.Dom.IElement Box(IRenderedComponent<VaultsPage> page, int vault) =>
            page.Find($"[data-testid=select-{SampleVaults.VaultId(vault)}]");
    }

    [Fact]
    public async Task Address_restores_the_selection()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 3);

        var page = world.Open<VaultsPage>(
            $"vaults?selected={SampleVaults.VaultId(0)},{SampleVaults.VaultId(2)}"
        );

        page.FindAll("tr.picked").Count.ShouldBe(2);
        page.Find("[data-testid=selection-count]").TextContent.ShouldBe("2 vaults selected");
    }

    [Fact]
    public async Task Only_vaults_that_the_reader_may_archive_can_be_selected()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 2);
        world.Tamper("UPDATE access_grant SET level = 2 WHERE asset_id = 1");

        var page = world.Open<VaultsPage>("vaults");

        page.FindAll("tbody input[type=checkbox]")
            .Single()
            .GetAttribute("data-testid")
            .ShouldBe($"select-{SampleVaults.VaultId(1)}");
    }

    [Fact]
    public async Task An_auditor_is_offered_nothing_to_do()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, role: Role.Auditor);

        var page = world.Open<VaultsPage>("vaults");

        page.FindAll("[data-sealed-action], input[type=checkbox]").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_sealed_element_saved_is_said_with_the_way_back_and_the_list_read_anew()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 3);
        var page = world.Open<VaultsPage>("vaults");
        world.Tamper("UPDATE vault SET archived_at = 1 WHERE id = 2");

        page.Find("sealed-actions")
            .TriggerEvent(
                "onsealedsaved",
                new SealedSavedEventArgs
                {
                    Kind = "archive-vaults",
                    Ids = [SampleVaults.VaultId(1).ToString()],
                }
            );

        page.WaitForAssertion(() =>
            page.Find("[data-testid=vault-count]").TextContent.ShouldBe("2 vaults")
        );
        page.FindAll("tbody tr[aria-rowindex]").Count.ShouldBe(2);
        page.Find("[data-testid=saved-notice]").TextContent.ShouldContain("The vault was archived");
        var undo = page.Find("[data-testid=undo]");
        undo.GetAttribute("data-sealed-action").ShouldBe("restore-vaults");
        undo.GetAttribute("data-ids").ShouldBe(SampleVaults.VaultId(1).ToString());
    }
}
