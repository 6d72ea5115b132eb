using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using VaultPortal.Cryptography;
using VaultPortal.Tests.E2E.Client;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>
/// One's own key pairs in the browser: made, unlocked, locked, replaced, retired, approved, imported. Private keys and passphrases
/// are in no request, frame or log, but for the wrapped blob.
/// </summary>
public sealed partial class KeysJourney(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private const string Phrase = "unlikely gravel saffron tuba quartz mitten";
    private const string NextPhrase = "harvest pewter donkey oblong cinder violin";

    private Browser Browser => demo.Browser;

    private IPage Page => demo.Browser.Page;

    private IKeyboard Keyboard => demo.Browser.Page.Keyboard;

    [Fact]
    public async Task First_visit_by_keyboard_makes_a_key_pair_with_a_kit_and_a_reload_locks_it()
    {
        var tap = await Begin("first@example.org");
        await Page.SetViewportSizeAsync(1280, 900);
        await Browser.Find("account-menu").Locator("summary").FocusAsync();
        await Keyboard.PressAsync("Enter");
        await Keyboard.PressAsync("Tab");
        await Expect(Browser.Find("own-keys")).ToBeFocusedAsync();
        await Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("key-state")).ToContainTextAsync("No key yet");

        await TabTo("new-passphrase");
        await Keyboard.TypeAsync("correct horse battery");
        await Expect(Browser.Find("passphrase-strength")).ToContainTextAsync("weak");
        await Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("new-passphrase-fault")).ToContainTextAsync("too easy");
        await Expect(Browser.Find("new-passphrase")).ToBeFocusedAsync();
        await TabTo("passphrase-draw");
        await Keyboard.PressAsync("Enter");
        var drawn = await Browser.Find("passphrase-drawn").InnerTextAsync();
        await Expect(Browser.Find("passphrase-use")).ToBeFocusedAsync();
        await Keyboard.PressAsync("Enter");
        await Keyboard.TypeAsync("something else");
        await Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("new-passphrase-again-fault")).ToContainTextAsync("differ");
        await Keyboard.PressAsync("Control+a");
        await Keyboard.TypeAsync(drawn);
        await Keyboard.PressAsync("Enter");

        await Expect(Browser.Find("kit-title")).ToBeFocusedAsync();
        await Expect(Browser.Find("key-state")).ToContainTextAsync("Until");
        await Browser.Find("nav-vaults").ClickAsync();
        await Expect(Browser.Find("leave-guard")).ToBeVisibleAsync();
        var kit = await Download();
        kit.ShouldContain("first@example.org");
        kit.ShouldContain(demo.Process.Address.Authority);
        kit.ShouldContain("Secret.");
        await TabTo("kit-continue");
        await Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("kit-stored")).ToBeFocusedAsync();
        await Keyboard.PressAsync("Space");
        await Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("key-unlocked")).ToBeVisibleAsync();
        var fingerprint = await Fingerprint(0);
        kit.ShouldContain(fingerprint);

        await Page.ReloadAsync();
        await Browser.CircuitReady();
        await Expect(Browser.Find("key-state")).ToContainTextAsync("Locked");
        await TabTo("key-unlock");
        await Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("unlock-passphrase")).ToBeFocusedAsync();
        await Keyboard.TypeAsync("not the passphrase");
        await Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("unlock-fault")).ToContainTextAsync("does not open");
        await Keyboard.TypeAsync(drawn);
        await Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("key-unlocked")).ToBeVisibleAsync();
        await Browser.Find("key-state").ClickAsync();
        await Expect(Browser.Find("key-unlocked")).ToHaveCountAsync(0);

        tap.Bodies.Count(body => body.Contains("PBKDF2-SHA-256")).ShouldBe(1);
        tap.HeardNothingOf(demo.Process.Log, [drawn, .. SecretsOf(kit)]);
        (await Page.ContentAsync()).ShouldNotContain(drawn);
        Browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Kit_is_printed_alone_and_gone_once_the_key_is_locked()
    {
        await Begin("print@example.org");
        await Browser.GoTo("/account/keys");
        await FillNew(Phrase);
        await Expect(Browser.Find("kit")).ToBeVisibleAsync();
        await Expect(Browser.Find("kit-keys")).ToBeHiddenAsync();

        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await Expect(Browser.Find("kit-keys")).ToBeVisibleAsync();
        foreach (
            var left in (string[])
                ["kit-print", "kit-stored", "nav-vaults", "keys-head", "key-state"]
        )
        {
            await Expect(Browser.Find(left)).ToBeHiddenAsync();
        }

        var pages = SheetOf(await Page.PdfAsync());
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Screen });
        pages.ShouldBe(1);

        await Browser.Find("key-state").ClickAsync();
        await Expect(Browser.Find("kit")).ToHaveCountAsync(0);
        await Expect(Browser.Find("keys-said")).ToContainTextAsync("Locked");
        (
            await Page.EvaluateAsync<string>(
                "document.querySelector('sealed-keys').shadowRoot.innerHTML"
            )
        ).ShouldNotContain("PRIVATE KEY");

        await Browser.Find("key-kit").ClickAsync();
        await Browser.Find("present-passphrase").FillAsync("not the passphrase");
        await Browser.Find("keys-submit").ClickAsync();
        await Expect(Browser.Find("present-passphrase-fault")).ToContainTextAsync("does not open");
        await Browser.Find("present-passphrase").FillAsync(Phrase);
        await Browser.Find("keys-submit").ClickAsync();
        (await Download()).ShouldContain("BEGIN PRIVATE KEY");
        await Stored();
        await Expect(Browser.Find("key-card")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Passphrase_is_changed_and_the_pair_replaced_with_every_vault()
    {
        var tap = await Begin();
        await Browser.GoTo("/account/keys");
        var first = await Fingerprint(0);
        await Browser.Find("key-passphrase").ClickAsync();
        await Browser.Find("present-passphrase").FillAsync(NextPhrase);
        await FillNew(Phrase);
        await Expect(Browser.Find("present-passphrase-fault")).ToContainTextAsync("does not open");
        await Browser.Find("present-passphrase").FillAsync(demo.Passphrase);
        await FillNew(Phrase);
        await Expect(Browser.Find("keys-said")).ToContainTextAsync("changed");

        await Browser.Find("key-replace").ClickAsync();
        await Browser.Find("unlock-passphrase").FillAsync(demo.Passphrase);
        await Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("unlock-fault")).ToContainTextAsync("does not open");
        await Browser.Find("unlock-passphrase").FillAsync(Phrase);
        await Keyboard.PressAsync("Enter");
        await FillNew(NextPhrase);
        await Stored();
        demo.Tamper("UPDATE vault SET archived_at = 1 WHERE name = 'Public Website'");
        await Browser.Find("share-start").ClickAsync();
        await Expect(Browser.Find("share-count")).ToHaveTextAsync("4 of 5 vaults");
        await Expect(Browser.Find("share-faults")).ToContainTextAsync("Public Website");
        await Browser.Find("share-leave").ClickAsync();

        // Taken up again later: what is done is not done twice.
        demo.Tamper("UPDATE vault SET archived_at = NULL WHERE name = 'Public Website'");
        await Page.ReloadAsync();
        await Browser.CircuitReady();
        await Browser.Find("key-replace").First.ClickAsync();
        await Browser.Find("unlock-passphrase").FillAsync(Phrase);
        await Keyboard.PressAsync("Enter");
        await Browser.Find("replace-by").ClickAsync();
        await Browser.Find("share-start").ClickAsync();
        await Expect(Browser.Find("share-finish")).ToBeVisibleAsync();
        await Expect(Browser.Find("share-count")).ToHaveTextAsync("5 of 5 vaults");
        await Browser.Find("share-finish").ClickAsync();
        await Expect(Browser.Find("keys-said")).ToContainTextAsync("is replaced");

        demo.Value($"SELECT retire_reason FROM registered_key WHERE fingerprint = x'{first}'")
            .ShouldBe(1L);
        demo.Value(
                "SELECT count(*) FROM wrapped_dek w JOIN registered_key k ON k.id = w.recipient_key_id WHERE k.state = 1 AND k.endorsed_by IS NOT NULL"
            )
            .ShouldBe(5L);
        await Expect(Browser.Find("key-card").First).ToHaveAttributeAsync("data-state", "active");
        await Browser.Find("keys-retired").Locator("summary").ClickAsync();
        await Expect(Browser.Find("keys-retired")).ToContainTextAsync("replaced by another");
        tap.HeardNothingOf(demo.Process.Log, demo.Passphrase, Phrase, NextPhrase);
    }

    [Fact]
    public async Task Second_key_pair_is_active_by_endorsement_and_retired_by_its_typed_name()
    {
        await Begin("two@example.org");
        await MakeFirst();
        await Browser.Find("keys-make").ClickAsync();
        await FillNew(NextPhrase);
        await Stored();
        await Browser.Find("share-leave").ClickAsync();
        await Expect(Browser.Find("key-card")).ToHaveCountAsync(2);
        await Expect(Browser.Find("key-standing").Nth(1)).ToHaveTextAsync("Active");

        demo.Tamper("UPDATE portal_session SET step_up_at = NULL");
        await Browser.Find("key-retire").Nth(1).ClickAsync();
        await Expect(Browser.Find("confirm-yes")).ToBeDisabledAsync();
        await Browser.Find("confirm-typed").FillAsync((await Fingerprint(1))[..8]);
        await Browser.Find("reason-compromised").CheckAsync();
        await Browser.Find("confirm-yes").ClickAsync();
        await Browser.Find("step-up-password").FillAsync(PortalCommand.Password);
        await Browser.Find("step-up-submit").ClickAsync();

        await Expect(Browser.Find("keys-said")).ToContainTextAsync("retired");
        demo.Value("SELECT retire_reason FROM registered_key ORDER BY retired_at DESC")
            .ShouldBe(3L);
        await Expect(Browser.Find("key-unlocked")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Pending_key_pair_is_approved_with_its_fingerprint_to_compare()
    {
        await Begin("pending@example.org");
        await MakeFirst();
        await Browser.Find("key-lock").ClickAsync();
        await Browser.Find("keys-make").ClickAsync();
        await FillNew(NextPhrase);
        await Stored();
        await Expect(Browser.Find("key-standing").Nth(1)).ToHaveTextAsync("Waits for approval");

        demo.Tamper("UPDATE portal_session SET step_up_at = NULL");
        await Browser.Find("key-approve").ClickAsync();
        (await Browser.Find("approve-fingerprint").InnerTextAsync())
            .Replace(" ", "", StringComparison.Ordinal)
            .ShouldBe(await Fingerprint(1));
        await Browser.Find("confirm-yes").ClickAsync();
        await Browser.Find("step-up-cancel").ClickAsync();
        await Expect(Browser.Find("confirm-fault")).ToContainTextAsync("Nothing was changed");
        await Browser.Find("confirm-yes").ClickAsync();
        await Browser.Find("step-up-password").FillAsync(PortalCommand.Password);
        await Browser.Find("step-up-submit").ClickAsync();

        await Expect(Browser.Find("key-standing").Nth(1)).ToHaveTextAsync("Active");
    }

    [Fact]
    public async Task Import_of_a_recovery_kit_gives_a_registered_pair_a_new_passphrase()
    {
        var tap = await Begin("import@example.org");
        await MakeFirst(keepKit: true);
        await Page.ReloadAsync();
        await Browser.CircuitReady();
        await Browser.Find("keys-import").ClickAsync();
        await Browser.Find("import-text").FillAsync(_kit);
        await FillNew(NextPhrase);
        await Expect(Browser.Find("keys-said")).ToContainTextAsync("new passphrase");
        await Expect(Browser.Find("key-card")).ToHaveCountAsync(1);
        await Expect(Browser.Find("key-unlocked")).ToBeVisibleAsync();

        await Page.ReloadAsync();
        await Browser.CircuitReady();
        await Browser.Find("key-unlock").ClickAsync();
        await Browser.Find("unlock-passphrase").FillAsync(Phrase);
        await Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("unlock-fault")).ToContainTextAsync("does not open");
        await Browser.Find("unlock-passphrase").FillAsync(NextPhrase);
        await Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("key-unlocked")).ToBeVisibleAsync();
        tap.HeardNothingOf(demo.Process.Log, [Phrase, NextPhrase, .. SecretsOf(_kit)]);
    }

    [Fact]
    public async Task Import_registers_a_pair_of_files_and_refuses_what_it_cannot_keep()
    {
        await Begin("files@example.org");
        await Browser.GoTo("/account/keys");
        await Browser.Find("keys-import").ClickAsync();
        foreach (
            var (text, says) in new[]
            {
                ("nothing like a key", "no signing key"),
                (RsaPem(), "Only Ed25519"),
                (
                    "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
                    "openssl pkcs8"
                ),
                (SigningPem() + SigningPem(), "two signing keys"),
                (await File.ReadAllTextAsync(demo.KeyFiles.Signing), "somebody else"),
            }
        )
        {
            await Browser.Find("import-text").FillAsync(text);
            await FillNew(Phrase);
            await Expect(Browser.Find("keys-fault")).ToContainTextAsync(says);
        }

        using var signing = SigningKey.Generate();
        using var encryption = X25519PrivateKey.Generate();
        await Browser.Find("import-text").FillAsync("");
        await Browser
            .Find("import-file")
            .SetInputFilesAsync([
                PemFile("signing-key.pem", signing.ExportPkcs8Pem()),
                PemFile("encryption-key.pem", encryption.ExportPkcs8Pem()),
            ]);
        await Browser.Find("keys-submit").ClickAsync();
        await Expect(Browser.Find("keys-said")).ToContainTextAsync("registered");
        (await Fingerprint(0)).ShouldBe(signing.PublicKey.FingerprintHex);
        await Expect(Browser.Find("key-unlocked")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Page_gets_no_key_out_of_the_elements()
    {
        await Begin("closed@example.org");
        await MakeFirst();

        var exported = await Page.EvaluateAsync<string[]>(
            "async () => Object.keys(await import(document.querySelector('script[src*=elements]').src.replace(/elements[^/]*\\.js/, 'sealed/page.js')))"
        );

        exported.ShouldBeEmpty();
        (
            await Page.EvaluateAsync<string[]>(
                "Object.keys(window).filter(name => /key|session|sealed/i.test(name) && !/^on/.test(name) && name !== 'sessionStorage')"
            )
        ).ShouldBeEmpty();
        (
            await Page.EvaluateAsync<string>(
                "JSON.stringify({ ...localStorage, ...sessionStorage })"
            )
        ).ShouldNotContain("PRIVATE");
    }

    private string _kit = "";

    /// <summary>A new person, or the demo's owner; what the page says from then on is heard.</summary>
    private async Task<Wiretap> Begin(string? email = null)
    {
        if (email is not null)
        {
            await demo.Process.Commands.CreateAccount(email);
        }

        Browser.Complaints.Clear();
        await Browser.OpenRoots();
        var tap = new Wiretap(Page);
        await demo.SignIn(
            email ?? demo.Email,
            email is null ? demo.Password : PortalCommand.Password
        );
        return tap;
    }

    private async Task MakeFirst(bool keepKit = false)
    {
        await Browser.GoTo("/account/keys");
        await FillNew(Phrase);
        _kit = keepKit ? await Download() : "";
        await Stored();
        await Expect(Browser.Find("key-unlocked")).ToBeVisibleAsync();
    }

    private async Task FillNew(string passphrase)
    {
        await Browser.Find("new-passphrase").FillAsync(passphrase);
        await Browser.Find("new-passphrase-again").FillAsync(passphrase);
        await Browser.Find("keys-submit").ClickAsync();
    }

    private async Task<string> Download()
    {
        var file = await Page.RunAndWaitForDownloadAsync(() =>
            Browser.Find("kit-download").ClickAsync()
        );
        file.SuggestedFilename.ShouldStartWith("vaultportal-recovery-kit-");
        return await File.ReadAllTextAsync((await file.PathAsync())!);
    }

    private async Task Stored()
    {
        await Browser.Find("kit-stored").CheckAsync();
        await Browser.Find("kit-continue").ClickAsync();
    }

    private async Task<string> Fingerprint(int card) =>
        (await Browser.Find("key-fingerprint").Nth(card).InnerTextAsync()).Replace(
            " ",
            "",
            StringComparison.Ordinal
        );

    /// <summary>What is secret of two PEM blocks: beyond the header that all keys share.</summary>
    private static string[] SecretsOf(string kit) =>
        [.. PemBody().Matches(kit).Select(match => match.Groups[1].Value)];

    private static int SheetOf(byte[] pdf) =>
        PdfPage().Count(System.Text.Encoding.Latin1.GetString(pdf));

    private static string SigningPem()
    {
        using var key = SigningKey.Generate();
        return key.ExportPkcs8Pem();
    }

    private static string RsaPem()
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static FilePayload PemFile(string name, string pem) =>
        new()
        {
            Name = name,
            MimeType = "application/x-pem-file",
            Buffer = System.Text.Encoding.ASCII.GetBytes(pem),
        };

    // In open roots the focus lies deeper than document.activeElement says.
    private async Task TabTo(string testId)
    {
        var goal = Browser.Find(testId);
        await goal.WaitForAsync();
        for (var presses = 0; presses < 40; presses++)
        {
            await Keyboard.PressAsync("Tab");
            if (await goal.EvaluateAsync<bool>("e => e === e.getRootNode().activeElement"))
            {
                return;
            }
        }

        throw new InvalidOperationException("Tab does not lead there: " + testId);
    }

    [GeneratedRegex("-----BEGIN PRIVATE KEY-----\\s+MC4CAQAwBQYDK2V[a-zA-Z]BCIEI(\\S+)\\s")]
    private static partial Regex PemBody();

    [GeneratedRegex("/Type\\s*/Page\\b")]
    private static partial Regex PdfPage();
}
