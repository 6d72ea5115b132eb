using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>The portal without a mouse: every step by a key, the focus always where the next key is expected.</summary>
public sealed class KeyboardJourney(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private IPage Page => demo.Browser.Page;

    private IKeyboard Keyboard => demo.Browser.Page.Keyboard;

    [Fact]
    public async Task Rows_open_by_Enter_and_Escape_leads_back_up()
    {
        await demo.SignIn();
        await TabTo(Link("Production"));
        await Keyboard.PressAsync("Enter");
        await Expect(demo.Browser.Find("vault-name")).ToBeFocusedAsync();

        await TabTo(Link("Production Database"));
        await Keyboard.PressAsync("Enter");
        await Expect(demo.Browser.Find("item-name")).ToBeFocusedAsync();

        await Keyboard.PressAsync("Escape");
        await Expect(demo.Browser.Find("vault-name")).ToBeFocusedAsync();
        await Keyboard.PressAsync("Escape");
        await Expect(demo.Browser.Find("vault-table")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Going_back_returns_the_focus_and_the_filters()
    {
        await demo.SignIn();
        await demo.Browser.GoTo("/vaults?q=o&sort=itemcount&dir=desc");
        await TabTo(Link("Customer Platform"));
        await Keyboard.PressAsync("Enter");
        await Expect(demo.Browser.Find("vault-name")).ToBeFocusedAsync();

        await Page.GoBackAsync();

        await Expect(Link("Customer Platform")).ToBeFocusedAsync();
        await Expect(demo.Browser.Find("vault-search")).ToHaveValueAsync("o");
        await Expect(Page.Locator("th[aria-sort=descending]")).ToContainTextAsync("Items");
    }

    [Fact]
    public async Task Value_in_focus_is_copied_and_actions_open_by_a_key()
    {
        await demo.SignIn();
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await demo.Browser.GoTo($"/vaults/{DemoPortal.Vault}");
        // The new page's heading takes the focus first.
        await Expect(demo.Browser.Find("vault-name")).ToBeFocusedAsync();
        await Keyboard.PressAsync("c");
        await Expect(Page.Locator("#announcer")).ToBeEmptyAsync();
        // Something else in the row of the value.
        await Page.EvaluateAsync(
            """
            () => {
              const link = document.createElement("a");
              link.href = "vaults";
              document.querySelector("main [data-copy-value]").before(link);
              link.focus();
            }
            """
        );
        await Keyboard.PressAsync("c");
        await Expect(Page.Locator("#announcer")).ToHaveTextAsync("Copied");

        await Keyboard.PressAsync(".");
        await Expect(Page.Locator("details[data-actions]")).ToHaveAttributeAsync("open", "");
        await Expect(demo.Browser.Find("vault-edit")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Form_is_sent_by_Ctrl_S()
    {
        await demo.SignIn();
        await demo.Browser.GoTo("/settings/issuers/new");
        await Page.Locator("main form input").First.FocusAsync();
        await Page.EvaluateAsync(
            "document.addEventListener('invalid', event => window.refused = true, true); document.addEventListener('submit', () => window.sent = true, true)"
        );

        await Keyboard.PressAsync("Control+s");

        await Page.WaitForFunctionAsync("() => window.sent === true || window.refused === true");
    }

    [Fact]
    public async Task Shortcuts_search_go_and_help()
    {
        await demo.SignIn();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        await Keyboard.PressAsync("/");
        await Expect(demo.Browser.Find("global-search")).ToBeFocusedAsync();
        await Keyboard.TypeAsync("office");
        await Keyboard.PressAsync("Enter");
        await Expect(demo.Browser.Find("vault-count")).ToHaveTextAsync("1 vault");
        await Keyboard.PressAsync("Escape");
        await Expect(demo.Browser.Find("global-search")).Not.ToBeFocusedAsync();

        await demo.Browser.GoTo($"/vaults/{DemoPortal.Vault}");
        await demo.Browser.Find("tab-members").FocusAsync();
        await Keyboard.PressAsync("?");
        await Expect(demo.Browser.Find("shortcuts")).ToBeVisibleAsync();
        await Keyboard.PressAsync("Escape");
        await Expect(demo.Browser.Find("shortcuts")).ToBeHiddenAsync();
        await Expect(demo.Browser.Find("tab-members")).ToBeFocusedAsync();
        await Expect(demo.Browser.Find("vault-name")).ToBeVisibleAsync();

        await Keyboard.PressAsync("g");
        await Keyboard.PressAsync("v");
        await Expect(demo.Browser.Find("vault-table")).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Sheet_of_all_places_on_a_phone_opens_leads_on_and_closes()
    {
        await demo.SignIn();
        await Page.SetViewportSizeAsync(390, 844);
        var more = demo.Browser.Find("nav-more");
        var policies = demo.Browser.Find("nav-policies");
        await Expect(demo.Browser.Find("nav-expiry")).ToBeVisibleAsync();
        await Expect(policies).ToBeHiddenAsync();

        await more.FocusAsync();
        await Keyboard.PressAsync("Enter");
        await Expect(policies).ToBeVisibleAsync();
        await Keyboard.PressAsync("Escape");
        await Expect(policies).ToBeHiddenAsync();
        await Expect(more).ToBeFocusedAsync();

        await more.ClickAsync();
        await policies.ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/settings/policies$"));
        await Expect(policies).ToBeHiddenAsync();

        await Page.SetViewportSizeAsync(1280, 900);
        await Expect(policies).ToBeVisibleAsync();
        await Expect(more).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Exact_time_shows_with_the_focus_and_Escape_puts_it_away_first()
    {
        await demo.SignIn();
        await demo.Browser.GoTo($"/vaults/{DemoPortal.Vault}");
        await TabTo(Page.Locator("main time").First);
        (await TipShown()).ShouldBeTrue();

        await Keyboard.PressAsync("Escape");

        (await TipShown()).ShouldBeFalse();
        await Expect(demo.Browser.Find("vault-name")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Copying_says_that_it_has_copied()
    {
        await demo.SignIn();
        await demo.Browser.GoTo($"/vaults/{DemoPortal.Vault}");
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var copy = Page.Locator("main [data-copy]").First;
        await TabTo(copy);
        await Keyboard.PressAsync("Enter");

        await Expect(copy.GetByText("Copied")).ToBeVisibleAsync();
        await Expect(Page.Locator("#announcer")).ToHaveTextAsync("Copied");
        (await Page.EvaluateAsync<string>("navigator.clipboard.readText()")).ShouldBe(
            DemoPortal.Vault
        );
    }

    [Fact]
    public async Task A_session_that_ended_in_another_tab_ends_here_and_says_so()
    {
        await demo.SignIn();
        await demo.Browser.GoTo($"/vaults/{DemoPortal.Vault}?tab=members");
        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync("/sign-out");
        await other.GetByTestId("signout-submit").ClickAsync();
        await Expect(other.GetByTestId("signed-out")).ToBeVisibleAsync();

        await Expect(demo.Browser.Find("session-ended")).ToBeVisibleAsync();
        new Uri(Page.Url).Query.ShouldContain(
            Uri.EscapeDataString($"/vaults/{DemoPortal.Vault}?tab=members")
        );
        await other.CloseAsync();
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private ILocator Link(string name) =>
        Page.Locator("main").GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).First;

    private Task<bool> TipShown() =>
        Page.EvaluateAsync<bool>(
            "getComputedStyle(document.activeElement, '::after').display !== 'none'"
        );

    private async Task TabTo(ILocator goal)
    {
        await goal.WaitForAsync();
        for (var presses = 0; presses < 60; presses++)
        {
            await Keyboard.PressAsync("Tab");
            if (await goal.EvaluateAsync<bool>("e => e === document.activeElement"))
            {
                return;
            }
        }

        throw new InvalidOperationException("Tab does not lead there: " + goal);
    }
}
