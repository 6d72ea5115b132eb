using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>What was typed outlives the server that it was to be saved to.</summary>
public sealed class ItemRestartJourney(ItemPortal portal) : IClassFixture<ItemPortal>
{
    private static readonly (string, string, string?)[] Fields = [("Host", "TEXT", "db.internal")];

    private Browser Browser => portal.Browser;

    [Fact]
    public async Task Changes_stay_on_the_page_while_the_server_is_killed_and_are_saved_after_its_return()
    {
        var item = await portal.NewItem("Killed", Fields);
        await portal.Open(Browser, item);
        await Browser.Find("field-edit").ClickAsync();
        await Browser.Find("value-input").FillAsync("typed before");
        portal.Process.Kill();
        await Browser.Find("value-input").FillAsync("typed while it was away");
        await Browser.Find("save").ClickAsync();
        await Expect(Browser.Find("item-status")).ToContainTextAsync("The server does not answer");

        await portal.Process.StartAgainAsync();
        await Expect(Browser.Find("reconnect-says")).ToContainTextAsync("Your changes are kept");
        await Expect(Browser.Find("value-input")).ToHaveValueAsync("typed while it was away");
        await Browser.Find("save").ClickAsync();
        await Expect(Browser.Find("item-status")).ToContainTextAsync("Saved: version 2");
        Value(await portal.Read(item)).ShouldBe("typed while it was away");

        await portal.Open(Browser, item);
        await Browser.Find("field-edit").ClickAsync();
        await Browser.Find("value-input").FillAsync("a draft");
        Browser.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await Expect(Browser.Find("bar-text")).ToContainTextAsync("1 change");
        portal.Process.Kill();
        await portal.Process.StartAgainAsync();
        await portal.Open(Browser, item);
        await Browser.Find("draft-restore").ClickAsync();
        await Browser.Find("save").ClickAsync();
        await Browser.Find("review-sign").ClickAsync();
        await Expect(Browser.Find("item-status")).ToContainTextAsync("Saved: version 3");
        Value(await portal.Read(item)).ShouldBe("a draft");
    }

    private static string Value(JsonNode saved) => (string)saved["values"]!["Host"]!;
}
