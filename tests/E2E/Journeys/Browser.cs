using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>Debian's Chromium, with one page; what the page complains of is kept.</summary>
public sealed class Browser : IAsyncDisposable
{
    private const string Executable = "/usr/bin/chromium";

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <summary>How axe is told which rules: by tags, or by their names.</summary>
    private static readonly string[] All =
    [
        "tag",
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
    ];

    /// <summary>A theme changes colours and nothing else: these are the rules that look at them.</summary>
    private static readonly string[] OfColours = ["rule", "color-contrast", "link-in-text-block"];

    /// <summary>
    /// Where pictures of all pages go, in both themes and at both widths: the folder that <c>VAULTPORTAL_PICTURES</c> names, if any.
    /// </summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable(
        "VAULTPORTAL_PICTURES"
    )
        is { Length: > 0 } folder
        ? Directory.CreateDirectory(Path.Combine(Repository.Root, folder)).FullName
        : null;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        (_playwright, _browser, Page) = (playwright, browser, page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Complaints.Add($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => Complaints.Add($"{page.Url}: {error}");
    }

    public IPage Page { get; }

    /// <summary>Errors on the console and exceptions of scripts.</summary>
    public List<string> Complaints { get; } = [];

    public static async Task<Browser> OpenAsync(Uri address)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Executable,
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
        // A context of its own, so that a test may open a second tab in it.
        var context = await browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = address.ToString(),
                ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
                ReducedMotion = ReducedMotion.Reduce,
            }
        );
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(15_000);
        return new Browser(playwright, browser, page);
    }

    public ILocator Find(string testId) => Page.GetByTestId(testId);

    /// <summary>
    /// From the next page on the elements that hold values can be looked into: their closed roots are made open ones. What a page
    /// itself can see of them is tested without this.
    /// </summary>
    public Task OpenRoots() =>
        Page.Context.AddInitScriptAsync(
            """
            const attach = Element.prototype.attachShadow;
            Element.prototype.attachShadow = function (options) { return attach.call(this, { ...options, mode: "open" }); };
            """
        );

    /// <summary>Goes to a page and waits for its circuit: a click before that is lost.</summary>
    public async Task GoTo(string path)
    {
        await Page.GotoAsync(path);
        await CircuitReady();
    }

    public Task CircuitReady() =>
        Find("circuit-ready")
            .WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });

    /// <summary>
    /// As <see cref="Inspect"/>, on a desk and on a phone; what is wider than its window counts as well. Colours do not depend on the
    /// width: on the phone the rules are tried in one theme.
    /// </summary>
    public async Task<IReadOnlyList<string>> InspectAtAllWidths(string name)
    {
        var violations = new List<string>();
        foreach (var (width, height) in new[] { (390, 844), (1280, 900) })
        {
            await Page.SetViewportSizeAsync(width, height);
            violations.AddRange(await Inspect($"{name}-{width}", darkRules: width > 390));
            var wide = await Page.EvaluateAsync<int>(
                "Math.max(...[document.documentElement, document.querySelector('main')].map(e => e.scrollWidth - e.clientWidth))"
            );
            if (wide > 0)
            {
                violations.Add($"{name}: {wide} pixels wider than a window of {width}");
            }
        }

        return violations;
    }

    /// <summary>No violation of WCAG 2.2 A and AA, in either theme; a picture of each where those are wanted.</summary>
    /// <param name="name">How page and state are called, in screenshots and violations.</param>
    /// <param name="darkRules">Whether the rules are tried in the dark theme too.</param>
    public async Task<IReadOnlyList<string>> Inspect(string name, bool darkRules = true)
    {
        var violations = new List<string>();
        // The title comes with the circuit, a moment after the page.
        await Page.WaitForFunctionAsync("document.title !== ''");
        foreach (
            var (theme, scheme) in new[]
            {
                ("light", ColorScheme.Light),
                ("dark", ColorScheme.Dark),
            }
        )
        {
            await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            if (Pictures is { } folder)
            {
                await Page.ScreenshotAsync(
                    new PageScreenshotOptions
                    {
                        Path = Path.Combine(folder, $"{name}-{theme}.png"),
                        FullPage = true,
                    }
                );
            }

            if (theme == "dark" && !darkRules)
            {
                continue;
            }

            violations.AddRange(
                (await Faults(theme == "dark" ? OfColours : All)).Select(fault =>
                    $"{name}, {theme}: {fault}"
                )
            );
        }

        return violations;
    }

    /// <summary>What axe finds in the page itself, which has no frames: the package's own way opens a new tab for each run.</summary>
    private async Task<string[]> Faults(string[] rules)
    {
        if (!await Page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await Page.EvaluateAsync(Axe);
        }

        // What holds is not described: that takes longer than to find out.
        return await Page.EvaluateAsync<string[]>(
            """
            async ([type, ...values]) => {
              const { violations } = await axe.run(document, { runOnly: { type, values }, resultTypes: ["violations"] });
              return violations.map(({ id, help, nodes }) => `${id} ${help}: ${nodes.map(({ html }) => html).join(" | ")}`);
            }
            """,
            rules
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
