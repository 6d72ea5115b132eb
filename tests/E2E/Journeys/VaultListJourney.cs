using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>Finding a vault among many and an item in it: by typing, by filters, by scrolling, by the keyboard alone.</summary>
public sealed class VaultListJourney(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private const int Many = 400;

    /// <summary>Keeps what the page asks of sealed elements, ids and the names of actions, and keeps it from them.</summary>
    private const string Listen = """
        window.addEventListener("vaultportal:sealed-action", (event) => {
          document.documentElement.dataset.asked = JSON.stringify(event.detail);
          event.stopImmediatePropagation();
        }, true);
        """;

    /// <summary>Until a closed group is kept in the browser.</summary>
    private const string Kept = """
        () => new Promise((done) => {
          const kept = () => Object.keys(localStorage).some((key) =>
            key.startsWith("vaultportal.order.") && JSON.parse(localStorage.getItem(key)).closed.length > 0);
          const look = () => (kept() ? done() : setTimeout(look, 50));
          look();
        })
        """;

    private IPage Page => demo.Browser.Page;

    private IKeyboard Keyboard => Page.Keyboard;

    private ILocator Rows => Page.Locator("tbody tr[aria-rowindex]");

    [Fact]
    public async Task Typing_searches_keeps_the_focus_and_loses_no_letter()
    {
        await Begin();
        await demo.Browser.GoTo("/vaults");
        var search = Find("vault-search");
        await search.FocusAsync();
        // Slower than the rest after which the list follows, so that answers come while the next letters are typed.
        await search.PressSequentiallyAsync("office", new() { Delay = 230 });

        await Expect(search).ToHaveValueAsync("office");
        await Expect(search).ToBeFocusedAsync();
        await Expect(Find("vault-count")).ToHaveTextAsync("1 vault");
        await Expect(Rows).ToHaveCountAsync(1);
        await Expect(Page).ToHaveURLAsync(new Regex(@"/vaults\?q=office$"));
        await Expect(Find("chip-search")).ToContainTextAsync("office");
    }

    [Fact]
    public async Task Search_is_no_step_of_its_own_to_go_back_from_but_a_filter_is()
    {
        await Begin();
        await demo.Browser.GoTo("/secrets/environment");
        await Find("nav-vaults").ClickAsync();
        await Expect(Find("vault-table")).ToBeVisibleAsync();
        await Find("vault-search").FillAsync("o");
        await Expect(Page).ToHaveURLAsync(new Regex(@"\?q=o$"));
        await Find("vault-classification").SelectOptionAsync("Confidential");
        await Expect(Find("chip-classification")).ToBeVisibleAsync();
        await Find("sort-itemcount").ClickAsync();
        await Expect(Page)
            .ToHaveURLAsync(new Regex("q=o&classification=confidential&sort=itemcount&dir=desc"));

        await Page.GoBackAsync();
        await Expect(Page.Locator("th[aria-sort=descending]")).ToHaveCountAsync(0);
        await Page.GoBackAsync();
        await Expect(Find("chip-classification")).ToBeHiddenAsync();
        await Expect(Find("vault-search")).ToHaveValueAsync("o");
        await Page.GoBackAsync();
        await Expect(Page).ToHaveURLAsync(new Regex("/secrets/environment$"));
        await Page.GoForwardAsync();
        await Page.GoForwardAsync();
        await Expect(Find("vault-classification")).ToHaveValueAsync("Confidential");
    }

    [Fact]
    public async Task Only_the_rows_in_view_are_there_and_going_back_leads_to_where_the_list_was()
    {
        AddVaults();
        await Begin();
        await demo.Browser.GoTo("/vaults?q=many");
        await Expect(Find("vault-count")).ToHaveTextAsync($"{Many} vaults");
        (await Heights()).ShouldBe([37]);
        (await Rows.CountAsync()).ShouldBeLessThan(120);

        await Page.EvaluateAsync("scrollTo(0, 200 * 37)");
        var link = Page.GetByRole(AriaRole.Link, new() { Name = "Many 210", Exact = true });
        await Expect(link).ToBeVisibleAsync();
        await link.ClickAsync();
        await Expect(Find("vault-name")).ToHaveTextAsync("Many 210");
        await Page.GoBackAsync();

        await Expect(link).ToBeFocusedAsync();
        await Expect(link).ToBeInViewportAsync();
        (await Page.EvaluateAsync<int>("Math.round(scrollY / 37)")).ShouldBeInRange(190, 211);

        await Page.SetViewportSizeAsync(390, 844);
        await demo.Browser.GoTo("/vaults?q=many");
        (await Heights()).ShouldBe([96]);
    }

    [Fact]
    public async Task Tab_walks_through_rows_that_are_still_to_come()
    {
        AddVaults();
        await Begin();
        await demo.Browser.GoTo("/vaults?q=many");
        await Expect(Page.Locator("[data-testid=first-rows]")).ToHaveCountAsync(0);
        await Rows.First.Locator("a").FocusAsync();

        // As long as the key is held: no waiting in between.
        var row = 2;
        for (var presses = 0; row < 120 && presses < 3000; presses++)
        {
            await Keyboard.PressAsync("Tab");
            var next = await Page.EvaluateAsync<int>(
                "Number(document.activeElement.closest('tr')?.getAttribute('aria-rowindex') ?? 0)"
            );
            // Two: the row that was waited for came between.
            next.ShouldBeInRange(row, row + 2);
            row = next;
        }

        row.ShouldBeInRange(120, 121);
    }

    [Fact]
    public async Task Vaults_are_filtered_selected_and_handed_to_the_sealed_element_by_keyboard_alone()
    {
        await Begin();
        await demo.Browser.GoTo("/vaults?sort=updatedat");
        await Page.EvaluateAsync(Listen);
        await TabTo(Find("vault-filter-expiring"));
        await Keyboard.TypeAsync("Expired");
        await Expect(Find("chip-expiring")).ToBeVisibleAsync();
        await Expect(Find("expiring").First).ToContainTextAsync("expired");

        var boxes = Page.Locator("tbody input[type=checkbox]");
        await TabTo(boxes.Nth(0));
        await Keyboard.PressAsync("Space");
        await Expect(Find("selection-count")).ToHaveTextAsync("1 vault selected");
        await TabTo(boxes.Nth(2));
        await Keyboard.PressAsync("Shift+Space");
        await Expect(Find("selection-count")).ToHaveTextAsync("3 vaults selected");

        await TabTo(Find("selection-archive"));
        await Keyboard.PressAsync("Enter");
        var asked = await Asked();
        asked.Action.ShouldBe("archive-vaults");
        asked.Ids.Length.ShouldBe(3);
        await Page.ReloadAsync();
        await Expect(Find("selection-count")).ToHaveTextAsync("3 vaults selected");
        await demo.Browser.CircuitReady();
        await Keyboard.PressAsync("Escape");
        await Expect(Find("selection-bar")).ToBeHiddenAsync();

        await Page.EvaluateAsync(Listen);
        await Keyboard.PressAsync("n");
        (await Asked()).Action.ShouldBe("create-vault");
    }

    [Fact]
    public async Task Items_are_found_grouped_and_put_in_order_by_keyboard_and_by_dragging()
    {
        var vault = demo.IdOf("vault WHERE name = 'Public Website'");
        demo.Tamper(
            $"""
            INSERT INTO item_group (public_id, vault_id, name, created_at)
                SELECT randomblob(12), id, 'Alpha', 0 FROM vault WHERE public_id = x'{vault}' UNION ALL
                SELECT randomblob(12), id, 'Beta', 0 FROM vault WHERE public_id = x'{vault}';
            UPDATE vault_item SET group_id = (SELECT id FROM item_group WHERE name = 'Beta' ORDER BY id DESC LIMIT 1)
                WHERE id IN (SELECT i.id FROM vault_item i JOIN vault v ON v.id = i.vault_id WHERE v.public_id = x'{vault}' ORDER BY i.id LIMIT 3);
            """
        );
        await Begin();
        await demo.Browser.GoTo($"/vaults/{vault}");
        var groups = Page.Locator(".group-toggle");
        await Expect(groups.Nth(0)).ToContainTextAsync("Alpha");

        // A group up, by its menu.
        await TabTo(Page.Locator("details.menu summary[data-testid^=group-menu]").Nth(1));
        await Keyboard.PressAsync("Enter");
        await TabTo(Page.Locator("[data-testid^=group-up]:visible"));
        await Keyboard.PressAsync("Enter");
        await Expect(groups.Nth(0)).ToContainTextAsync("Beta");
        await Expect(Find("order-said")).ToHaveTextAsync("Beta is now group 1 of 2.");
        await Expect(Page.Locator("details.menu summary[data-testid^=group-menu]").Nth(0))
            .ToBeFocusedAsync();

        // An item down, by its box and the bar.
        var first = await Item(0);
        await TabTo(Page.Locator("tbody input[type=checkbox]").First);
        await Keyboard.PressAsync("Space");
        await TabTo(Find("selection-down"));
        await Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("tr[data-item]").Nth(1)).ToHaveAttributeAsync("data-item", first);
        await Keyboard.PressAsync("Escape");

        // An item up, by dragging; then onto a group, which the sealed element is asked for.
        await Page.EvaluateAsync(Listen);
        var third = await Item(2);
        await Page.Locator("tr[data-item] .row-link")
            .Nth(2)
            .DragToAsync(Page.Locator("tr[data-item] .row-link").Nth(0));
        await Expect(Page.Locator("tr[data-item]").Nth(0)).ToHaveAttributeAsync("data-item", third);
        var alpha = Page.Locator("tr[data-group-head]").Nth(1);
        await Page.Locator("tr[data-item] .row-link").Nth(0).DragToAsync(alpha);
        var asked = await Asked();
        (asked.Action, asked.Vault, asked.Group).ShouldBe(
            ("move-items", vault, await alpha.GetAttributeAsync("data-group-head"))
        );
        asked.Ids.ShouldBe([third]);

        // Away to another tab and back.
        await Find("tab-members").ClickAsync();
        await Expect(Find("member-table")).ToBeVisibleAsync();
        await Find("tab-items").ClickAsync();
        await Expect(Page.Locator("tr[data-item]").Nth(0)).ToHaveAttributeAsync("data-item", third);

        // The order is there again when the page is, and the address says the rest.
        await groups.Nth(1).ClickAsync();
        await Expect(groups.Nth(1)).ToHaveAttributeAsync("aria-expanded", "false");
        await Page.EvaluateAsync(Kept);
        await Page.ReloadAsync();
        await Expect(groups.Nth(0)).ToContainTextAsync("Beta");
        await Expect(groups.Nth(1)).ToHaveAttributeAsync("aria-expanded", "false");
        (await Item(0)).ShouldBe(third);
        await demo.Browser.GoTo($"/vaults/{vault}?q=database&expiring=later&sort=name");
        await Expect(Find("item-search")).ToHaveValueAsync("database");
        await Expect(Page.Locator("th[aria-sort=ascending]")).ToContainTextAsync("Name");
        await Expect(Find("chip-expiring")).ToContainTextAsync("Expires later");
    }

    [Fact]
    public async Task Actions_of_a_vault_open_by_a_key_and_what_was_saved_is_said_with_the_focus_kept()
    {
        await Begin();
        var vault = demo.IdOf("vault WHERE name = 'Office and Network'");
        await demo.Browser.GoTo($"/vaults/{vault}");
        await Page.EvaluateAsync(Listen);
        await Keyboard.PressAsync(".");
        await Expect(Find("vault-edit")).ToBeFocusedAsync();
        await TabTo(Find("vault-archive"));
        await Keyboard.PressAsync("Enter");
        (await Asked()).Action.ShouldBe("archive-vault");
        await Expect(Find("vault-archive")).ToBeHiddenAsync();
        await Expect(Find("vault-menu").Locator("summary")).ToBeFocusedAsync();
        demo.Tamper($"UPDATE vault SET archived_at = 1 WHERE public_id = x'{vault}'");

        await Page.EvaluateAsync(
            """
            document.querySelector("sealed-actions").dispatchEvent(
              new CustomEvent("sealedsaved", { bubbles: true, detail: { kind: "archive-vault", id: location.pathname.split("/").at(-1), version: 2 } }))
            """
        );
        await Expect(Find("saved-notice")).ToContainTextAsync("The vault was archived");
        await Expect(Find("archived-notice")).ToBeVisibleAsync();
        await Expect(Find("vault-name")).ToBeFocusedAsync();
        await Find("undo").ClickAsync();
        (await Asked()).Action.ShouldBe("restore-vault");
        demo.Tamper($"UPDATE vault SET archived_at = NULL WHERE public_id = x'{vault}'");
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    private ILocator Find(string testId) => demo.Browser.Find(testId);

    /// <summary>The window may be as another test left it.</summary>
    private async Task Begin()
    {
        await Page.SetViewportSizeAsync(1280, 900);
        if (!demo.IsSignedIn)
        {
            await demo.SignIn();
        }
    }

    private async Task<string> Item(int place) =>
        (await Page.Locator("tr[data-item]").Nth(place).GetAttributeAsync("data-item"))!;

    /// <summary>How high rows are, once the list has taken the place of the first rows.</summary>
    private async Task<int[]> Heights()
    {
        await Expect(Page.Locator("[data-testid=first-rows]")).ToHaveCountAsync(0);
        await Expect(Rows.First).ToBeVisibleAsync();
        return await Rows.EvaluateAllAsync<int[]>(
            "rows => [...new Set(rows.map(row => row.getBoundingClientRect().height))]"
        );
    }

    private async Task<Detail> Asked()
    {
        var page = Page.Locator("html");
        await Expect(page).ToHaveAttributeAsync("data-asked", new Regex("."));
        var asked = await page.GetAttributeAsync("data-asked");
        await Page.EvaluateAsync("() => delete document.documentElement.dataset.asked");
        return JsonSerializer.Deserialize<Detail>(asked!, JsonSerializerOptions.Web)!;
    }

    private void AddVaults() =>
        demo.Tamper(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Many})
            INSERT INTO vault (public_id, name, current_dek_version, directory_version, directory_checkpoint, summary_version,
                summary_checkpoint, permission_version, permission_checkpoint, item_count, created_by_kind, created_by_id, rekey_due,
                created_at, updated_at, changed, opened)
            SELECT randomblob(12), printf('Many %03d', i), 1, 0, 0, 0, 0, 0, 0, 0, created_by_kind, created_by_id, 0, created_at, updated_at, 1, 1
            FROM vault, n WHERE vault.name = 'Production' AND NOT EXISTS (SELECT 1 FROM vault WHERE name = 'Many 001')
            """
        );

    private async Task TabTo(ILocator goal)
    {
        await goal.WaitForAsync();
        for (var presses = 0; presses < 150; presses++)
        {
            if (await goal.EvaluateAsync<bool>("e => e === document.activeElement"))
            {
                return;
            }

            await Keyboard.PressAsync("Tab");
        }

        throw new InvalidOperationException("Tab does not lead there: " + goal);
    }

    private sealed class Detail
    {
        public string Action { get; set; } = "";
        public string? Vault { get; set; }
        public string[] Ids { get; set; } = [];
        public string? Group { get; set; }
    }
}
