using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.A11y;

/// <summary>
/// Every page in every state that it can be in: no violation of WCAG 2.2 A and AA, light and dark, on a desk and on a phone, and
/// nothing wider than its window.
/// </summary>
public sealed class PageStatesTests(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private readonly List<string> _violations = [];

    private Browser Browser => demo.Browser;

    [Fact]
    public async Task Pages_of_the_demo_hold()
    {
        await demo.GoToSignIn();
        await demo.FillSignIn("nobody@example.org", "not the password of anybody");
        await Browser.Find("fault").WaitForAsync();
        await Look("sign-in-fault");

        await demo.SignIn();
        await Look("vaults");
        await LookAt("vaults-nothing-found", "/vaults?q=zzz&classification=cui");
        await LookAt("vault", $"/vaults/{demo.IdOf("vault WHERE name = 'Customer Platform'")}");
        await LookAt("vault-members", $"/vaults/{DemoPortal.Vault}?tab=members");
        await LookAt("vault-checkpoints", $"/vaults/{DemoPortal.Vault}?tab=checkpoints");
        await LookAt("vault-missing", "/vaults/65a1b2c3d4e5f1ffffffffff");
        await LookAt("item", $"/vaults/{DemoPortal.Vault}/items/{DemoPortal.Item}");
        await Browser.Find("tab-checkpoints").ClickAsync();
        await Browser.Find("checkpoint-open").ClickAsync();
        await Look("item-checkpoint-open");
        await LookAt("page-missing", "/nowhere");
        await Browser.GoTo("/vaults");
        await Browser.Page.Keyboard.PressAsync("?");
        await Browser.Find("shortcuts").WaitForAsync();
        await Look("shortcuts");
        await Browser.Page.Keyboard.PressAsync("Escape");
        await Browser.Find("account-menu").Locator("summary").ClickAsync();
        await Look("account-menu");

        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_hold_with_long_names_groups_and_what_does_not_verify()
    {
        var vault = demo.IdOf("vault WHERE name = 'Office and Network'");
        var item = demo.IdOf("vault_item WHERE vault_id = 3 AND expires_at < 1e6 * unixepoch()");
        demo.Tamper(
            $"""
            UPDATE vault SET name = '{new string('W', 250)}' WHERE id = 3;
            INSERT INTO item_group (public_id, vault_id, name, created_at) VALUES (x'65a1b2c3d4e5f50000000001', 3, '{new string(
                'G',
                200
            )}', 0);
            UPDATE vault_item SET group_id = (SELECT max(id) FROM item_group), name = '{new string(
                'I',
                250
            )}', websites = '["https://{new string('x', 200)}.example.com","b.example"]' WHERE public_id = x'{item}';
            UPDATE field SET name = '{new string(
                'F',
                250
            )}' WHERE item_id = (SELECT id FROM vault_item WHERE public_id = x'{item}');
            UPDATE checkpoint SET signature = zeroblob(64) WHERE sequence = (SELECT directory_checkpoint FROM vault WHERE id = 3);
            """
        );
        await demo.SignIn();

        await Look("vaults-long");
        await LookAt("vault-long", $"/vaults/{vault}");
        await LookAt("item-long", $"/vaults/{vault}/items/{item}");

        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_hold_for_an_auditor()
    {
        await demo.Process.Commands.CreateAccount("auditor@example.org", "Auditor");
        await demo.SignIn("auditor@example.org", PortalCommand.Password);

        await Look("auditor-vaults");
        await LookAt("auditor-vault", $"/vaults/{DemoPortal.Vault}");
        await LookAt("auditor-members", $"/vaults/{DemoPortal.Vault}?tab=members");
        await LookAt("auditor-item", $"/vaults/{DemoPortal.Vault}/items/{DemoPortal.Item}");
        await LookAt("auditor-secrets", "/secrets/environment");
        await Assertions.Expect(Browser.Find("secret-new")).ToBeHiddenAsync();
        await LookAt("auditor-items", "/secrets/workflows");
        await LookAt("auditor-issuers", "/settings/issuers");

        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_hold_for_somebody_without_a_grant()
    {
        demo.Tamper("DELETE FROM access_grant WHERE asset_id = 4");
        await demo.SignIn();
        await LookAt("vault-no-grant", $"/vaults/{demo.IdOf("vault WHERE id = 4")}");
        await Assertions.Expect(Browser.Find("no-grant")).ToBeVisibleAsync();

        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_of_secrets_hold()
    {
        await Browser.OpenRoots();
        await demo.SignIn();
        await LookAt("secrets-nothing-found", "/secrets/environment?q=zzz&state=expired");
        await LookAt("secret-missing", "/secrets/environment/NO_SUCH_SECRET");
        await LookAt("secret-new", "/secrets/environment/-/new");
        await Browser.Find("form-submit").ClickAsync();
        await Browser.Find("fault-key").WaitForAsync();
        await Look("secret-new-fault");
        await Browser.Find("form-key").FillAsync($"LONG_{new string('K', 200)}");
        await Browser.Find("form-value").FillAsync(new string('v', 2000));
        await Browser.Find("form-expiresAt-30").ClickAsync();
        await Browser.Find("form-submit").ClickAsync();
        await Browser.Find("secret-key").WaitForAsync();
        await Browser.Find("reveal").ClickAsync();
        await Assertions.Expect(Browser.Find("value")).ToContainTextAsync(new string('v', 100));
        await Look("secret-revealed");
        foreach (var tab in (string[])["edit", "rotate", "history"])
        {
            await Browser.Find($"tab-{tab}").ClickAsync();
            await Browser
                .Find(tab == "history" ? "history-table" : "form-submit")
                .WaitForAsync(new LocatorWaitForOptions());
            await Look($"secret-{tab}");
        }

        await Browser.Find("secret-delete").ClickAsync();
        await Browser.Find("confirm").WaitForAsync();
        await Look("secret-delete");
        await Browser.Find("confirm-no").ClickAsync();
        await LookAt("secrets-many", "/secrets/environment");
        await Browser.GoTo("/secrets/environment?q=LONG_");
        await Browser.Find("select-all").CheckAsync();
        await Look("secrets-selected");
        await Browser.Find("selection-delete").ClickAsync();
        await Browser.Find("confirm-yes").ClickAsync();
        await Browser.Find("list-notice").WaitForAsync();
        await Look("secrets-deleted");
        await LookAt("secrets-trash", "/secrets/environment?state=trash");
        await LookAt("secrets-import", "/secrets/environment/-/import");
        await Browser.Find("import-text").FillAsync("GOOD=1\nlower=2\nGOOD=3");
        await Browser.Find("import-check").ClickAsync();
        await Browser.Find("import-table").WaitForAsync();
        await Look("secrets-import-checked");
        await Browser.Find("import-text").FillAsync("APPLIED_ONE=1\nAPPLIED_TWO=2");
        await Browser.Find("import-check").ClickAsync();
        await Browser.Find("import-apply").ClickAsync();
        await Assertions.Expect(Browser.Find("import-title")).ToHaveTextAsync("What happened");
        await Look("secrets-import-applied");
        await LookAt("secrets-export", "/secrets/environment/-/export");

        await LookAt("items", "/secrets/workflows");
        await LookAt("item-new-secret", "/secrets/workflows/new");
        await LookAt("item-new", "/secrets/workflows/new?kind=key");
        await Browser.Find("form-name").FillAsync("api-key:Looked at");
        await Browser.Find("form-submit").ClickAsync();
        await Browser.Find("shown-once").WaitForAsync();
        await Look("item-shown-once");
        await Browser.Find("shown-once-stored").CheckAsync();
        await Browser.Find("shown-once-continue").ClickAsync();
        await Browser.Find("item-name").WaitForAsync();
        await Look("item-key");

        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_of_keys_and_issuers_hold()
    {
        await demo.SignIn();
        await LookAt("issuers-empty", "/settings/issuers");
        await LookAt("keys", "/api-keys");
        await LookAt("key-new", "/api-keys/new");
        await LookAt("key", $"/api-keys/{demo.IdOf("api_key WHERE name = 'Demo'")}");
        await LookAt(
            "key-rotate",
            $"/api-keys/{demo.IdOf("api_key WHERE name = 'Demo'")}?tab=rotate"
        );
        demo.Tamper(
            $"""
            UPDATE api_key SET successor_id = id, revoked_at = NULL, name = '{new string(
                'K',
                200
            )}' WHERE name = 'Demo'
            """
        );
        await LookAt("key-rotated-long", $"/api-keys/{demo.IdOf("api_key")}");
        await Browser.Find("key-revoke").ClickAsync();
        await Browser.Find("revoke-successors").WaitForAsync();
        await Look("key-revoke");
        await LookAt("issuer-new", "/settings/issuers/new");
        await Browser.Find("issuer-name").FillAsync($"CI of {new string('w', 60)}");
        await Browser.Find("issuer-issuer").FillAsync("https://ci.example.org");
        await Browser.Find("issuer-audience").FillAsync("vaultportal");
        await Browser.Find("issuer-by-document").CheckAsync();
        await Browser
            .Find("issuer-document")
            .FillAsync(
                """{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k1","alg":"EdDSA","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"""
            );
        await Browser.Find("mapping-claim-1").FillAsync("sub");
        await Browser.Find("mapping-value-1").FillAsync("repo:shop/web");
        await Browser.Find("mapping-1-secrets.read").CheckAsync();
        await Browser.Find("issuer-save").ClickAsync();
        await Browser.Find("issuer-keys").WaitForAsync();
        await Look("issuer");
        await LookAt("issuers", "/settings/issuers");

        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_about_errors_hold_for_whoever_reads_them()
    {
        foreach (var page in (string[])["/docs/errors", "/docs/errors/secret_not_found"])
        {
            await Browser.Page.GotoAsync(page);
            await Look($"docs{page["/docs".Length..].Replace('/', '-')}");
        }

        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_of_agents_hold()
    {
        await Browser.OpenRoots();
        await demo.SignIn();
        demo.Tamper("UPDATE agent SET archived_at = 0 WHERE archived_at IS NULL");
        await LookAt("agents-empty", "/agents");
        demo.Tamper("UPDATE agent SET archived_at = NULL");
        await LookAt("agent-new", "/agents/new");
        await Browser.Find("form-submit").ClickAsync();
        await Browser.Find("fault-name").WaitForAsync();
        await Look("agent-new-fault");
        await Browser.Find("form-name").FillAsync($"Long {new string('n', 200)}");
        await Browser.Find("form-submit").ClickAsync();
        await Browser.Find("agent-name").WaitForAsync();
        await Look("agent-without-key");
        await Browser.Find("agent-key").ClickAsync();
        await Browser.Find("form-submit").WaitForAsync();
        await Look("agent-key");
        await Browser.Find("form-submit").ClickAsync();
        await Browser.Find("shown-once").WaitForAsync();
        await Look("agent-shown-once");
        await Browser.Find("shown-once-stored").CheckAsync();
        await Browser.Find("shown-once-continue").ClickAsync();
        await Browser.Find("agent-keys").WaitForAsync();
        await Look("agent");
        await Browser.Find("agent-archive").ClickAsync();
        await Browser.Find("confirm").WaitForAsync();
        await Look("agent-archive");
        await Browser.Find("confirm-no").ClickAsync();
        await LookAt("agents", "/agents");
        await LookAt("agents-nothing-found", "/agents?q=zzz&state=inactive");
        await LookAt("agent-missing", "/agents/65a1b2c3d4e5f1ffffffffff");

        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Step_up_dialog_holds()
    {
        await Browser.OpenRoots();
        await demo.SignIn();
        await Browser.GoTo("/secrets/environment/-/export");
        demo.Tamper("UPDATE portal_session SET step_up_at = NULL");
        await Browser.Find("form-submit").ClickAsync();
        await Browser.Find("step-up-password").WaitForAsync();
        await Look("step-up");

        _violations.ShouldBeEmpty();
    }

    /// <summary>These have no circuit: they are made whole by the server, for everyone.</summary>
    [Fact]
    public async Task Pages_of_the_documentation_hold()
    {
        foreach (
            var (name, address) in new[]
            {
                ("docs-errors", "/docs/errors"),
                ("docs-error", "/docs/errors/invalid_request"),
                ("docs-api", "/docs/api"),
            }
        )
        {
            await Browser.Page.GotoAsync(address);
            await Look(name);
        }

        await Browser.Page.Locator("#createItem > summary").ClickAsync();
        await Browser.Page.Locator("#verifySecret > summary").ClickAsync();
        await Look("docs-api-open");

        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_of_vault_lists_and_items_hold_with_filters_groups_and_selections()
    {
        var vault = demo.IdOf("vault WHERE name = 'Public Website'");
        var archived = demo.IdOf("vault WHERE name = 'Archive of the Old System'");
        demo.Tamper(
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
        await demo.SignIn();
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
        demo.Tamper(
            $"UPDATE vault_item SET archived_at = 1 WHERE vault_id = (SELECT id FROM vault WHERE public_id = x'{vault}')"
        );
        demo.Tamper(
            $"UPDATE item_group SET archived_at = 1 WHERE vault_id = (SELECT id FROM vault WHERE public_id = x'{vault}')"
        );
        await LookAt("vault-empty", $"/vaults/{vault}");

        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_of_own_keys_holds()
    {
        const string phrase = "unlikely gravel saffron tuba quartz mitten";
        await Browser.OpenRoots();
        await demo.Process.Commands.CreateAccount("keys@example.org");
        await demo.SignIn("keys@example.org", PortalCommand.Password);
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

        _violations.ShouldBeEmpty();
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

    private async Task LookAt(string name, string address)
    {
        await Browser.GoTo(address);
        await Browser
            .Page.GetByRole(AriaRole.Heading, new() { Level = 1 })
            .WaitForAsync(new LocatorWaitForOptions());
        await Look(name);
    }

    private async Task Look(string name) =>
        _violations.AddRange(await Browser.InspectAtAllWidths(name));
}
