using System.Text;
using Bunit;
using Shouldly;
using VaultPortal.Components.Pages.Account;
using VaultPortal.Components.Pages.Secrets;
using VaultPortal.Components.Pages.Webhooks;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class WebhookPageTests
{
    [Fact]
    public async Task Empty_list_says_what_a_webhook_is_for()
    {
        await using var world = await PageWorld.CreateAsync();

        var list = world.Open<WebhooksPage>("settings/webhooks");

        list.Find("[data-testid=webhooks-empty]").TextContent.ShouldContain("signed");
        list.Find("[data-testid=webhook-new]")
            .GetAttribute("href")
            .ShouldBe("settings/webhooks/new");
    }

    [Fact]
    public async Task Webhooks_are_listed_with_their_state()
    {
        await using var world = await PageWorld.CreateAsync();
        var id = await Make(world);
        await world.Webhooks.TestAsync(Caller.Command(), id);

        var list = world.Open<WebhooksPage>("settings/webhooks");

        var row = list.Find($"[data-testid=webhook-row-{id}]").TextContent;
        row.ShouldContain("Ops");
        row.ShouldContain("https://hooks.example.com/in");
        row.ShouldContain("1 message waits");
        list.Find("[data-testid=webhook-count]").TextContent.ShouldBe("1 webhook");
    }

    [Fact]
    public async Task Auditor_sees_webhooks_and_is_offered_no_change()
    {
        await using var world = await PageWorld.CreateAsync(role: Role.Auditor);
        var id = await Make(world);

        var page = world.Open<WebhookPage>($"settings/webhooks/{id}", ("Id", id.ToString()));

        page.Find("[data-testid=webhook-title]").TextContent.ShouldBe("Ops");
        page.FindAll("[data-testid=webhook-test]").ShouldBeEmpty();
        page.FindAll("[data-testid=webhook-delete]").ShouldBeEmpty();
        page.FindAll("[data-testid=tab-edit]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Test_button_puts_a_message_into_the_log()
    {
        await using var world = await PageWorld.CreateAsync();
        var id = await Make(world);
        var page = world.Open<WebhookPage>($"settings/webhooks/{id}", ("Id", id.ToString()));
        page.Find("[data-testid=log-empty]").ShouldNotBeNull();

        page.Find("[data-testid=webhook-test]").Click();

        page.WaitForElement("[data-testid=said]");
        page.Find("[data-testid=log]").TextContent.ShouldContain("webhook.test");
        page.Find("[data-testid=delivery-state]").TextContent.ShouldBe("Waiting");
    }

    [Fact]
    public async Task Message_of_the_log_can_be_sent_again_once_it_is_done()
    {
        await using var world = await PageWorld.CreateAsync();
        var id = await Make(world);
        var delivery = (await world.Webhooks.TestAsync(Caller.Command(), id)).Value.Id;
        world.Tamper(
            "UPDATE delivery SET state = 3, next_at = NULL, done_at = 1, attempts = 4, last_problem = 'The address answered with status 500.'"
        );
        var page = world.Open<WebhookPage>($"settings/webhooks/{id}", ("Id", id.ToString()));
        page.Find("[data-testid=log]").TextContent.ShouldContain("status 500");

        page.Find($"[data-testid=redeliver-{delivery}]").Click();

        page.WaitForElement("[data-testid=said]");
        page.Find("[data-testid=delivery-state]").TextContent.ShouldBe("Waiting");
    }

    [Fact]
    public async Task Secret_and_address_of_forms_stay_out_of_the_render_tree()
    {
        await using var world = await PageWorld.CreateAsync();
        var made = (await world.Webhooks.CreateAsync(Caller.Command(), Draft())).Value;

        var page = world.Open<WebhookPage>(
            $"settings/webhooks/{made.Id}?tab=secret",
            ("Id", made.Id.ToString())
        );

        page.Find("secret-form[data-form=webhook-rotate]").ShouldNotBeNull();
        page.Markup.ShouldNotContain("whsec_");
    }

    [Fact]
    public async Task Unknown_webhook_is_refused()
    {
        await using var world = await PageWorld.CreateAsync();

        var page = world.Open<WebhookPage>("settings/webhooks/nonsense", ("Id", "nonsense"));

        page.Markup.ShouldContain("settings/webhooks");
        page.FindAll("[data-testid=webhook-title]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Calendar_page_says_whether_there_is_a_calendar_and_leads_to_the_reminders()
    {
        await using var world = await PageWorld.CreateAsync();

        var page = world.Open<CalendarPage>("account/calendar");

        page.Find("[data-testid=calendar-none]").ShouldNotBeNull();
        page.Find("secret-form[data-form=calendar-feed]").ShouldNotBeNull();
        page.FindAll("[data-testid=calendar-revoke]").ShouldBeEmpty();
        page.Find("h1").TextContent.ShouldBe("Calendar");
        page.Find("[data-testid=to-reminders]").GetAttribute("href").ShouldBe("reminders");
    }

    [Fact]
    public async Task Rotation_is_announced_switched_and_retired_on_the_page_of_its_secret()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world);
        await world.Secrets.CreateAsync(
            Caller.Command(),
            new NewEnvironmentSecret { Key = "DB", Value = Encoding.UTF8.GetBytes("canary") }
        );
        var page = world.Open<EnvironmentSecretPage>(
            "secrets/environment/DB?tab=rotate",
            ("Key", "DB")
        );

        page.Find("[data-testid=rotation-form]").Submit();
        page.WaitForElement("[data-testid=rotation-state]")
            .GetAttribute("data-phase")
            .ShouldBe("announced");
        page.Find("[data-testid=rotation-confirm]").Click();
        page.WaitForElement("[data-phase=switched]");
        page.Find("[data-testid=rotation-retire]").Click();
        page.WaitForElement("[data-testid=rotation-form]");

        var rotation = (await world.Rotations.ListAsync(Caller.Command())).Value.Single();
        rotation.Phase.ShouldBe(RotationPhase.Retired);
        page.Markup.ShouldNotContain("canary");
    }

    private static WebhookDraft Draft() =>
        new()
        {
            Name = "Ops",
            Url = "https://hooks.example.com/in",
            Events = [EventTypes.Expired],
        };

    private static async Task<PublicId> Make(PageWorld world) =>
        (await world.Webhooks.CreateAsync(Caller.Command(), Draft())).Value.Id;
}
