using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.A11y;

/// <summary>
/// Every page in every state that it can be in: no violation of WCAG 2.2 A and AA, light and dark, on a desk and on a phone, and
/// nothing wider than its window. In several classes, so that they are looked at side by side.
/// </summary>
public abstract class PageStates(DemoPortal demo)
{
    private readonly List<string> _violations = [];

    protected DemoPortal Demo => demo;

    protected Browser Browser => demo.Browser;

    protected IReadOnlyList<string> Violations => _violations;

    protected async Task LookAt(string name, string address)
    {
        await Browser.GoTo(address);
        await Browser
            .Page.GetByRole(AriaRole.Heading, new() { Level = 1 })
            .WaitForAsync(new LocatorWaitForOptions());
        await Look(name);
    }

    protected async Task Look(string name) =>
        _violations.AddRange(await Browser.InspectAtAllWidths(name));

    /// <summary>What only a phone has.</summary>
    protected async Task LookOnPhone(string name, Func<Task> open)
    {
        await Browser.Page.SetViewportSizeAsync(390, 844);
        await open();
        _violations.AddRange(await Browser.Inspect(name));
    }
}
