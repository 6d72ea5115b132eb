using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Api.Management;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>A webhook is made with its secret shown once, tried, changed and deleted; a calendar gets its address and loses it.</summary>
public sealed class WebhooksJourney(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private Browser Browser => demo.Browser;

    private IPage Page => demo.Browser.Page;

    [Fact]
    public async Task Webhook_is_made_tried_changed_and_deleted()
    {
        await using var receiver = new Receiver();
        await Browser.OpenRoots();
        await demo.SignIn();
        await Browser.Find("nav-webhooks").ClickAsync();
        await Expect(Browser.Find("webhooks-empty")).ToBeVisibleAsync();
        var violations = new List<string>(await Browser.InspectAtAllWidths("webhooks-empty"));
        await Browser.Find("webhook-new").ClickAsync();
        await Browser.Find("form-name").FillAsync("Ops");
        await Browser.Find("form-url").FillAsync(receiver.Address);
        await Browser.Find("form-submit").ClickAsync();
        await Expect(Browser.Find("fault-events")).ToContainTextAsync("at least one");
        await Browser.Find("form-events-expiry.expired").CheckAsync();
        await Browser.Find("form-submit").ClickAsync();
        // Plain http is for private networks only, and the service says so beside the field.
        await Expect(Browser.Find("fault-url")).ToContainTextAsync("https://");
        // The browser says of every refusal that it could not load something.
        Browser.Complaints.RemoveAll(complaint => complaint.Contains("400 (Bad Request)"));
        await Browser.Find("form-allowsPrivateAddress").CheckAsync();
        violations.AddRange(await Browser.InspectAtAllWidths("webhook-new"));
        await Browser.Find("form-submit").ClickAsync();

        await Expect(Browser.Find("shown-once-title")).ToHaveTextAsync("Store this secret now");
        var secret = (await Browser.Find("shown-once-value").InnerTextAsync()).Trim();
        secret.ShouldStartWith("whsec_");
        await Browser.Find("nav-vaults").ClickAsync();
        await Expect(Browser.Find("leave-guard")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Browser.Find("shown-once-stored").CheckAsync();
        await Browser.Find("shown-once-continue").ClickAsync();

        await Expect(Browser.Find("webhook-title")).ToHaveTextAsync("Ops");
        await Browser.Find("webhook-test").ClickAsync();
        (await receiver.Next()).IsSignedWith(secret).ShouldBeTrue();
        await Expect(async () =>
        {
            await Browser.Find("log-refresh").ClickAsync();
            (await Browser.Find("delivery-state").InnerTextAsync()).ShouldBe("Delivered");
        });
        violations.AddRange(await Browser.InspectAtAllWidths("webhook-log"));
        await Page.GetByTestId("log").GetByRole(AriaRole.Button).First.ClickAsync();
        await receiver.Next();

        await Browser.Find("tab-edit").ClickAsync();
        await Browser.Find("webhook-name").FillAsync("Operations");
        await Browser.Find("webhook-event-expiry.overdue").CheckAsync();
        violations.AddRange(await Browser.InspectAtAllWidths("webhook-edit"));
        await Browser.Find("webhook-save").ClickAsync();
        await Expect(Browser.Find("webhook-title")).ToHaveTextAsync("Operations");
        await Browser.Find("webhook-disable").ClickAsync();
        await Expect(Browser.Find("webhook-state")).ToContainTextAsync("Disabled");
        await Browser.Find("webhook-delete").ClickAsync();
        await Browser.Find("confirm-typed").FillAsync("Operations");
        await Browser.Find("confirm-yes").ClickAsync();
        await Expect(Browser.Find("webhooks-empty")).ToBeVisibleAsync();

        demo.Process.Log.ShouldNotContain(secret);
        violations.ShouldBeEmpty();
        Browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Calendar_is_read_under_its_address_until_that_is_revoked()
    {
        await Browser.OpenRoots();
        await demo.SignIn();
        await Browser.GoTo("/account/calendar");
        await Expect(Browser.Find("calendar-none")).ToBeVisibleAsync();
        await Browser.Find("form-submit").ClickAsync();
        await Expect(Browser.Find("shown-once-title")).ToHaveTextAsync("Copy this address now");
        var address = (await Browser.Find("shown-once-value").InnerTextAsync()).Trim();
        await Browser.Find("shown-once-stored").CheckAsync();
        await Browser.Find("shown-once-continue").ClickAsync();
        await Expect(Browser.Find("calendar-state")).ToBeVisibleAsync();
        await Expect(Browser.Find("form-submit")).ToBeVisibleAsync();
        var violations = await Browser.InspectAtAllWidths("reminders");

        using var program = new HttpClient();
        using (var answer = await program.GetAsync(new Uri(address)))
        {
            ((int)answer.StatusCode).ShouldBe(200);
            answer.Content.Headers.ContentType!.ToString().ShouldBe("text/calendar; charset=utf-8");
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
            (await answer.Content.ReadAsStringAsync()).ShouldStartWith("BEGIN:VCALENDAR");
        }

        await Browser.Find("calendar-revoke").ClickAsync();
        await Browser.Find("confirm-yes").ClickAsync();
        await Expect(Browser.Find("calendar-none")).ToBeVisibleAsync();
        using (var answer = await program.GetAsync(new Uri(address)))
        {
            ((int)answer.StatusCode).ShouldBe(404);
        }

        demo.Process.Log.ShouldNotContain(new Uri(address).AbsolutePath);
        violations.ShouldBeEmpty();
        Browser.Complaints.ShouldBeEmpty();
    }

    /// <summary>Until it holds: a message is sent a moment after it was made.</summary>
    private static async Task Expect(Func<Task> holds)
    {
        var until = DateTime.UtcNow.AddSeconds(15);
        while (true)
        {
            try
            {
                await holds();
                return;
            }
            catch (ShouldAssertException) when (DateTime.UtcNow < until)
            {
                await Task.Yield();
            }
        }
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
