using System.Collections.Concurrent;
using System.Text;
using Microsoft.Playwright;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>
/// Where a value travels: every frame of the circuit, every request and the whole log of a session in which one is typed letter by
/// letter, sent and revealed. It is in the bodies of the portal's own API and nowhere else, and no page can look into an element.
/// </summary>
public sealed class WireTests(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private const string Value = "QXJZVKWYQ-canary-7731";

    private readonly ConcurrentQueue<string> _frames = new();
    private readonly ConcurrentQueue<IRequest> _requests = new();

    private IPage Page => demo.Browser.Page;

    [Fact]
    public async Task Value_typed_and_revealed_is_only_in_bodies_of_the_portals_api()
    {
        await demo.SignIn();
        Page.WebSocket += (_, socket) =>
        {
            socket.FrameSent += (_, frame) => Keep(frame);
            socket.FrameReceived += (_, frame) => Keep(frame);
        };
        Page.Request += (_, request) => _requests.Enqueue(request);

        await demo.Browser.GoTo("/secrets/environment/-/new");
        await Type();
        await demo.Browser.Find("secret-key").WaitForAsync();
        var answer = await Page.RunAndWaitForResponseAsync(
            Reveal,
            response => response.Url.EndsWith("/reveal", StringComparison.Ordinal)
        );
        (await answer.TextAsync()).ShouldContain(Value);
        answer.Headers["cache-control"].ShouldContain("no-store");
        await demo.Browser.Find("tab-history").ClickAsync();
        await demo.Browser.Find("history-table").WaitForAsync();

        _frames.ShouldNotBeEmpty();
        var frames = string.Join('\n', _frames);
        frames.ShouldContain("WIRE_CANARY"); // The circuit's text is readable: what is not found in it is not in it.
        foreach (var piece in Pieces())
        {
            frames.ShouldNotContain(piece, Case.Sensitive);
        }

        // As an event of the keyboard or of an input would name what was typed.
        frames.ShouldNotContain("\"key\":\"", Case.Sensitive);
        frames.ShouldNotContain("\"value\":\"", Case.Sensitive);
        _requests
            .Where(request => request.PostData?.Contains(Value, StringComparison.Ordinal) == true)
            .Select(request => new Uri(request.Url).AbsolutePath)
            .ShouldBe(["/api/v1/portal/secrets/environment"]);
        _requests.ShouldAllBe(request => !request.Url.Contains("canary-77"));
        demo.Process.Log.ShouldNotContain(Value);
        (await Page.ContentAsync()).ShouldNotContain(Value);
    }

    [Fact]
    public async Task Page_cannot_look_into_an_element_that_holds_values()
    {
        await demo.SignIn();
        await demo.Browser.GoTo("/secrets/environment/-/new");
        await Page.WaitForFunctionAsync("customElements.get('secret-form') !== undefined");

        (
            await Page.EvaluateAsync<bool>(
                "document.querySelector('secret-form').shadowRoot === null"
            )
        ).ShouldBeTrue();
        await Page.EvaluateAsync(
            """
            () => {
              window.heard = [];
              for (const name of ["keydown", "keyup", "keypress", "beforeinput", "input", "change", "paste", "copy", "cut", "compositionstart", "compositionend"])
                document.addEventListener(name, event => window.heard.push(event.type));
            }
            """
        );
        await Type();
        await demo.Browser.Find("secret-key").WaitForAsync();
        (await Page.EvaluateAsync<string[]>("window.heard")).ShouldBeEmpty();
    }

    /// <summary>Every five characters in a row: long enough not to stand in a frame by chance.</summary>
    private static IEnumerable<string> Pieces() =>
        Enumerable.Range(0, Value.Length - 4).Select(start => Value.Substring(start, 5));

    // Closed roots are not reachable by selectors: as a person does it, by the keys. The heading has the focus.
    private async Task Type()
    {
        await Page.WaitForFunctionAsync("customElements.get('secret-form') !== undefined");
        await Page.EvaluateAsync("document.querySelector('secret-form').focus()");
        await Page.Keyboard.TypeAsync($"WIRE_CANARY_{Guid.NewGuid():N}".ToUpperInvariant());
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.TypeAsync(Value);
        await Page.Keyboard.PressAsync("Control+s");
    }

    private async Task Reveal()
    {
        await Page.EvaluateAsync("document.querySelector('revealed-value').focus()");
        await Page.Keyboard.PressAsync("Enter");
    }

    private void Keep(IWebSocketFrame frame) =>
        _frames.Enqueue(frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []));
}
