using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.A11y;

/// <summary>The dashboard, what expires, and what somebody is reminded of.</summary>
public sealed class ExpiryStatesTests(DemoPortal demo) : PageStates(demo), IClassFixture<DemoPortal>
{
    [Fact]
    public async Task Pages_of_expiry_hold()
    {
        await Browser.OpenRoots();
        await Demo.SignIn();
        // Workflow items (kind 4) are to be rotated every minute: overdue from the beginning on.
        Demo.Tamper(
            """
            INSERT INTO expiry_policy (public_id, name, kind, vault_id, item_type, field_type, classification, on_expiry, reminder_offsets,
                rotate_every, reminds_creator, reminds_admins, reminded_people, version, created_at, updated_at)
            VALUES (x'65a1b2c3d4e5f60000000001', 'Rotate workflow items', 4, 0, 0, 0, 0, 1, '2592000', 1, 0, 0, '', 1, 0, 0)
            """
        );
        await LookAt("dashboard", "/");
        await LookAt("expiry", "/expiry");
        await LookAt("expiry-nothing-found", "/expiry?q=zzz&state=expired,due-soon&due=7");
        await Browser.GoTo("/expiry?state=overdue,expired");
        await Browser.Find("filter-kind").Locator("summary").ClickAsync();
        await Look("expiry-filter");
        await Browser.Page.Keyboard.PressAsync("Escape");
        await Browser.Find("saved-filters").Locator("summary").ClickAsync();
        await Browser.Find("saved-name").FillAsync("Whatever needs somebody this week, all of it");
        await Browser.Find("saved-save").ClickAsync();
        await Browser.Find("saved-open").WaitForAsync();
        await Look("expiry-saved");
        await Browser.Page.Keyboard.PressAsync("Escape");
        await Browser.Find("select-all").CheckAsync();
        await Look("expiry-selected");
        await Browser.Find("selection-rotate").ClickAsync();
        await Browser.Find("rotate-says").WaitForAsync();
        await Look("expiry-rotate");
        await Browser.Find("rotate-cancel").ClickAsync();
        foreach (var action in (string[])["extend", "set", "clear-expiry"])
        {
            await Browser.Find($"selection-{action}").ClickAsync();
            await Browser.Find("bulk-lines").WaitForAsync();
            await Look($"expiry-{action}");
            await Browser.Find("bulk-cancel").ClickAsync();
        }

        await Browser.Find("selection-extend").ClickAsync();
        await Browser.Find("bulk-apply").ClickAsync();
        await Browser.Find("list-notice").WaitForAsync();
        await Look("expiry-extended");
        await Browser.GoTo("/expiry?state=overdue");
        await Browser.Find("select-all").CheckAsync();
        await Browser.Find("selection-rotate").ClickAsync();
        await Browser.Find("rotate-apply").ClickAsync();
        await Browser.Find("rotate-stored").WaitForAsync();
        await Look("expiry-rotated");
        await Browser.Find("rotate-stored").CheckAsync();
        await Browser.Find("rotate-continue").ClickAsync();
        await Browser.Find("list-notice").WaitForAsync();
        await LookAt("expiry-calendar", "/expiry?view=calendar");
        await Browser.Page.Locator("[data-testid^=day-]:has(.badge)").First.ClickAsync();
        await Browser.Find("opened-day").WaitForAsync();
        await Look("expiry-calendar-day");
        await LookAt("expiry-agenda", "/expiry?view=calendar&as=agenda");
        await LookAt("expiry-timeline", "/expiry?view=timeline");
        await LookAt("expiry-timeline-vaults", "/expiry?view=timeline&by=vault&span=365");
        await LookAt("expiry-timeline-empty", "/expiry?view=timeline&q=zzz");

        Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bell_and_reminders_hold()
    {
        await (Demo.IsSignedIn ? Browser.GoTo("/vaults") : Demo.SignIn());
        await Assertions
            .Expect(Browser.Page.Locator(".bell-count"))
            .ToBeVisibleAsync(new() { Timeout = 90_000 });
        await Browser.Find("bell").ClickAsync();
        await Browser.Find("bell-panel").GetByTestId("reminder-snooze").First.ClickAsync();
        await Look("bell");
        await Browser.Find("snooze-day").ClickAsync();
        await LookAt("reminders", "/reminders");
        await LookAt("reminders-all", "/reminders?show=all");
        await Browser.Find("reminders").GetByTestId("reminder-mute").First.ClickAsync();
        await Look("reminders-muted");

        Violations.ShouldBeEmpty();
    }
}
