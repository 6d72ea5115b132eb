using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>A host whose circuits have one component more: grids, dialogs and tabs that listen to every key.</summary>
public sealed class ListeningPortal : ItemPortal
{
    protected override Dictionary<string, string> Settings =>
        new()
        {
            ["DOTNET_STARTUP_HOOKS"] = typeof(Listening).Assembly.Location,
            ["VAULTPORTAL__RateLimit__PerKey"] = "1000000",
        };
}

/// <summary>
/// Where the plaintext of a vault travels: nowhere. Every frame of the circuit, every request and the whole log of a session in which
/// the passphrase and values are typed letter by letter, inside a grid, a dialog and a tab that listen, revealed, copied, saved and
/// looked up in the history.
/// </summary>
public sealed class SealedWireTests(ListeningPortal portal) : IClassFixture<ListeningPortal>
{
    // Every five characters in a row hold one that base64 and hexadecimal do not have, so that none stands in a frame by chance.
    private const string InGrid = "Kw~Qz.Vx~Jy";
    private const string InDialog = "Zq!Xv?Wk!Bj";
    private const string InTab = "Yx;Gk,Qv;Hz";
    private const string Before = "Fj:Wq|Zk:Xp";

    private readonly ConcurrentQueue<string> _frames = new();
    private readonly ConcurrentQueue<IRequest> _requests = new();

    [Fact]
    public async Task No_plaintext_leaves_the_browser_in_a_whole_session_inside_listening_components()
    {
        var item = await portal.NewItem(
            "Wire",
            ("Host", "TEXT", Before),
            ("Password", "PASSWORD", null)
        );
        var browser = await portal.OpenAsync("alice");
        var page = browser.Page;
        Record(page);
        await browser.GoTo(portal.Address(item));
        await page.EvaluateAsync(
            """
            async () => {
              const place = document.createElement("div");
              document.querySelector("main").append(place);
              await Blazor.rootComponents.add(place, "listening", {});
            }
            """
        );
        await page.Locator("[data-control]").WaitForAsync();
        await Hear(page);

        // That they listen is shown by an input of their own.
        await page.Locator("[data-control]").PressSequentiallyAsync("k7");
        await Heard("keydown k");
        await Heard("input k7");
        (await page.EvaluateAsync<string[]>("window.heard")).ShouldContain("keydown");
        // From here on it counts for nothing: what it tells late is not the elements'.
        await page.EvaluateAsync(
            "() => { document.querySelector('[data-control]').removeAttribute('data-control'); window.heard.length = 0; }"
        );
        var before = Counted();

        await MoveInto(page, "grid");
        await browser.Find("sealed-item").GetByTestId("locked-unlock").PressAsync("Enter");
        await browser.Find("unlock-passphrase").PressSequentiallyAsync(ItemPortal.Passphrase);
        await page.Keyboard.PressAsync("Enter");
        await browser.Find("item-editor").WaitForAsync();
        await Row(page, "Host").GetByTestId("reveal").ClickAsync();
        await Expect(Row(page, "Host").GetByTestId("value")).ToHaveTextAsync(Before);
        await Edit(page, "Host", InGrid);
        await page.Keyboard.PressAsync("Control+s");
        await Expect(browser.Find("item-status")).ToContainTextAsync("Saved: version 2");

        await MoveInto(page, "dialog");
        await browser.Find("item-editor").WaitForAsync();
        await Edit(page, "Password", InDialog);
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.PressAsync("Control+x");
        await Expect(browser.Find("value-input")).ToHaveValueAsync(InDialog);
        await page.EvaluateAsync("(text) => navigator.clipboard.writeText(text)", InDialog);
        await page.Keyboard.PressAsync("Control+v");
        await page.Keyboard.PressAsync("Control+s");
        await Expect(browser.Find("item-status")).ToContainTextAsync("Saved: version 3");

        await MoveInto(page, "tab");
        await browser.Find("item-editor").WaitForAsync();
        await browser.Find("add-field").PressAsync("Enter");
        await browser.Find("add-SECRET").PressAsync("Enter");
        await browser.Find("value-input").PressSequentiallyAsync(InTab);
        await browser.Find("generate").ClickAsync();
        var drawn = (await browser.Find("generator-preview").TextContentAsync())!;
        await browser.Find("generate").ClickAsync();
        await browser.Find("review").ClickAsync();
        await browser.Find("review-sign").ClickAsync();
        await Expect(browser.Find("item-status")).ToContainTextAsync("Saved: version 4");
        await Row(page, "Password").GetByTestId("copy-value").ClickAsync();
        await Expect(Row(page, "Password").GetByTestId("field-status"))
            .ToContainTextAsync("Copied");

        // Unsaved, sealed as a draft, locked, and back.
        await Edit(page, "Host", InTab);
        await browser.Find("key-state").ClickAsync();
        await browser.Find("sealed-item").GetByTestId("locked-unlock").ClickAsync();
        await browser.Find("unlock-passphrase").PressSequentiallyAsync(ItemPortal.Passphrase);
        await page.Keyboard.PressAsync("Enter");
        await browser.Find("draft-restore").ClickAsync();
        await browser.Find("discard").ClickAsync();
        await browser.Find("discard-yes").ClickAsync();
        await browser.Find("tab-history").ClickAsync();
        await browser
            .Find("history-field")
            .SelectOptionAsync(new SelectOptionValue { Label = "Host" });
        await browser.Find("compare").First.ClickAsync();
        await browser.Find("compare").Last.ClickAsync();
        await Expect(browser.Find("comparison-text")).ToContainTextAsync(InGrid);

        (await portal.Read(item))["values"]!
            .AsObject()
            .Select(value => (string?)value.Value)
            .ShouldBe([InGrid, InDialog, InTab]);
        _frames.Count.ShouldBeGreaterThan(20);
        var frames = string.Join('\n', _frames);
        frames.ShouldContain("sealedsaved"); // The circuit's text is readable: what is not found in it is not in it.
        var requests = string.Join(
            '\n',
            _requests.Select(request => $"{request.Url}\n{request.PostData}")
        );
        requests.ShouldContain("detailCheckpoint");
        var stored = await Stored(page);
        var shown = await page.ContentAsync();
        foreach (
            var piece in new[]
            {
                InGrid,
                InDialog,
                InTab,
                Before,
                drawn,
                ItemPortal.Passphrase,
            }.SelectMany(Pieces)
        )
        {
            frames.ShouldNotContain(piece, Case.Sensitive);
            requests.ShouldNotContain(piece, Case.Sensitive);
            portal.Process.Log.ShouldNotContain(piece, Case.Sensitive);
            stored.ShouldNotContain(piece, Case.Sensitive);
            shown.ShouldNotContain(piece, Case.Sensitive);
        }

        // Neither did the components hear anything, nor anybody else outside of the elements.
        Counted().ShouldBe(before);
        (await page.EvaluateAsync<string[]>("window.heard")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_can_neither_look_into_the_elements_nor_have_a_key_of_them()
    {
        var item = await portal.NewItem("Closed", ("Host", "TEXT", Before));
        var browser = await portal.OpenAsync("alice", openRoots: false);
        var page = browser.Page;
        await browser.GoTo(portal.Address(item));
        await page.WaitForFunctionAsync(
            "customElements.get('sealed-item') !== undefined && document.querySelector('key-state').dataset.state === 'locked'"
        );
        await page.EvaluateAsync("document.querySelector('sealed-item').focus()");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("document.querySelector('unlock-dialog') !== null");
        await page.Keyboard.TypeAsync(ItemPortal.Passphrase);
        await page.RunAndWaitForResponseAsync(
            () => page.Keyboard.PressAsync("Enter"),
            answer => answer.Url.Contains("?values=none", StringComparison.Ordinal)
        );
        await page.WaitForFunctionAsync(
            "document.querySelector('key-state').dataset.state === 'unlocked'"
        );

        var found = await page.EvaluateAsync<string>(
            """
            async () => {
              const elements = [...document.querySelectorAll("*")].filter((element) => element.localName.includes("-"));
              const sealed = customElements.get("sealed-field");
              const made = new sealed();
              document.body.append(made);
              return JSON.stringify({
                roots: elements.filter((element) => element.shadowRoot !== null).map(({ localName }) => localName),
                members: elements.concat(made).flatMap((element) => [...Object.keys(element), ...Object.getOwnPropertyNames(Object.getPrototypeOf(element))])
                  .filter((name) => !["constructor", "connectedCallback", "disconnectedCallback", "focus"].includes(name)),
                entry: Object.keys(await import("./js/sealed/page.js")),
                globals: Object.keys(window).filter((name) => /seal|vault|key/i.test(name)),
              });
            }
            """
        );
        var seen = JsonNode.Parse(found)!;
        seen["roots"]!.AsArray().ShouldBeEmpty();
        seen["entry"]!.AsArray().ShouldBeEmpty();
        seen["members"]!
            .AsArray()
            .Select(name => (string?)name)
            .Where(name =>
                name is not ("ask" or "show")
                && !name!.StartsWith("_blazor", StringComparison.Ordinal)
            )
            .ShouldBeEmpty();
        seen["globals"]!
            .AsArray()
            .Select(name => (string?)name)
            .Where(name => name is not ("onkeydown" or "onkeyup" or "onkeypress"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task No_module_gives_out_a_key_or_what_an_element_holds()
    {
        var item = await portal.NewItem("Modules", ("Host", "TEXT", Before));
        var browser = await portal.OpenAsync("alice");
        var page = browser.Page;
        await portal.Open(browser, item);
        await Row(page, "Host").GetByTestId("reveal").ClickAsync();
        await Expect(Row(page, "Host").GetByTestId("value")).ToHaveTextAsync(Before);
        var modules = Directory
            .EnumerateFiles(Clients.JavaScript.Sealed, "*.js", SearchOption.AllDirectories)
            .Select(file =>
                Path.GetRelativePath(Clients.JavaScript.Sealed, file).Replace('\\', '/')
            )
            .Where(name => !name.StartsWith("node", StringComparison.Ordinal) && name != "page.js")
            .ToArray();
        modules.Length.ShouldBeGreaterThan(40);

        // What a module exports is code, or a table that is the same for everybody: no object that could hold a key.
        var others = await page.EvaluateAsync<string[]>(
            """
            async (names) => {
              const isTable = (value) => value === null || ["string", "number", "boolean"].includes(typeof value) || value instanceof RegExp
                || (typeof value === "object" && [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value)) && Object.values(value).every(isTable))
                || (value instanceof Uint8Array && value.length < 64) || (typeof value === "object" && Object.values(value).every((one) => typeof one === "function" || isTable(one)));
              const found = [];
              for (const name of names) {
                for (const [key, value] of Object.entries(await import(`./js/sealed/${name}`))) {
                  if (typeof value !== "function" && !isTable(value)) found.push(`${name}: ${key}`);
                }
              }
              const { KeySession } = await import("./js/sealed/page/session.js");
              const session = new KeySession();
              await session.load();
              if (session.keyId !== null || session.state !== "locked") found.push("a second session is unlocked");
              try {
                session.client(async () => true);
                found.push("a second session gives a client");
              } catch {
                // Locked, as it should be.
              }
              return found;
            }
            """,
            modules
        );

        others.ShouldBeEmpty();
    }

    private static ILocator Row(IPage page, string label) =>
        page.GetByTestId("edit-row").Filter(new() { HasText = label });

    private static async Task Edit(IPage page, string label, string value)
    {
        await Row(page, label).GetByTestId("field-edit").PressAsync("Enter");
        var input = page.GetByTestId("value-input");
        await Expect(input).ToBeFocusedAsync();
        await input.PressAsync("Control+a");
        await input.PressSequentiallyAsync(value);
    }

    /// <summary>The element stands inside the place from now on, and a dialog is open there.</summary>
    private static async Task MoveInto(IPage page, string place) =>
        await page.EvaluateAsync(
            """
            (name) => {
              const place = document.querySelector(`[data-place=${name}]`);
              const element = document.querySelector("sealed-item");
              document.querySelector("[data-place=dialog]").close();
              if (name === "grid") place.insertRow().insertCell().append(element);
              else place.append(element);
              if (name === "dialog") place.show();
            }
            """,
            place
        );

    /// <summary>Keeps what bubbles up to the window, also where no component listens.</summary>
    private static async Task Hear(IPage page) =>
        await page.EvaluateAsync(
            """
            () => {
              window.heard = [];
              for (const name of ["keydown", "keyup", "keypress", "beforeinput", "input", "change", "paste", "copy", "cut", "compositionstart", "compositionupdate", "compositionend", "drop", "dragover"])
                window.addEventListener(name, (event) => {
                  // The keys that are pressed outside of the elements are the page's own.
                  if (event.target.closest?.("sealed-item, unlock-dialog, sealed-history, [data-control]")) window.heard.push(event.type);
                });
            }
            """
        );

    private async Task Heard(string what)
    {
        for (
            var tries = 0;
            !portal.Process.Log.Contains($"HEARD {what}", StringComparison.Ordinal);
            tries++
        )
        {
            tries.ShouldBeLessThan(500);
            await Task.Delay(20);
        }
    }

    private int Counted() => portal.Process.Log.Split("HEARD ").Length;

    /// <summary>All that the browser keeps of this origin, as text.</summary>
    private static Task<string> Stored(IPage page) =>
        page.EvaluateAsync<string>(
            """
            async () => {
              const opened = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
              const kept = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
              for (const { name } of await indexedDB.databases()) {
                const database = await opened(indexedDB.open(name));
                for (const store of database.objectStoreNames) {
                  for (const row of await opened(database.transaction(store).objectStore(store).getAll())) {
                    kept.push(JSON.stringify(row), ...Object.values(row).filter((part) => part instanceof Uint8Array).map((part) => new TextDecoder("latin1").decode(part)));
                  }
                }
                database.close();
              }
              return kept.join("\n");
            }
            """
        );

    /// <summary>Every five characters in a row; a passphrase's words hold spaces, which is enough too.</summary>
    private static IEnumerable<string> Pieces(string secret) =>
        Enumerable
            .Range(0, secret.Length - 4)
            .Select(start => secret.Substring(start, 5))
            .Where(piece => piece.Any(c => !char.IsAsciiLetterOrDigit(c)));

    private void Record(IPage page)
    {
        page.WebSocket += (_, socket) =>
        {
            socket.FrameSent += (_, frame) => Keep(frame);
            socket.FrameReceived += (_, frame) => Keep(frame);
        };
        page.Request += (_, request) => _requests.Enqueue(request);
    }

    private void Keep(IWebSocketFrame frame) =>
        _frames.Enqueue(frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []));
}
