using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>When a key locks itself, by a clock that is moved.</summary>
public sealed class KeyLockJourney(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private Browser Browser => demo.Browser;

    private IPage Page => demo.Browser.Page;

    private IKeyboard Keyboard => demo.Browser.Page.Keyboard;

    [Fact]
    public async Task Key_locks_itself_after_a_warning_and_with_the_sign_out_of_another_tab()
    {
        await Page.Clock.InstallAsync();
        await Browser.OpenRoots();
        await demo.SignIn();
        await Browser.GoTo("/account/keys");
        await Unlock();
        await Page.Clock.FastForwardAsync("14:10");
        await Expect(Browser.Find("key-state")).ToContainTextAsync("Locks in 1 min");
        await Expect(Browser.Find("key-said")).ToContainTextAsync("in a minute");
        await Keyboard.PressAsync("Shift");
        await Expect(Browser.Find("key-state")).ToContainTextAsync("Until");
        await Page.Clock.FastForwardAsync("15:01");
        await Expect(Browser.Find("key-state")).ToContainTextAsync("Locked");
        await Expect(Browser.Find("key-unlocked")).ToHaveCountAsync(0);

        await Unlock();
        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync("/account/keys");
        // The other tab knows of the key, and has it locked: it is unlocked tab by tab.
        await Expect(other.GetByTestId("key-state")).ToContainTextAsync("Locked");
        await other.GetByTestId("account-menu").Locator("summary").ClickAsync();
        await other.RouteAsync("**/sign-out", route => route.AbortAsync());
        await other.GetByTestId("sign-out").ClickAsync();
        await Expect(Browser.Find("key-state")).ToContainTextAsync("Locked");
        await other.CloseAsync();
    }

    private async Task Unlock()
    {
        await Browser.Find("key-unlock").ClickAsync();
        await Browser.Find("unlock-passphrase").FillAsync(demo.Passphrase);
        await Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("key-unlocked")).ToBeVisibleAsync();
    }
}
