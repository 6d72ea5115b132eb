using Bunit;
using Shouldly;
using VaultPortal.Components.Pages.Lists;
using VaultPortal.Components.Pages.Vaults;
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
        page.FindAll("tbody tr").Count.ShouldBe(4);
        world.Accounts.Time.Advance(ListRules.TypingRest);

        page.WaitForAssertion(() => page.FindAll("tbody tr").Count.ShouldBe(1));
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
        page.FindAll("tbody tr")
            .ShouldAllBe(tr =>
                tr.TextContent.Contains("Staging") && tr.TextContent.Contains("Confidential")
            );
    }

    [Fact]
    public async Task Address_restores_the_page()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 60);

        var page = world.Open<VaultsPage>("vaults?page=2");

        page.FindAll("tbody tr").Count.ShouldBe(10);
        page.Find("[data-testid=vault-range]").TextContent.ShouldBe("51 to 60 of 60");
        page.Find("[data-testid=page-next]").HasAttribute("href").ShouldBeFalse();
        page.Find("[data-testid=page-previous]").GetAttribute("href").ShouldEndWith("/vaults");
    }

    [Fact]
    public async Task Address_beyond_the_last_page_leads_to_the_last_page()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 60);

        var page = world.Open<VaultsPage>("vaults?page=9");

        page.WaitForAssertion(() => page.FindAll("tbody tr").Count.ShouldBe(10));
        world.Navigation.Uri.ShouldEndWith("page=2");
    }

    [Theory]
    [InlineData("vaults?sort=nonsense&dir=up&page=-3&classification=99")]
    [InlineData("vaults?page=x&classification=2&sort=1")]
    public async Task Address_that_makes_no_sense_shows_the_plain_list(string address)
    {
        await using var world = await PageWorld.CreateAsync(vaults: 3);

        world.Open<VaultsPage>(address).FindAll("tbody tr").Count.ShouldBe(3);
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
}
