using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Journeys;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.A11y;

/// <summary>The item's page in every state that it can be in: no violation of WCAG 2.2 A and AA, in both themes, on a desk and on a phone.</summary>
public sealed class ItemStatesTests(ItemPortal portal) : IClassFixture<ItemPortal>
{
    private readonly List<string> _violations = [];

    private Browser Browser => portal.Browser;

    private IPage Page => Browser.Page;

    [Fact]
    public async Task States_of_an_item_hold()
    {
        var item = await portal.NewItem(
            "Customer database",
            ("Host", "TEXT", "db.internal"),
            ("Password", "PASSWORD", "old password"),
            ("Certificate", "SECRET", "-----BEGIN\n" + new string('k', 400) + "\n-----END"),
            ("Console", "URL", "https://example.com/"),
            ("Code", "TOTP", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            (new string('L', 200), "TEXT", new string('v', 500)),
            ("Empty", "TEXT", null)
        );
        await Browser.GoTo(portal.Address(item));
        await Expect(Browser.Find("sealed-item").GetByTestId("locked")).ToBeVisibleAsync();
        await Expect(Browser.Find("verdict")).ToHaveAttributeAsync("data-state", "verified");
        await Look("item-locked");

        await ItemPortal.Unlock(Browser);
        await Browser.Find("item-editor").WaitForAsync();
        await Look("item-open");
        foreach (var label in (string[])["Host", "Certificate", "Code"])
        {
            await Row(label).GetByTestId("reveal").ClickAsync();
            await Expect(Row(label).Locator(".mask")).ToHaveCountAsync(0);
        }

        await Row("LLL").GetByTestId("reveal").ClickAsync();
        await Browser.Find("edit-name").FillAsync("Another name");
        await Row("Empty").GetByTestId("field-delete").ClickAsync();
        await Row("Password").GetByTestId("field-edit").ClickAsync();
        await Browser.Find("generate").ClickAsync();
        await Look("item-editing");

        await Browser.Find("review").ClickAsync();
        await Browser.Find("review-dialog").WaitForAsync();
        await Look("item-review");
        await Browser.Find("review-dialog-cancel").ClickAsync();
        await Browser.Find("add-field").ClickAsync();
        await Look("item-add-field");
        await Page.Keyboard.PressAsync("Escape");
        await Row("Host").GetByTestId("field-handle").ClickAsync();
        await Look("item-menu");
        await Page.Keyboard.PressAsync("Escape");
        await Browser.Find("item-expiry").ClickAsync();
        await Look("item-expiry");
        await Page.Keyboard.PressAsync("Escape");
        await Browser.Find("nav-agents").ClickAsync();
        await Browser.Find("confirm").WaitForAsync();
        await Look("item-leaving");
        await Browser.Find("confirm-no").ClickAsync();

        await portal.Change("bob", item, new() { ["name"] = "Bobs name" });
        await Browser.Find("save").ClickAsync();
        await Browser.Find("conflict").WaitForAsync();
        await Look("item-conflict");
        await Browser.Find("take-mine").ClickAsync();
        await Browser.Find("save").ClickAsync();
        await Browser.Find("review-sign").ClickAsync();
        await Expect(Browser.Find("item-status")).ToContainTextAsync("Saved");
        await Look("item-saved");

        await Browser.Find("tab-history").ClickAsync();
        await Browser.Find("history-row").First.WaitForAsync();
        await Look("item-history");
        await Browser.Find("tab-checkpoints").ClickAsync();
        await Browser.Find("version-open").First.ClickAsync();
        await Look("item-checkpoints");

        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task States_of_a_new_item_and_of_a_reader_hold()
    {
        await Browser.GoTo($"/vaults/{portal.Vault}/items/new");
        await Browser.Find("templates").WaitForAsync();
        await Look("item-templates");
        await Browser.Find("template-SECURE_NOTE").ClickAsync();
        await Browser.Find("new-locked").WaitForAsync();
        await Look("item-new-locked");
        await ItemPortal.Unlock(Browser);
        await Browser.Find("item-editor").WaitForAsync();
        await Browser.Find("add-field").ClickAsync();
        await Browser.Find("add-FILE").ClickAsync();
        await Browser.Find("file-input").WaitForAsync();
        await Browser.Find("save").ClickAsync();
        await Expect(Browser.Find("fault-name")).ToContainTextAsync("Give the item a name");
        await Look("item-new");

        var item = await portal.NewItem("For reading", ("Host", "TEXT", "db.internal"));
        var carol = await portal.OpenAsync("carol");
        await portal.Open(carol, item);
        _violations.AddRange(await carol.InspectAtAllWidths("item-reader"));
        await carol.GoTo($"/vaults/{portal.Vault}/items/new");
        await carol.Find("no-write").WaitForAsync();
        _violations.AddRange(await carol.InspectAtAllWidths("item-new-reader"));

        _violations.ShouldBeEmpty();
    }

    private ILocator Row(string label) =>
        Page.GetByTestId("edit-row").Filter(new() { HasText = label });

    private async Task Look(string name)
    {
        // From its top: a row that is half scrolled away under the bar of the page is no smaller for it.
        await Page.EvaluateAsync("() => scrollTo(0, 0)");
        _violations.AddRange(await Browser.InspectAtAllWidths(name));
    }
}
