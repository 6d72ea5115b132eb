using System.Text.Json;
using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.Hardening;

/// <summary>What Chromium says to the policy on every page, once its circuit is there.</summary>
public sealed class PagePolicyTests(DemoPortal demo) : IClassFixture<DemoPortal>
{
    // Decision 40: Blazor sets static parts of a page as HTML, from text that the server compiled.
    private const string AllowedReport = "require-trusted-types-for _framework/blazor.web";

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
            if (template is "/" or "/sign-in" or "/sign-out" or "/setup")
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
        // Each message that speaks of a policy is one of the reports that are allowed.
        messages
            .Where(text => text.Contains("olicy", StringComparison.Ordinal))
            .ShouldAllBe(text =>
                text.StartsWith(
                    "This document requires 'TrustedHTML' assignment. The policy is report-only",
                    StringComparison.Ordinal
                )
            );
    }

    [Fact]
    public async Task Policy_and_reports_are_heard()
    {
        await Page.GotoAsync("/docs/errors");

        var heard = await Page.EvaluateAsync<string[]>(
            """
            async () => {
              const heard = [];
              document.addEventListener("securitypolicyviolation", (event) => heard.push(`${event.disposition} ${event.effectiveDirective}`));
              const inline = document.createElement("script");
              inline.textContent = "window.ran = true";
              document.body.append(inline);
              document.createElement("div").innerHTML = "<b>x</b>";
              const button = document.createElement("button");
              button.setAttribute("onclick", "window.ran = true");
              document.body.append(button);
              button.click();
              await new Promise((done) => setTimeout(done));
              return [...heard, String(window.ran)];
            }
            """
        );

        heard.ShouldContain("enforce script-src-elem");
        heard.ShouldContain("enforce script-src-attr");
        heard.ShouldContain("report require-trusted-types-for");
        heard[^1].ShouldBe("undefined");
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
            .Where(one => one.Disposition != "report" || one.What != AllowedReport)
            .Select(one => $"{address}: {one.Disposition} {one.What}");
    }

    /// <summary>Of an object that some page before has a link to, where there is one.</summary>
    private string AddressOf(string template) =>
        Routes.HasParameters(template)
            ? _links.FirstOrDefault(Routes.Pattern(template).IsMatch) ?? Routes.Address(template)
            : template;
}
