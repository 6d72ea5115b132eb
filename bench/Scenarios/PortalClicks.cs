using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using VaultPortal.Bench.Measuring;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Bench.Scenarios;

/// <summary>
/// The list of vaults in Chromium, on the same processor as the server: its first paint, and a click on a sort header while other tabs
/// hold circuits. A click counts from the event to the frame that shows the new first row; the tab is in front, because Chromium
/// draws nothing in one that is not.
/// </summary>
internal sealed class PortalClicks(Installation installation) : IAsyncDisposable
{
    public const int Vaults = 10_000;
    private const int Circuits = 50;
    private const int WarmUpClicks = 200;
    private const string List = "/vaults";

    // Told when the first row stood, to the frame that shows it.
    private const string WatchFirstRow = """
        const shown = new MutationObserver(() => {
          if (!document.querySelector("tbody a.row-link")) return;
          shown.disconnect();
          requestAnimationFrame(() => setTimeout(() => (window.firstRow = performance.now())));
        });
        shown.observe(document, { childList: true, subtree: true });
        """;

    private const string Click = """
        () => new Promise((done, fail) => {
          const first = () => document.querySelector("tbody a.row-link")?.getAttribute("href") ?? null;
          const before = first();
          const answered = new MutationObserver(() => {
            const now = first();
            if (now === null || now === before) return;
            answered.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
          });
          answered.observe(document.body, { childList: true, subtree: true, attributes: true });
          setTimeout(() => fail(new Error("The click was not answered.")), 20000);
          const begun = performance.now();
          document.querySelector("thead th[aria-sort] a, thead th[aria-sort] button").click();
        })
        """;

    private readonly int _server = installation.Process.Id;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>What the server spent on it; known once it was measured.</summary>
    public string Spent { get; private set; } = "";

    public async Task<List<ListLine>> MeasureAsync(int clicks, int loads)
    {
        await installation.SeedAsync(Vaults, itemsPerVault: 1, fieldsPerItem: 1);
        var context = await OpenAsync();
        var page = await context.NewPageAsync();
        await SignInAsync(page);
        var (paints, rows) = await LoadAsync(page, loads);
        // The first ones make the server compile what answers them.
        await ClickAsync(page, WarmUpClicks);
        var alone = await ClickAsync(page, clicks);
        var memory = CpuClock.ResidentMebibytes(_server);
        for (var open = 1; open < Circuits; open++)
        {
            var another = await context.NewPageAsync();
            await GoToListAsync(another);
            // Its circuit stays; what its scripts would take is other people's processor. The line lives for half a minute without them.
            var session = await context.NewCDPSessionAsync(another);
            await session.SendAsync(
                "Page.setWebLifecycleState",
                new Dictionary<string, object> { ["state"] = "frozen" }
            );
        }

        await ClickAsync(page, Circuits);
        var began = Stopwatch.GetTimestamp();
        var clock = new CpuClock(_server);
        var together = await ClickAsync(page, clicks);
        var elapsed = Stopwatch.GetElapsedTime(began);
        var use = clock.Read(elapsed);
        Spent = string.Create(
            CultureInfo.InvariantCulture,
            $"Server: {use.Server * elapsed.TotalMilliseconds / clicks:F1} ms of processor time a click; {memory:F0} MiB with one circuit, {CpuClock.ResidentMebibytes(_server):F0} MiB with {Circuits}. Others, Chromium among them: {use.Others:F2} cores."
        );
        return
        [
            ListLine.Of("first contentful paint", paints),
            ListLine.Of("first row painted", rows),
            ListLine.Of("click on a sort header, one circuit", alone),
            ListLine.Of($"the same, {Circuits} circuits open", together),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private async Task<IBrowserContext> OpenAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = "/usr/bin/chromium",
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            }
        );
        var context = await _browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = installation.Process.Address.ToString(),
                ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
            }
        );
        context.SetDefaultTimeout(60_000);
        await context.AddInitScriptAsync(WatchFirstRow);
        return context;
    }

    private static async Task SignInAsync(IPage page)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByTestId("signin-email").FillAsync(Installation.Owner);
        await page.GetByTestId("signin-password").FillAsync(PortalCommand.Password);
        await page.GetByTestId("signin-submit").ClickAsync();
        await ReadyAsync(page);
    }

    private static async Task<(double[] Paints, double[] Rows)> LoadAsync(IPage page, int loads)
    {
        var paints = new double[loads];
        var rows = new double[loads];
        for (var i = -2; i < loads; i++)
        {
            await GoToListAsync(page);
            var times = await page.EvaluateAsync<double[]>(
                "() => [performance.getEntriesByName('first-contentful-paint')[0].startTime, window.firstRow]"
            );
            (paints[Math.Max(i, 0)], rows[Math.Max(i, 0)]) = (times[0], times[1]);
        }

        return (paints, rows);
    }

    private static async Task<double[]> ClickAsync(IPage page, int clicks)
    {
        await page.BringToFrontAsync();
        var taken = new double[clicks];
        for (var i = 0; i < clicks; i++)
        {
            taken[i] = await page.EvaluateAsync<double>(Click);
        }

        return taken;
    }

    private static async Task GoToListAsync(IPage page)
    {
        await page.GotoAsync(List);
        await ReadyAsync(page);
        await page.WaitForFunctionAsync("() => window.firstRow !== undefined");
    }

    private static Task ReadyAsync(IPage page) =>
        page.GetByTestId("circuit-ready")
            .WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
}
