using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Demos;

/// <summary>An environment secret that is about to expire is found, rotated and given a later expiry; the old value stays readable for a while.</summary>
[Collection("Demos")]
public sealed class ExpiryWalk
{
    // The demo makes it with two weeks to live.
    private const string Key = "CHECKOUT_API_TOKEN";

    [Fact]
    public async Task Expiring_secret_is_found_rotated_and_extended()
    {
        await using var stage = await Stage.SeededAsync("expiry");
        var owner = await stage.EnterAsync("Demo owner");
        await owner.SignIn(stage.OwnerEmail, stage.OwnerPassword);
        await owner.Click("nav-dashboard");
        await owner.Say("the dashboard says what needs somebody");
        await Expect(owner.Find("next")).ToBeVisibleAsync();
        await owner.Picture("dashboard", dark: true, inDocs: true);
        await owner.Click("nav-expiry");
        await owner.Say("everything that expires stands in one list, the earliest first");
        await Expect(owner.Find("expiry-table")).ToBeVisibleAsync();
        await owner.Picture("expiry", dark: true, inDocs: true);
        await owner.Click("view-calendar");
        await owner.Say("as a calendar, in the time zone of this browser");
        await Expect(owner.Find("calendar")).ToBeVisibleAsync();
        await owner.Picture("expiry-calendar", inDocs: true);
        await owner.Click("view-timeline");
        await owner.Say("and as a timeline");
        await Expect(owner.Find("timeline")).ToBeVisibleAsync();
        await owner.Picture("expiry-timeline", inDocs: true);

        await owner.Click("view-list");
        await owner.Say("what is due soon, of the environment secrets");
        await owner.Click(owner.Find("filter-state").Locator("summary"));
        await owner.Check("filter-state-due-soon");
        await owner.Page.Keyboard.PressAsync("Escape");
        await owner.Click(owner.Find("filter-kind").Locator("summary"));
        await owner.Check("filter-kind-environment-secret");
        await owner.Page.Keyboard.PressAsync("Escape");
        var row = owner.Page.Locator($"[data-object='environment-secret:{Key}']");
        await Expect(row).ToContainTextAsync("Due soon");
        await owner.Check($"select-environment-secret:{Key}");
        await owner.Picture("expiry-selected");
        await owner.Say("rotate: a new value, while the old one stays readable for the grace time");
        await owner.Click("selection-rotate");
        await Expect(owner.Find("rotate-says")).ToContainTextAsync("cannot be undone");
        await owner.Picture("expiry-rotate");
        await owner.Click("rotate-apply");
        await Expect(owner.Find("rotate-outcome")).ToContainTextAsync("has a new value");
        await owner.Picture("expiry-rotated");
        await owner.Click("rotate-done");
        await Expect(owner.Find("list-notice")).ToContainTextAsync("Rotated 1 object");
        await owner.Click(row.GetByTestId("row-link"));
        await owner.Click(owner.Find("revealed").GetByTestId("reveal"));
        await Expect(owner.Find("revealed").GetByTestId("value"))
            .ToHaveTextAsync(new Regex("^[0-9A-Za-z]{32}$"));
        await Expect(owner.Find("previous-until")).ToBeVisibleAsync();

        await owner.Say("and a later expiry; what would change is shown first");
        await owner.Click("nav-expiry");
        await owner.Type("expiry-search", Key);
        await Expect(owner.Find("expiry-count")).ToHaveTextAsync("1 object");
        await owner.Check($"select-environment-secret:{Key}");
        await owner.Click("selection-extend");
        await owner.Check("bulk-by-1y");
        await Expect(owner.Find("bulk-sum")).ToHaveTextAsync("1 object would change.");
        await owner.Picture("expiry-extend", inDocs: true);
        await owner.Click("bulk-apply");
        await Expect(owner.Find("list-notice")).ToContainTextAsync($"Extended {Key}");
        await Expect(row).ToContainTextAsync("Active");
        await owner.Picture("expiry-extended");
        owner.Complaints.ShouldBeEmpty();
    }
}
