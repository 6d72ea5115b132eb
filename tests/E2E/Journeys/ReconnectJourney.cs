using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>A page whose line is lost says what happens, and loses nothing that somebody holds.</summary>
public sealed partial class ReconnectJourney(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private const string Secrets = "/secrets/environment";

    private IPage Page => demo.Browser.Page;

    private ILocator Says => demo.Browser.Find("reconnect-says");

    private ILocator TryNow => demo.Browser.Find("reconnect-now");

    private ILocator LoadAgain => demo.Browser.Find("reconnect-load");

    [Fact]
    public async Task Server_that_was_restarted_is_said_and_the_page_loaded_again()
    {
        await OpenMarked();
        demo.Process.Kill();
        await Expect(Says).ToHaveTextAsync("The connection was lost. Trying to get it back.");
        await Expect(demo.Browser.Find("reconnect-tries")).ToHaveTextAsync(Tries());
        await Expect(LoadAgain).ToBeHiddenAsync();
        await TryNow.ClickAsync();
        await Expect(TryNow).ToBeEnabledAsync();

        await demo.Process.StartAgainAsync();
        await TryNow.ClickAsync();

        await Expect(Says).ToHaveTextAsync("The server was restarted. This page was loaded again.");
        await demo.Browser.CircuitReady();
        (await IsMarked()).ShouldBeFalse();
        await Expect(TryNow).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Page_with_unsaved_changes_is_kept_until_somebody_loads_it_again()
    {
        await OpenMarked();
        await Page.EvaluateAsync(
            "document.addEventListener('vaultportal:reload', event => event.preventDefault())"
        );
        demo.Process.Kill();
        await Expect(TryNow).ToBeVisibleAsync();
        await demo.Process.StartAgainAsync();
        await TryNow.ClickAsync();

        await Expect(Says).ToHaveTextAsync("The server was restarted. Your changes are kept.");
        await Expect(TryNow).ToBeHiddenAsync();
        (await IsMarked()).ShouldBeTrue();

        await LoadAgain.ClickAsync();
        await demo.Browser.CircuitReady();
        await Page.WaitForFunctionAsync("() => window.marked === undefined");
    }

    [Fact]
    public async Task Line_that_comes_back_takes_the_banner_away_and_keeps_the_page()
    {
        var lines = new List<IWebSocketRoute>();
        await Page.RouteWebSocketAsync(
            "**/_blazor*",
            line =>
            {
                line.ConnectToServer();
                lines.Add(line);
            }
        );
        await OpenMarked();
        await Page.EvaluateAsync(
            """
            () => {
              window.said = [];
              const says = document.querySelector("[data-says]");
              new MutationObserver(() => window.said.push(says.textContent)).observe(says, { childList: true });
            }
            """
        );

        await lines[^1].CloseAsync();

        await Page.WaitForFunctionAsync("() => window.said.length >= 2");
        (await Page.EvaluateAsync<string[]>("window.said")).ShouldBe([
            "The connection was lost. Trying to get it back.",
            "",
        ]);
        await Expect(demo.Browser.Find("reconnect")).ToBeHiddenAsync();
        await demo.Browser.Find("secret-new").ClickAsync();
        await Page.WaitForURLAsync($"**{Secrets}/-/new");
        (await IsMarked()).ShouldBeTrue();
    }

    [Fact]
    public async Task Page_that_gets_no_circuit_says_so()
    {
        await SignedIn();
        await Page.RouteAsync(
            "**/_blazor/negotiate*",
            route => route.FulfillAsync(new RouteFulfillOptions { Status = 429 })
        );

        await Page.GotoAsync(Secrets);

        await Expect(Says).ToContainTextAsync("could not be connected");
        await Expect(TryNow).ToBeHiddenAsync();
        await Page.UnrouteAllAsync();
        await LoadAgain.ClickAsync();
        await demo.Browser.CircuitReady();
        await Expect(demo.Browser.Find("reconnect")).ToBeHiddenAsync();
    }

    private async Task OpenMarked()
    {
        await SignedIn();
        await demo.Browser.GoTo(Secrets);
        await Page.EvaluateAsync("window.marked = true");
    }

    private Task SignedIn() => demo.IsSignedIn ? Task.CompletedTask : demo.SignIn();

    private Task<bool> IsMarked() => Page.EvaluateAsync<bool>("window.marked === true");

    [GeneratedRegex("^Try \\d+ of 30(, in \\d+ s)?$")]
    private static partial Regex Tries();
}
