using System.Text.Json;
using Microsoft.Playwright;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>What an administrator does with the two stores, keys and issuers, from making one to taking it back.</summary>
public sealed class SecretsJourney(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private IPage Page => demo.Browser.Page;

    [Fact]
    public async Task Environment_secret_is_made_revealed_changed_restored_deleted_and_taken_back()
    {
        await Begin();
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Go("/secrets/environment/-/new");
        await Find("form-key").FillAsync("JOURNEY_URL");
        await Find("form-value").FillAsync("first value");
        await Find("form-submit").ClickAsync();
        await Expect(Find("secret-key")).ToHaveTextAsync("JOURNEY_URL");
        await Expect(Find("value")).Not.ToContainTextAsync("first");

        await Find("reveal").ClickAsync();
        await Expect(Find("value")).ToHaveTextAsync("first value");
        await Find("copy-value").ClickAsync();
        await Expect(Find("reveal-status")).ToContainTextAsync("Copied");
        (await Page.EvaluateAsync<string>("navigator.clipboard.readText()")).ShouldBe(
            "first value"
        );

        await Find("secret-edit").ClickAsync();
        await Find("form-value").FillAsync("second value");
        await Find("form-submit").ClickAsync();
        await Expect(Find("said")).ToContainTextAsync("version 2");

        await Find("tab-history").ClickAsync();
        await Find("restore-1").ClickAsync();
        await Find("confirm-yes").ClickAsync();
        await Expect(Find("said")).ToContainTextAsync("Restored version 1");
        await Find("tab-details").ClickAsync();
        await Find("reveal").ClickAsync();
        await Expect(Find("value")).ToHaveTextAsync("first value");

        await Find("secret-delete").ClickAsync();
        await Expect(Find("confirm")).ToContainTextAsync("JOURNEY_URL");
        await Find("confirm-yes").ClickAsync();
        await Expect(Find("secret-deleted")).ToBeVisibleAsync();
        await Expect(Find("no-value")).ToBeVisibleAsync();
        await Find("undo").ClickAsync();
        await Expect(Find("said")).ToContainTextAsync("Taken back");
        await Expect(Find("reveal")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Value_is_hidden_again_after_half_a_minute_and_the_clipboard_cleared()
    {
        await Begin();
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Make("JOURNEY_SHORT", "seen for a while");
        await Page.Clock.InstallAsync();
        await Go("/secrets/environment/JOURNEY_SHORT");
        await Find("reveal").ClickAsync();
        await Expect(Find("value")).ToHaveTextAsync("seen for a while");
        await Find("copy-value").ClickAsync();
        await Expect(Find("reveal-status")).ToContainTextAsync("Copied");

        await Page.Clock.FastForwardAsync(31_000);

        await Expect(Find("value")).Not.ToContainTextAsync("seen");
        await Expect(Find("reveal-status")).ToHaveTextAsync("The clipboard was cleared.");
        (await Page.EvaluateAsync<string>("navigator.clipboard.readText()")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Value_is_hidden_when_its_tab_is_left_and_not_shown_by_coming_back()
    {
        await Begin();
        await Make("JOURNEY_LEFT", "not for passers-by");
        await Find("reveal").ClickAsync();
        await Expect(Find("value")).ToHaveTextAsync("not for passers-by");

        await LeaveTab(hidden: true);
        await Expect(Find("value")).Not.ToContainTextAsync("passers-by");
        await LeaveTab(hidden: false);

        await Expect(Find("value")).Not.ToContainTextAsync("passers-by");
        await Expect(Find("reveal-status")).ToHaveTextAsync("Hidden.");
        await Expect(Find("reveal")).ToContainTextAsync("Reveal");
        await Expect(Find("reveal-left")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task Value_that_comes_when_its_tab_was_left_is_not_shown()
    {
        await Begin();
        await Make("JOURNEY_LATE", "too late");
        await LeaveTab(hidden: true);

        await Find("reveal").ClickAsync();

        await Expect(Find("reveal-status")).ToContainTextAsync("the tab was left");
        await Expect(Find("value")).Not.ToContainTextAsync("too late");
    }

    [Fact]
    public async Task What_was_done_stays_said_through_the_parts_of_the_page_until_something_else_is_done()
    {
        await Begin();
        await Make("JOURNEY_SAID", "one");
        await Expect(Find("said")).ToBeHiddenAsync();
        await Find("tab-edit").ClickAsync();
        await Find("form-value").FillAsync("two");
        await Find("form-submit").ClickAsync();
        await Expect(Find("said")).ToHaveTextAsync("Saved: version 2.");

        await Find("tab-history").ClickAsync();
        await Find("history-table").WaitForAsync();
        await Expect(Find("said")).ToHaveTextAsync("Saved: version 2.");
        await Find("tab-details").ClickAsync();
        await Find("reveal").WaitForAsync();
        await Expect(Find("said")).ToHaveTextAsync("Saved: version 2.");

        await Find("secret-deactivate").ClickAsync();
        await Expect(Find("said")).ToContainTextAsync("Deactivated");
    }

    [Fact]
    public async Task Reveal_asks_for_the_password_once_it_is_due_and_goes_on_by_itself()
    {
        await Begin();
        await Make("JOURNEY_PROOF", "behind a password");
        demo.Tamper("UPDATE portal_session SET step_up_at = NULL");

        await Find("reveal").ClickAsync();
        await Find("step-up-password").FillAsync("not the password");
        await Find("step-up-submit").ClickAsync();
        await Expect(Find("step-up-fault")).Not.ToBeEmptyAsync();
        await Find("step-up-password").FillAsync(demo.Password);
        await Find("step-up-submit").ClickAsync();

        await Expect(Find("value")).ToHaveTextAsync("behind a password");
        await Expect(Find("reveal")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Reserved_secret_is_not_deleted_but_can_be_unreserved_there()
    {
        await Begin();
        await Make("JOURNEY_RESERVED", "kept", reserved: true);

        await Find("secret-delete").ClickAsync();
        await Expect(Find("confirm")).ToContainTextAsync("reserved");
        await Find("confirm-yes").ClickAsync();

        await Expect(Find("said")).ToContainTextAsync("Un-reserved");
        await Expect(Find("secret-reserved")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task List_deletes_what_is_selected_and_undoes_it()
    {
        await Begin();
        await Make("LIST_ONE", "1");
        await Make("LIST_TWO", "2");
        await Go("/secrets/environment?q=LIST_");
        await Find("select-all").CheckAsync();
        await Expect(Find("selection-count")).ToContainTextAsync("2 secrets");
        await Find("selection-delete").ClickAsync();
        await Find("confirm-yes").ClickAsync();
        await Expect(Find("list-notice")).ToContainTextAsync("Deleted 2 secrets");
        await Expect(Find("secret-row-LIST_ONE")).ToBeHiddenAsync();

        await Find("undo").ClickAsync();

        await Expect(Find("list-notice")).ToContainTextAsync("Took back 2 secrets");
        await Expect(Find("secret-row-LIST_ONE")).ToBeVisibleAsync();
        await Find("chip-search").ClickAsync();
        await Expect(Page)
            .ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/secrets/environment$"));
    }

    [Fact]
    public async Task Import_is_looked_at_before_it_is_done()
    {
        await Begin();
        await Make("IMPORT_OLD", "old");
        await Go("/secrets/environment/-/import");
        await Find("import-text").FillAsync("IMPORT_NEW=one\nIMPORT_OLD=\"two\"\n");
        await Find("import-check").ClickAsync();
        await Expect(Find("import-row-2")).ToContainTextAsync("Fails");
        await Expect(Find("import-apply")).ToBeHiddenAsync();

        await Find("form-onConflict").SelectOptionAsync("replace");
        await Find("import-check").ClickAsync();
        await Expect(Find("import-row-1")).ToContainTextAsync("Will be created");
        await Expect(Find("import-row-2")).ToContainTextAsync("Will be replaced");
        await Find("import-apply").ClickAsync();
        await Expect(Find("import-title")).ToHaveTextAsync("What happened");

        await Go("/secrets/environment/IMPORT_OLD");
        await Find("reveal").ClickAsync();
        await Expect(Find("value")).ToHaveTextAsync("two");
    }

    [Fact]
    public async Task Export_downloads_a_file()
    {
        await Begin();
        await Make("EXPORT_ME", "in the file");
        await Go("/secrets/environment/-/export");
        var download = await Page.RunAndWaitForDownloadAsync(() =>
            Find("form-submit").ClickAsync()
        );

        download.SuggestedFilename.ShouldBe("secrets.env");
        (await File.ReadAllTextAsync((await download.PathAsync())!)).ShouldContain(
            "EXPORT_ME=\"in the file\""
        );
    }

    [Fact]
    public async Task Workflow_item_is_made_changed_restored_unseen_deleted_and_taken_back()
    {
        await Begin();
        await Go("/secrets/workflows/new");
        await Find("form-name").FillAsync("Deploy token");
        await Find("form-secret").FillAsync("never shown again");
        await Find("form-submit").ClickAsync();
        await Expect(Find("item-name")).ToHaveTextAsync("Deploy token");
        (await Page.ContentAsync()).ShouldNotContain("never shown again");

        await Find("item-edit").ClickAsync();
        await Find("form-name").FillAsync("Deploy token, new");
        await Find("form-submit").ClickAsync();
        await Expect(Find("item-name")).ToHaveTextAsync("Deploy token, new");
        await Find("tab-history").ClickAsync();
        await Find("restore-1").ClickAsync();
        await Find("confirm-yes").ClickAsync();
        await Expect(Find("item-name")).ToHaveTextAsync("Deploy token");

        await Find("item-delete").ClickAsync();
        await Find("confirm-yes").ClickAsync();
        await Expect(Find("item-deleted")).ToBeVisibleAsync();
        await Find("undo").ClickAsync();
        await Expect(Find("said")).ToContainTextAsync("Taken back");
    }

    [Fact]
    public async Task Generated_key_is_shown_once_and_not_left_before_it_is_stored()
    {
        await Begin();
        await Go("/secrets/workflows/new?kind=key");
        await Find("form-name").FillAsync("api-key:Journey");
        await Find("form-submit").ClickAsync();
        await Expect(Find("shown-once-value")).ToContainTextAsync("wfk_");
        var key = await Find("shown-once-value").TextContentAsync();

        await Find("nav-vaults").ClickAsync();
        await Expect(Find("leave-guard")).ToBeVisibleAsync();
        await Expect(Find("shown-once-value")).ToHaveTextAsync(key!);
        await Find("shown-once-continue").ClickAsync();
        await Expect(Find("shown-once-status")).Not.ToBeEmptyAsync();
        await Find("shown-once-stored").CheckAsync();
        await Find("shown-once-continue").ClickAsync();

        await Expect(Find("item-name")).ToHaveTextAsync("api-key:Journey");
        (await Page.ContentAsync()).ShouldNotContain(key!);
    }

    [Fact]
    public async Task Api_key_is_made_rotated_and_revoked()
    {
        await Begin();
        await Go("/api-keys/new");
        await Find("form-name").FillAsync("Web shop");
        await Find("permission-secrets.read").CheckAsync();
        await Find("form-submit").ClickAsync();
        await Expect(Find("shown-once-value")).ToContainTextAsync("rk_");
        await Stored();
        await Expect(Find("key-permissions")).ToContainTextAsync("secrets.read");

        await Find("key-rotate").ClickAsync();
        await Find("form-submit").ClickAsync();
        await Stored();
        await Go("/api-keys?q=Web shop");
        await Expect(Find("key-count")).ToHaveTextAsync("2 keys");
        await Expect(Find("key-table")).ToContainTextAsync("Rotated");

        await Page.GetByRole(AriaRole.Link, new() { Name = "Web shop", Exact = true })
            .First.ClickAsync();
        await Find("key-revoke").ClickAsync();
        await Expect(Find("confirm-yes")).ToBeDisabledAsync();
        await Find("confirm-typed").FillAsync("Web shop");
        await Find("confirm-yes").ClickAsync();
        await Expect(Find("api-key-state")).ToContainTextAsync("Revoked");
    }

    [Fact]
    public async Task Issuer_is_made_disabled_and_deleted()
    {
        await Begin();
        await Go("/settings/issuers/new");
        await Find("issuer-name").FillAsync("CI of the shop");
        await Find("issuer-issuer").FillAsync("https://ci.example.org");
        await Find("issuer-audience").FillAsync("vaultportal");
        await Find("issuer-by-document").CheckAsync();
        await Find("issuer-document").FillAsync("no keys");
        await Find("mapping-claim-1").FillAsync("sub");
        await Find("mapping-value-1").FillAsync("repo:shop/web");
        await Find("mapping-1-secrets.read").CheckAsync();
        await Find("issuer-save").ClickAsync();
        await Expect(Find("fault").First).ToBeVisibleAsync();

        await Find("issuer-document")
            .FillAsync(
                """{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k1","alg":"EdDSA","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"""
            );
        await Find("issuer-save").ClickAsync();
        await Expect(Find("issuer-keys")).ToContainTextAsync("k1");

        await Find("issuer-disable").ClickAsync();
        await Expect(Find("issuer-state")).ToContainTextAsync("Disabled");
        await Find("issuer-delete").ClickAsync();
        await Find("confirm-typed").FillAsync("CI of the shop");
        await Find("confirm-yes").ClickAsync();
        await Expect(Find("issuers-empty")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Secret_is_made_and_revealed_by_keyboard_alone()
    {
        await Begin();
        var keyboard = Page.Keyboard;
        await Go("/vaults");
        await keyboard.PressAsync("g");
        await keyboard.PressAsync("s");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        await Expect(Find("secret-new")).ToBeVisibleAsync();
        await keyboard.PressAsync("n");
        await Find("form-key").WaitForAsync();
        await TabTo("form-key");
        await keyboard.TypeAsync("BY_KEYBOARD");
        await TabTo("form-value");
        await keyboard.TypeAsync("typed");
        await keyboard.PressAsync("Control+s");
        await Expect(Find("secret-key")).ToBeFocusedAsync();

        await TabTo("reveal");
        await keyboard.PressAsync("Enter");
        await Expect(Find("value")).ToHaveTextAsync("typed");
        await keyboard.PressAsync("Escape");
        await Expect(Find("secret-row-BY_KEYBOARD")).ToBeVisibleAsync();
    }

    private async Task Begin()
    {
        if (!demo.IsSignedIn)
        {
            await demo.Browser.OpenRoots();
            await demo.SignIn();
        }
    }

    private async Task Make(string key, string value, bool reserved = false)
    {
        await Go("/secrets/environment/-/new");
        await Find("form-key").FillAsync(key);
        await Find("form-value").FillAsync(value);
        await Find("form-isReserved").SetCheckedAsync(reserved);
        await Find("form-submit").ClickAsync();
        await Expect(Find("secret-key")).ToHaveTextAsync(key);
    }

    /// <summary>Leaves the browser's tab, or comes back. Without a screen the browser takes every tab for a visible one, so the page is told.</summary>
    private Task<JsonElement?> LeaveTab(bool hidden) =>
        Page.EvaluateAsync(
            """
            hidden => {
              Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
              document.dispatchEvent(new Event("visibilitychange"));
            }
            """,
            hidden
        );

    private async Task Stored()
    {
        await Find("shown-once-stored").CheckAsync();
        await Find("shown-once-continue").ClickAsync();
        await Find("key-name").WaitForAsync();
    }

    private Task Go(string path) => demo.Browser.GoTo(path);

    private ILocator Find(string testId) => demo.Browser.Find(testId);

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    private async Task TabTo(string testId)
    {
        var goal = Find(testId);
        await goal.WaitForAsync();
        for (var presses = 0; presses < 60; presses++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if (await goal.EvaluateAsync<bool>("e => e.getRootNode().activeElement === e"))
            {
                return;
            }
        }

        throw new InvalidOperationException("Tab does not lead there: " + testId);
    }
}
