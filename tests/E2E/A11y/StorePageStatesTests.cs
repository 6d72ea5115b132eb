using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.A11y;

/// <summary>The pages of secrets, keys, issuers and agents.</summary>
public sealed class StorePageStatesTests(DemoPortal demo)
    : PageStates(demo),
        IClassFixture<DemoPortal>
{
    [Fact]
    public async Task Pages_of_secrets_hold()
    {
        await Browser.OpenRoots();
        await Demo.SignIn();
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

        Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_of_keys_and_issuers_hold()
    {
        await Demo.SignIn();
        await LookAt("issuers-empty", "/settings/issuers");
        await LookAt("keys", "/api-keys");
        await LookAt("key-new", "/api-keys/new");
        await LookAt("key", $"/api-keys/{Demo.IdOf("api_key WHERE name = 'Demo'")}");
        await LookAt(
            "key-rotate",
            $"/api-keys/{Demo.IdOf("api_key WHERE name = 'Demo'")}?tab=rotate"
        );
        Demo.Tamper(
            $"""
            UPDATE api_key SET successor_id = id, revoked_at = NULL, name = '{new string(
                'K',
                200
            )}' WHERE name = 'Demo'
            """
        );
        await LookAt("key-rotated-long", $"/api-keys/{Demo.IdOf("api_key")}");
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
        await Browser.Find("expiry-change").ClickAsync();
        await Browser.Find("expiry-form").WaitForAsync();
        await Look("issuer-expiry");
        await LookAt("issuers", "/settings/issuers");

        Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_of_agents_hold()
    {
        await Browser.OpenRoots();
        await Demo.SignIn();
        Demo.Tamper("UPDATE agent SET archived_at = 0 WHERE archived_at IS NULL");
        await LookAt("agents-empty", "/agents");
        Demo.Tamper("UPDATE agent SET archived_at = NULL");
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

        Violations.ShouldBeEmpty();
    }
}
