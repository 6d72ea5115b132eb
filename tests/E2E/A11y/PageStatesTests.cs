using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.A11y;

/// <summary>The pages of a demo, of accounts, errors and documentation.</summary>
public sealed class PageStatesTests(DemoPortal demo) : PageStates(demo), IClassFixture<DemoPortal>
{
    [Fact]
    public async Task Pages_of_the_demo_hold()
    {
        await Demo.GoToSignIn();
        await Demo.FillSignIn("nobody@example.org", "not the password of anybody");
        await Browser.Find("fault").WaitForAsync();
        await Look("sign-in-fault");

        await Demo.SignIn();
        await Look("vaults");
        await LookAt("vaults-nothing-found", "/vaults?q=zzz&classification=cui");
        await LookAt("vault", $"/vaults/{Demo.IdOf("vault WHERE name = 'Customer Platform'")}");
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
        await Browser.Page.Keyboard.PressAsync("Escape");
        await LookOnPhone("places", () => Browser.Find("nav-more").ClickAsync());

        Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_hold_with_long_names_groups_and_what_does_not_verify()
    {
        var vault = Demo.IdOf("vault WHERE name = 'Office and Network'");
        var item = Demo.IdOf("vault_item WHERE vault_id = 3 AND expires_at < 1e6 * unixepoch()");
        Demo.Tamper(
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
        await Demo.SignIn();

        await Look("vaults-long");
        await LookAt("vault-long", $"/vaults/{vault}");
        await LookAt("item-long", $"/vaults/{vault}/items/{item}");

        Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_hold_for_an_auditor()
    {
        await Demo.Process.Commands.CreateAccount("auditor@example.org", "Auditor");
        await Demo.SignIn("auditor@example.org", PortalCommand.Password);

        await Look("auditor-vaults");
        await LookAt("auditor-vault", $"/vaults/{DemoPortal.Vault}");
        await LookAt("auditor-members", $"/vaults/{DemoPortal.Vault}?tab=members");
        await LookAt("auditor-item", $"/vaults/{DemoPortal.Vault}/items/{DemoPortal.Item}");
        await LookAt("auditor-secrets", "/secrets/environment");
        await Assertions.Expect(Browser.Find("secret-new")).ToBeHiddenAsync();
        await LookAt("auditor-items", "/secrets/workflows");
        await LookAt("auditor-issuers", "/settings/issuers");

        Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_hold_for_somebody_without_a_grant()
    {
        Demo.Tamper("DELETE FROM access_grant WHERE asset_id = 4");
        await Demo.SignIn();
        await LookAt("vault-no-grant", $"/vaults/{Demo.IdOf("vault WHERE id = 4")}");
        await Assertions.Expect(Browser.Find("no-grant")).ToBeVisibleAsync();

        Violations.ShouldBeEmpty();
    }

    /// <summary>What the other tests rely on.</summary>
    [Fact]
    public async Task What_does_not_hold_is_found()
    {
        await Demo.GoToSignIn();
        await Browser.Page.EvaluateAsync(
            """
            () => {
              const text = document.createElement("p");
              text.textContent = "seen in one theme only";
              text.style.color = "white";
              document.querySelector("main").append(document.createElement("img"), text);
            }
            """
        );

        var light = await Browser.Inspect("faults");
        await Browser.Page.EvaluateAsync(
            "() => { document.querySelector('main > p:last-child').style.color = 'black'; }"
        );
        var dark = await Browser.Inspect("faults");

        light.ShouldContain(fault => fault.StartsWith("faults, light: image-alt"));
        light.ShouldContain(fault => fault.StartsWith("faults, light: color-contrast"));
        dark.ShouldContain(fault => fault.StartsWith("faults, dark: color-contrast"));
    }

    [Fact]
    public async Task Step_up_dialog_holds()
    {
        await Browser.OpenRoots();
        await Demo.SignIn();
        await Browser.GoTo("/secrets/environment/-/export");
        Demo.Tamper("UPDATE portal_session SET step_up_at = NULL");
        await Browser.Find("form-submit").ClickAsync();
        await Browser.Find("step-up-password").WaitForAsync();
        await Look("step-up");

        Violations.ShouldBeEmpty();
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

        Violations.ShouldBeEmpty();
    }
}
