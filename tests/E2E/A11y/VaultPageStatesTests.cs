using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.A11y;

/// <summary>The pages of vaults and of one's own keys.</summary>
public sealed class VaultPageStatesTests(DemoPortal demo)
    : PageStates(demo),
        IClassFixture<DemoPortal>
{
    [Fact]
    public async Task Pages_of_vault_lists_and_items_hold_with_filters_groups_and_selections()
    {
        var vault = Demo.IdOf("vault WHERE name = 'Public Website'");
        var archived = Demo.IdOf("vault WHERE name = 'Archive of the Old System'");
        Demo.Tamper(
            $"""
            INSERT INTO item_group (public_id, vault_id, name, created_at)
                SELECT randomblob(12), id, 'Databases', 0 FROM vault WHERE public_id = x'{vault}' UNION ALL
                SELECT randomblob(12), id, 'Nothing in here', 0 FROM vault WHERE public_id = x'{vault}';
            UPDATE vault_item SET group_id = (SELECT id FROM item_group WHERE name = 'Databases')
                WHERE vault_id = (SELECT id FROM vault WHERE public_id = x'{vault}') AND id % 2 = 0;
            UPDATE vault_item SET archived_at = created_at WHERE id IN (
                SELECT i.id FROM vault_item i JOIN vault v ON v.id = i.vault_id WHERE v.public_id = x'{vault}' ORDER BY i.id LIMIT 2);
            UPDATE vault SET archived_at = created_at WHERE public_id = x'{archived}';
            UPDATE vault SET rekey_due = 1 WHERE public_id = x'{vault}';
            """
        );
        await Demo.SignIn();
        await LookAt(
            "vaults-filtered",
            "/vaults?access=admin&expiring=soon&sort=expiring&dir=desc"
        );
        await Browser.Find("select-all").CheckAsync();
        await Browser.Find("selection-bar").WaitForAsync();
        await Look("vaults-selected");
        await LookAt("vaults-archived", "/vaults?state=archived");
        await LookAt("vault-archived", $"/vaults/{archived}");
        await LookAt("vault-groups", $"/vaults/{vault}");
        await Browser
            .Page.Locator("[data-testid^=select-]:not([data-testid=select-all])")
            .First.CheckAsync();
        await Browser.Find("selection-bar").WaitForAsync();
        await Look("vault-selected");
        await Browser.Find("selection-clear").ClickAsync();
        await Browser.Page.Locator("summary[data-testid^=group-menu]").First.ClickAsync();
        await Look("vault-group-menu");
        await Browser.Page.Keyboard.PressAsync("Escape");
        await Browser.Page.Keyboard.PressAsync(".");
        await Look("vault-actions");
        await LookAt(
            "vault-items-filtered",
            $"/vaults/{vault}?q=example&expiring=soon&sort=expiry"
        );
        await LookAt("vault-items-nothing-found", $"/vaults/{vault}?q=zzz&type=server");
        await LookAt("vault-items-archived", $"/vaults/{vault}?state=archived");
        await Browser.Page.EvaluateAsync(
            """
            document.querySelector("sealed-actions").dispatchEvent(
              new CustomEvent("sealedsaved", { bubbles: true, detail: { kind: "archive-items", ids: ["65a1b2c3d4e5f1ffffffffff"] } }))
            """
        );
        await Browser.Find("saved-notice").WaitForAsync();
        await Look("vault-saved");
        Demo.Tamper(
            $"UPDATE vault_item SET archived_at = 1 WHERE vault_id = (SELECT id FROM vault WHERE public_id = x'{vault}')"
        );
        Demo.Tamper(
            $"UPDATE item_group SET archived_at = 1 WHERE vault_id = (SELECT id FROM vault WHERE public_id = x'{vault}')"
        );
        await LookAt("vault-empty", $"/vaults/{vault}");

        Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_of_own_keys_holds()
    {
        const string phrase = "unlikely gravel saffron tuba quartz mitten";
        await Browser.OpenRoots();
        await Demo.Process.Commands.CreateAccount("keys@example.org");
        await Demo.SignIn("keys@example.org", PortalCommand.Password);
        await LookAt("own-keys-first", "/account/keys");
        await Browser.Find("new-passphrase").FillAsync("correct horse");
        await Browser.Find("keys-submit").ClickAsync();
        await Browser.Find("passphrase-draw").ClickAsync();
        await Look("own-keys-weak");
        await NewPassphrase(phrase);
        await Browser.Find("kit").WaitForAsync();
        await Look("own-keys-kit");
        await Browser.Find("kit-show").ClickAsync();
        await Look("own-keys-kit-shown");
        await KitStored();
        await Look("own-keys-one");
        await Browser.Find("keys-make").ClickAsync();
        await NewPassphrase(phrase);
        await KitStored();
        await Browser.Find("share-start").WaitForAsync();
        await Look("own-keys-share");
        await Browser.Find("share-start").ClickAsync();
        await Browser.Find("share-finish").ClickAsync();
        await Browser.Find("key-lock").ClickAsync();
        await Browser.Find("keys-make").ClickAsync();
        await Look("own-keys-make");
        await NewPassphrase(phrase);
        await KitStored();
        await Browser.Find("key-approve").ClickAsync();
        await Look("own-keys-approve");
        await Browser.Find("confirm-no").ClickAsync();
        await Browser.Find("key-retire").Last.ClickAsync();
        await Look("own-keys-retire");
        await Browser
            .Find("confirm-typed")
            .FillAsync(await Browser.Find("key-short").Last.InnerTextAsync());
        await Browser.Find("confirm-yes").ClickAsync();
        await Browser.Find("keys-retired").Locator("summary").ClickAsync();
        await Look("own-keys-several");
        await Browser.Find("key-state").ClickAsync();
        await Browser.Find("unlock-passphrase").FillAsync("another one");
        await Browser.Find("unlock-submit").ClickAsync();
        await Assertions.Expect(Browser.Find("unlock-fault")).ToContainTextAsync("does not open");
        await Look("own-keys-unlock");
        await Browser.Find("unlock-cancel").ClickAsync();
        await Browser.Find("key-passphrase").First.ClickAsync();
        await Look("own-keys-passphrase");
        await Browser.Find("keys-cancel").ClickAsync();
        await Browser.Find("keys-import").ClickAsync();
        await Browser.Find("import-text").FillAsync("no key");
        await NewPassphrase(phrase);
        await Browser.Find("keys-fault").WaitForAsync();
        await Look("own-keys-import");

        Violations.ShouldBeEmpty();
    }

    private async Task NewPassphrase(string passphrase)
    {
        await Browser.Find("new-passphrase").FillAsync(passphrase);
        await Browser.Find("new-passphrase-again").FillAsync(passphrase);
        await Browser.Find("keys-submit").ClickAsync();
    }

    private async Task KitStored()
    {
        await Browser.Find("kit-stored").CheckAsync();
        await Browser.Find("kit-continue").ClickAsync();
    }
}
