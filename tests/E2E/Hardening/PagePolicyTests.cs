using System.Text.Json;
using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.Hardening;

/// <summary>What Chromium says to the policy on every page, once its circuit is there.</summary>
public sealed class PagePolicyTests(DemoPortal demo) : IClassFixture<DemoPortal>
{
    // What is reported and not refused, as directive and file. Nothing is: whoever adds a line says in decision 40 why.
    private static readonly string[] AllowedReports = [];

    private readonly HashSet<string> _links = [];

    private IPage Page => demo.Browser.Page;

    [Fact]
    public async Task No_page_does_what_the_policy_forbids()
    {
        await Page.AddInitScriptAsync(
            """
            window.violations = [];
            document.addEventListener("securitypolicyviolation", (event) => {
              const source = event.sourceFile.replace(location.origin + "/", "").replace(/\.[0-9a-z]{10}\.js$/, "");
              window.violations.push({ disposition: event.disposition, what: `${event.effectiveDirective} ${source}` });
            });
            """
        );
        var messages = new List<string>();
        Page.Console += (_, message) => messages.Add(message.Text);
        var broken = new List<string>();
        foreach (var address in new[] { "/sign-in", "/docs/errors/invalid_request", "/docs/api" })
        {
            broken.AddRange(await Look(address, hasCircuit: false));
        }

        await demo.SignIn();
        foreach (var template in Routes.Templates)
        {
            if (template is "/sign-in" or "/sign-out" or "/setup")
            {
                continue;
            }

            broken.AddRange(
                await Look(
                    AddressOf(template),
                    hasCircuit: !template.StartsWith("/docs/", StringComparison.Ordinal)
                )
            );
        }

        broken.ShouldBeEmpty();
        // Pages of objects were looked at with an object: vault, item, secret, workflow item, agent, key.
        Routes
            .Templates.Where(Routes.HasParameters)
            .Count(template => _links.Any(Routes.Pattern(template).IsMatch))
            .ShouldBeGreaterThanOrEqualTo(6);
        messages.ShouldAllBe(text =>
            !text.Contains("Content Security Policy", StringComparison.Ordinal)
            && !text.Contains("Trusted", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("/docs/errors", "report require-trusted-types-for <b>x</b>")]
    [InlineData("/vaults", "nothing of <b>x</b>")]
    public async Task Policy_and_reports_are_heard(string address, string plain)
    {
        await (demo.IsSignedIn ? Task.CompletedTask : demo.SignIn());
        await Page.GotoAsync(address);

        var heard = await Page.EvaluateAsync<string[]>(
            """
            async () => {
              const heard = [];
              const events = [];
              document.addEventListener("securitypolicyviolation", (event) => events.push(`${event.disposition} ${event.effectiveDirective}`));
              const attempt = async (name, act) => {
                act();
                await new Promise((done) => setTimeout(done));
                heard.push(...(events.length ? events.splice(0) : ["nothing of"]).map((event) => `${event} ${name}`));
              };
              await attempt("inline", () => {
                const inline = document.createElement("script");
                inline.text = "window.ran = true";
                document.body.append(inline);
              });
              await attempt("handler", () => {
                const button = document.createElement("button");
                button.setAttribute("onclick", "window.ran = true");
                document.body.append(button);
                button.click();
              });
              await attempt("foreign", () => {
                const foreign = document.createElement("script");
                foreign.src = "https://evil.example/x.js";
                document.body.append(foreign);
              });
              const html = (text) => () => { document.createElement("template").innerHTML = text; };
              await attempt("<b>x</b>", html("<b>x</b>"));
              await attempt("<img onerror>", html("<img src='/x' onerror='window.ran = true'>"));
              await attempt("<iframe>", html("<iframe srcdoc='x'></iframe>"));
              await attempt("<script>", html("<script>window.ran = true</script>"));
              return [...heard, String(window.ran)];
            }
            """
        );

        heard.ShouldBe([
            "report require-trusted-types-for inline",
            "enforce script-src-elem inline",
            "report require-trusted-types-for handler",
            "enforce script-src-attr handler",
            "report require-trusted-types-for foreign",
            "enforce script-src-elem foreign",
            plain,
            "report require-trusted-types-for <img onerror>",
            "enforce script-src-attr <img onerror>",
            "report require-trusted-types-for <iframe>",
            "report require-trusted-types-for <script>",
            "undefined",
        ]);
    }

    [Fact]
    public async Task Modules_come_by_their_fingerprint_whoever_imports_them()
    {
        await demo.SignIn();
        var asked = new List<string>();
        Page.Request += (_, request) => asked.Add(new Uri(request.Url).AbsolutePath);

        await demo.Browser.GoTo("/secrets/environment/-/new");
        // By a full path, as a circuit imports, and from there by relative ones.
        await Page.EvaluateAsync(
            "import(new URL('./js/sealed/page.js', document.baseURI).toString())"
        );

        var scripts = asked.FindAll(path => path.StartsWith("/js/", StringComparison.Ordinal));
        scripts.Count.ShouldBeGreaterThan(12);
        scripts.ShouldAllBe(path => path.Split('.').Length == 3);
    }

    private async Task<IEnumerable<string>> Look(string address, bool hasCircuit)
    {
        await Page.GotoAsync(address);
        if (hasCircuit)
        {
            await demo.Browser.CircuitReady();
        }

        await Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First.WaitForAsync();
        await Assertions.Expect(Page.Locator("main .skeleton")).ToHaveCountAsync(0);
        // The rows of a long list come after the list.
        var list = Page.Locator("main .grid-window");
        if (await list.CountAsync() > 0)
        {
            await list.Locator("a.row-link").First.WaitForAsync();
        }

        _links.UnionWith(
            await Page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('main a[href]')].map(link => new URL(link.href).pathname)"
            )
        );
        var violations = await Page.EvaluateAsync<JsonElement>("window.violations");
        return violations
            .EnumerateArray()
            .Select(one =>
                (
                    Disposition: one.GetProperty("disposition").GetString(),
                    What: one.GetProperty("what").GetString()
                )
            )
            .Where(one => one.Disposition != "report" || !AllowedReports.Contains(one.What))
            .Select(one => $"{address}: {one.Disposition} {one.What}");
    }

    /// <summary>Of an object that some page before has a link to, where there is one.</summary>
    private string AddressOf(string template) =>
        Routes.HasParameters(template)
            ? _links.FirstOrDefault(Routes.Pattern(template).IsMatch) ?? Routes.Address(template)
            : template;
}
