using Microsoft.Playwright;
using QRCoder;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.Clients;

/// <summary>The tools as they are seen and worked with, in Chromium, in a page that holds nothing else.</summary>
public sealed class SealedToolsViewTests : IAsyncLifetime
{
    private const string Origin = "https://tools.test";

    /// <summary>The secret of RFC 6238.</summary>
    private const string Secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    private const string Shell = """
        <!DOCTYPE html><html lang="en"><title>Tools</title>
        <link rel="stylesheet" href="/css/tokens.css"><link rel="stylesheet" href="/css/portal.css">
        <main class="page"><h1>Tools</h1><tools-stage></tools-stage></main></html>
        """;

    private static readonly string Wwwroot = Path.Combine(
        JavaScript.Root,
        "src",
        "VaultPortal",
        "wwwroot"
    );

    private Browser _browser = null!;

    private IPage Page => _browser.Page;

    public async Task InitializeAsync()
    {
        _browser = await Browser.OpenAsync(new Uri(Origin));
        await _browser.OpenRoots();
        await Page.RouteAsync($"{Origin}/", route => Fulfill(route, Shell, "text/html"));
        await JavaScript.Serve(Page, "/js", Path.Combine(Wwwroot, "js"));
        await JavaScript.Serve(Page, "/test", JavaScript.Scripts);
        await Page.RouteAsync(
            $"{Origin}/css/*",
            async route =>
                await Fulfill(
                    route,
                    await File.ReadAllTextAsync(
                        Path.Combine(Wwwroot, new Uri(route.Request.Url).AbsolutePath[1..])
                    ),
                    "text/css"
                )
        );
    }

    public async Task DisposeAsync() => await _browser.DisposeAsync();

    [Fact]
    public async Task Generator_by_keyboard_gives_what_it_shows()
    {
        await Stage();
        await _browser.Find("generator-mode-password").FocusAsync();

        await Page.Keyboard.PressAsync("ArrowRight");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("ArrowRight");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Enter");
        (await Shown("generator-preview")).Split('-').Length.ShouldBe(7);
        (await Given("used")).ShouldBeEmpty();

        await _browser.Find("generator-use").FocusAsync();
        var shown = await Shown("generator-preview");
        await Page.Keyboard.PressAsync("Enter");
        (await Given("used")).ShouldBe([shown]);
        (await _browser.Find("typed").InputValueAsync()).ShouldBe(shown);
    }

    [Fact]
    public async Task Generator_draws_by_its_options()
    {
        await Stage();

        await _browser.Find("generator-length").FillAsync("40");
        (await Shown("generator-preview")).Length.ShouldBe(40);
        (await _browser.Find("generator-slider").InputValueAsync()).ShouldBe("40");
        foreach (var name in new[] { "lower", "upper", "symbols" })
        {
            await _browser.Find($"generator-{name}").UncheckAsync();
        }

        (await Shown("generator-preview")).ShouldMatch("^[0-9]{40}$");
        var before = await Shown("generator-preview");
        await _browser.Find("generator-regenerate").ClickAsync();
        (await Shown("generator-preview")).ShouldNotBe(before);

        await _browser.Find("generator-digits").UncheckAsync();
        (await Shown("generator-worth")).ShouldContain("at least one kind");
        (await _browser.Find("generator-use").IsDisabledAsync()).ShouldBeTrue();

        await _browser.Find("generator-mode-passphrase").CheckAsync();
        await _browser
            .Find("generator-separator")
            .SelectOptionAsync(new SelectOptionValue { Label = "Nothing" });
        (await Shown("generator-preview")).ShouldMatch("^([A-Z][a-z]{2,7}){6}$");
    }

    [Fact]
    public async Task Number_out_of_bounds_draws_nothing_and_is_put_right()
    {
        await Stage();
        var before = await Shown("generator-preview");

        await _browser.Find("generator-length").FillAsync("4");
        (await Shown("generator-preview")).ShouldBe(before);

        await _browser.Find("generator-length").BlurAsync();
        (await _browser.Find("generator-length").InputValueAsync()).ShouldBe("24");
    }

    [Fact]
    public async Task Strength_follows_what_is_typed()
    {
        await Stage();

        foreach (
            var (typed, says) in new[]
            {
                ("Summer2026!", "Very weak, about"),
                ("glacier velvet tunnel orbit", "Fair, about"),
                ("glacier velvet tunnel orbit hammer spoon", "Good, about"),
            }
        )
        {
            await _browser.Find("typed").FillAsync(typed);
            (await Shown("strength")).ShouldContain(says);
        }
    }

    [Fact]
    public async Task Code_is_renewed_at_its_step_and_forgotten_when_it_leaves_the_page()
    {
        // RFC 6238 at 59 seconds: 94287082, of which these are the last six.
        await Page.Clock.InstallAsync(
            new ClockInstallOptions { TimeDate = DateTime.UnixEpoch.AddSeconds(57) }
        );
        await Page.Clock.PauseAtAsync(DateTime.UnixEpoch.AddSeconds(58.4));
        await Stage();
        await Says("totp-code", "287 082");
        await Says("totp-left", "2 s");

        await Page.Clock.RunForAsync(700);
        await Says("totp-left", "1 s");
        await Says("totp-code", "287 082");
        await Page.Clock.RunForAsync(1000);
        await Says("totp-code", "359 152");
        await Says("totp-left", "30 s");

        await Page.EvaluateAsync(
            "async () => (await import('/test/tools-stage.mjs')).given.removeCode()"
        );
        await Page.Clock.RunForAsync(2000);
        await Page.WaitForFunctionAsync(
            "async () => (await import('/test/tools-stage.mjs')).given.codeText() === ''"
        );
    }

    [Fact]
    public async Task Picture_with_a_QR_code_is_read_when_it_is_chosen_or_pasted()
    {
        await Stage();
        var picture = Picture($"otpauth://totp/Acme:ann?secret={Secret}&issuer=Acme");

        await Choose(picture);
        await Says("totp-qr-status", "The QR code was read.");
        (await Given("found")).ShouldBe(["Acme"]);

        await Page.EvaluateAsync(
            """
            async (base64) => {
              const transfer = new DataTransfer();
              const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
              transfer.items.add(new File([bytes], "pasted.png", { type: "image/png" }));
              const input = document.querySelector("tools-stage").shadowRoot.querySelector("[data-testid=totp-qr]");
              input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, composed: true }));
            }
            """,
            Convert.ToBase64String(picture)
        );
        await Page.WaitForFunctionAsync(
            "async () => (await import('/test/tools-stage.mjs')).given.found.length === 2"
        );
    }

    [Fact]
    public async Task Picture_that_gives_no_code_says_why()
    {
        await Stage();

        await Choose("no image"u8.ToArray());
        await Says("totp-qr-fault", "This file is not an image that the browser can open.");

        await Choose(Picture("https://example.com/"));
        await Says("totp-qr-fault", "The secret is not base32: letters A to Z and digits 2 to 7.");
        (await Given("found")).ShouldBeEmpty();
        _browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Tools_violate_no_rule_in_either_theme()
    {
        await Stage();
        await _browser.Find("typed").FillAsync("glacier velvet tunnel orbit");
        await _browser.Find("totp-code").WaitForAsync();

        (await _browser.InspectAtAllWidths("sealed-tools")).ShouldBeEmpty();
    }

    private async Task Stage()
    {
        await Page.GotoAsync("/");
        await Page.EvaluateAsync(
            "async (secret) => (await import('/test/tools-stage.mjs')).stage(document.querySelector('tools-stage'), secret)",
            Secret
        );
    }

    private async Task<string> Shown(string testId) =>
        (await _browser.Find(testId).TextContentAsync())!;

    private Task<string[]> Given(string what) =>
        Page.EvaluateAsync<string[]>(
            "async (what) => (await import('/test/tools-stage.mjs')).given[what]",
            what
        );

    private Task Says(string testId, string text) =>
        Assertions
            .Expect(_browser.Find(testId))
            .ToHaveTextAsync(text, new LocatorAssertionsToHaveTextOptions { Timeout = 15_000 });

    private Task Choose(byte[] picture) =>
        _browser
            .Find("totp-qr")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "picture.png",
                    MimeType = "image/png",
                    Buffer = picture,
                }
            );

    private static byte[] Picture(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var png = new PngByteQRCode(code);
        return png.GetGraphic(6);
    }

    private static Task Fulfill(IRoute route, string body, string type) =>
        route.FulfillAsync(new RouteFulfillOptions { Body = body, ContentType = type });
}
