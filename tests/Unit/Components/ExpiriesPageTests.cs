using System.Text;
using System.Text.Json.Nodes;
using Bunit;
using Shouldly;
using VaultPortal.Components.Layout;
using VaultPortal.Components.Pages;
using VaultPortal.Components.Pages.Expiry;
using VaultPortal.Components.Pages.Lists;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class ExpiriesPageTests
{
    [Fact]
    public async Task List_shows_the_earliest_first_with_states_and_never_a_value()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "LATER", 200);
        await Make(world, "SOON", 5);
        await Make(world, "GONE", -1);
        await Make(world, "FOREVER", null);

        var page = world.Open<ExpiriesPage>("expiry");

        page.Find("[data-testid=expiry-count]").TextContent.ShouldBe("3 objects");
        Rows(page).ShouldBe(["GONE", "SOON", "LATER"]);
        page.FindAll("[data-testid=expiry-row] [data-testid=expiry-state]")
            .Select(badge => badge.GetAttribute("data-state"))
            .ShouldBe(["expired", "due-soon", "active"]);
        page.Markup.ShouldNotContain("value of");
    }

    [Fact]
    public async Task Without_anything_that_expires_it_says_what_to_do()
    {
        await using var world = await PageWorld.CreateAsync();

        var page = world.Open<ExpiriesPage>("expiry");

        page.Find("[data-testid=expiry-empty]").TextContent.ShouldContain("Nothing has an expiry");
    }

    [Fact]
    public async Task Address_restores_filters_and_selection()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        await Make(world, "BETA", 6);
        await Make(world, "GONE", -1);

        var page = world.Open<ExpiriesPage>(
            "expiry?state=due-soon&selected=environment-secret%3ABETA"
        );

        Rows(page).ShouldBe(["ALPHA", "BETA"]);
        page.Find("[data-testid=selection-count]").TextContent.ShouldBe("1 object selected");
        page.Find("[data-testid=select-environment-secret\\:BETA]")
            .HasAttribute("checked")
            .ShouldBeTrue();
        page.Find("[data-testid=export-csv]")
            .GetAttribute("href")
            .ShouldBe("/api/v1/portal/expiries/export?format=csv&state=due-soon");
    }

    [Fact]
    public async Task Typing_filters_after_a_rest()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        await Make(world, "BETA", 6);
        var page = world.Open<ExpiriesPage>("expiry");

        page.Find("[data-testid=expiry-search]").Input("alp");
        world.Accounts.Time.Advance(ListRules.TypingRest);

        page.WaitForAssertion(() => Rows(page).ShouldBe(["ALPHA"]));
        world.Navigation.Uri.ShouldEndWith("/expiry?q=alp");
    }

    [Fact]
    public async Task Selected_objects_are_extended_after_a_preview_and_undone()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        await Make(world, "GONE", -1);
        var page = world.Open<ExpiriesPage>("expiry");

        page.Find("[data-testid=select-all]").Change(true);
        page.Find("[data-testid=selection-extend]").Click();
        page.WaitForElement("[data-testid=bulk-sum]")
            .TextContent.ShouldBe("2 objects would change.");
        page.FindAll("[data-testid=bulk-line]").Count.ShouldBe(2);
        (await ExpiryOf(world, "GONE")).ShouldBe(-1);
        page.Find("[data-testid=bulk-apply]").Click();

        page.WaitForElement("[data-testid=list-notice]")
            .TextContent.ShouldContain("Extended 2 objects");
        (await ExpiryOf(world, "ALPHA")).ShouldBe(95);
        (await ExpiryOf(world, "GONE")).ShouldBe(90);
        page.FindAll("[data-testid=bulk]").ShouldBeEmpty();

        page.Find("[data-testid=undo]").Click();
        page.WaitForAssertion(() =>
            page.Find("[data-testid=list-notice]").TextContent.ShouldContain("Took back")
        );
        (await ExpiryOf(world, "ALPHA")).ShouldBe(5);
        (await ExpiryOf(world, "GONE")).ShouldBe(-1);
    }

    [Fact]
    public async Task Preview_names_the_policy_and_what_it_allows()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        world.Tamper(
            """
            INSERT INTO expiry_policy (public_id, name, kind, vault_id, item_type, field_type, classification, default_lifetime,
                longest_lifetime, on_expiry, reminder_offsets, rotate_every, reminds_creator, reminds_admins, reminded_people, version,
                created_at, updated_at)
            VALUES (x'65a1b2c3d4e5f60000000001', 'Secrets', 3, 0, 0, 0, 0, 2592000, 31536000, 2, '', 7776000, 0, 0, '', 1, 0, 0)
            """
        );
        var page = world.Open<ExpiriesPage>("expiry");

        page.Find("[data-testid=select-all]").Change(true);
        page.Find("[data-testid=selection-extend]").Click();

        page.WaitForElement("[data-testid=bulk-policy]")
            .TextContent.ShouldBe(
                "Policy “Secrets”: an expiry at most 365 days away; 30 days for what is new; warns only; rotated every 90 days."
            );
    }

    [Fact]
    public async Task Keys_ask_for_the_password_and_the_others_are_changed_once()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        await MakeKey(world, "builds", 5);
        world.Tamper("UPDATE portal_session SET step_up_at = NULL");
        var prove = world.Context.JSInterop.SetupModule("./js/step-up.js").Setup<bool>("prove");
        var page = world.Open<ExpiriesPage>("expiry");

        page.Find("[data-testid=select-all]").Change(true);
        page.Find("[data-testid=selection-extend]").Click();
        page.WaitForElement("[data-testid=bulk-sum]")
            .TextContent.ShouldBe("2 objects would change.");
        page.Find("[data-testid=bulk-apply]").Click();
        // Nothing is rendered when it asks.
        SpinWait
            .SpinUntil(() => prove.Invocations.Count == 1, TimeSpan.FromSeconds(30))
            .ShouldBeTrue();
        Prove(world);
        prove.SetResult(true);

        page.WaitForElement("[data-testid=list-notice]")
            .TextContent.ShouldContain("Extended 2 objects");
        (await ExpiryOf(world, "ALPHA")).ShouldBe(95);
    }

    [Fact]
    public async Task Without_the_password_keys_stay_and_the_others_are_changed()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        await MakeKey(world, "builds", 5);
        world.Tamper("UPDATE portal_session SET step_up_at = NULL");
        var page = world.Open<ExpiriesPage>("expiry");

        page.Find("[data-testid=select-all]").Change(true);
        page.Find("[data-testid=selection-extend]").Click();
        page.WaitForElement("[data-testid=bulk-lines]");
        page.Find("[data-testid=bulk-apply]").Click();

        page.WaitForElement("[data-testid=list-notice]")
            .TextContent.ShouldContain("Extended ALPHA");
        page.Find("[data-testid=list-failed]").TextContent.ShouldContain("Confirm your password");
        (await ExpiryOf(world, "ALPHA")).ShouldBe(95);
    }

    [Fact]
    public async Task Rotation_is_previewed_and_the_browser_is_told_what_to_send()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        await Make(world, "GONE", -1);
        await MakeKey(world, "builds", 7);
        var page = world.Open<ExpiriesPage>("expiry");

        page.Find("[data-testid=select-all]").Change(true);
        page.Find("[data-testid=selection-rotate]").Click();

        page.WaitForElement("[data-testid=rotate-sum]")
            .TextContent.ShouldBe(
                "1 environment secret, 1 API key would be rotated, 1 would stay as they are."
            );
        page.Find("[data-testid=rotate-says]")
            .TextContent.Trim()
            .ShouldBe(
                "This cannot be undone. A value is generated and not shown here. A new key is shown once. The old values and keys stay good for 24 hours at most."
            );
        // What would be rotated stands first.
        page.FindAll("[data-testid=rotate-line]")
            .Select(line => line.GetAttribute("data-problem"))
            .ShouldBe([null, null, "expired"]);
        var run = page.Find("bulk-rotation");
        run.GetAttribute("data-label").ShouldBe("Rotate 1 environment secret, 1 API key");
        var body = JsonNode.Parse(run.GetAttribute("data-body")!)!;
        body["objects"]!
            .AsArray()
            .Select(o => ((string)o!["kind"]!, (long?)o["version"]))
            .ShouldBe([("environment-secret", 1L), ("api-key", null)]);
        ((int)body["graceHours"]!, (int)body["generate"]!["length"]!).ShouldBe((24, 32));
        (await world.Secrets.GetAsync(world.Visitor, "ALPHA")).Value.Version.ShouldBe(1);
    }

    [Theory]
    [InlineData("rotate-grace", "")]
    [InlineData("rotate-grace", "169")]
    [InlineData("rotate-grace", "-1")]
    [InlineData("rotate-grace", "1.5")]
    [InlineData("rotate-length", "7")]
    [InlineData("rotate-length", "4097")]
    public async Task Rotation_that_cannot_be_is_not_sent(string field, string typed)
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        var page = world.Open<ExpiriesPage>("expiry");
        page.Find("[data-testid=select-all]").Change(true);
        page.Find("[data-testid=selection-rotate]").Click();
        page.WaitForElement("[data-testid=rotate-lines]");

        page.Find($"[data-testid={field}]").Input(typed);

        page.Find("[data-testid=rotate-fault]").TextContent.ShouldNotBeEmpty();
        page.Find("bulk-rotation").HasAttribute("data-body").ShouldBeFalse();
    }

    [Fact]
    public async Task Rotation_is_called_off_and_the_selection_stays()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        var page = world.Open<ExpiriesPage>("expiry");
        page.Find("[data-testid=select-all]").Change(true);
        page.Find("[data-testid=selection-rotate]").Click();
        page.WaitForElement("[data-testid=rotate-own]")
            .GetAttribute("href")
            .ShouldBe("secrets/environment/ALPHA?tab=rotate");

        page.Find("[data-testid=rotate-cancel]").Click();

        page.FindAll("[data-testid=rotate]").ShouldBeEmpty();
        page.FindAll("[data-testid=list-notice]").ShouldBeEmpty();
        page.Find("[data-testid=selection-count]").TextContent.ShouldBe("1 object selected");
    }

    [Fact]
    public async Task Rotation_with_new_keys_is_left_when_they_are_stored()
    {
        await using var world = await PageWorld.CreateAsync();
        await MakeKey(world, "builds", 7);
        var page = await RotatingAsync(world);

        await TellAsync(page, "begun");
        page.FindAll("[data-cancel]").ShouldBeEmpty();
        page.Find("[data-testid=rotate-grace]").HasAttribute("disabled").ShouldBeTrue();
        await TellAsync(page, "shown", rotated: 1, left: 1, keys: 1);
        page.FindAll("[data-cancel], [data-testid=rotate-lines]").ShouldBeEmpty();
        world.Navigation.NavigateTo("vaults");
        page.Find("[data-testid=leave-guard]").ShouldNotBeNull();
        await TellAsync(page, "stored");

        page.FindAll("[data-testid=rotate]").ShouldBeEmpty();
        page.Find("[data-testid=list-notice]")
            .TextContent.ShouldContain("Rotated 1 object. 1 object stayed as before.");
        page.FindAll("[data-testid=undo], [data-testid=selection-bar]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Rotation_without_new_keys_is_left_at_once()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        var page = await RotatingAsync(world);

        await TellAsync(page, "begun");
        await TellAsync(page, "shown", rotated: 1);
        page.Find("[data-testid=rotate-done]").Click();

        page.Find("[data-testid=list-notice]").TextContent.ShouldContain("Rotated 1 object.");
    }

    [Fact]
    public async Task Rotation_that_was_refused_is_previewed_again_and_one_without_an_answer_is_not()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        var page = await RotatingAsync(world);

        await TellAsync(page, "begun");
        await TellAsync(page, "refused");
        page.WaitForElement("[data-testid=rotate-lines]");
        await TellAsync(page, "begun");
        await TellAsync(page, "unsure");
        page.FindAll("[data-testid=rotate-lines]").ShouldBeEmpty();
        page.Find("[data-testid=rotate-cancel]").Click();

        page.Find("[data-testid=list-notice]").TextContent.ShouldContain("was not answered");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("0d")]
    [InlineData("-5d")]
    public async Task Own_length_that_is_none_changes_nothing(string typed)
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        var page = world.Open<ExpiriesPage>("expiry");
        page.Find("[data-testid=select-all]").Change(true);
        page.Find("[data-testid=selection-extend]").Click();

        page.Find("[data-testid=bulk-own]").Input(typed);

        page.Find("[data-testid=bulk-fault]").TextContent.ShouldContain("45d");
        page.Find("[data-testid=bulk-apply]").HasAttribute("disabled").ShouldBeTrue();
    }

    [Fact]
    public async Task Auditor_sees_it_all_and_changes_nothing()
    {
        await using var world = await PageWorld.CreateAsync(role: Role.Auditor);
        await Make(world, "ALPHA", 5, Caller.System("test"));

        var page = world.Open<ExpiriesPage>("expiry");

        Rows(page).ShouldBe(["ALPHA"]);
        page.FindAll("table input").ShouldBeEmpty();
    }

    [Fact]
    public async Task Views_follow_the_address()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        var page = world.Open<ExpiriesPage>("expiry?view=timeline");
        page.Find("[data-testid=timeline-table]").TextContent.ShouldContain("Environment secret");

        world.Navigation.NavigateTo("expiry?view=calendar");
        page.WaitForElement("[data-testid=calendar]");
        world.Navigation.NavigateTo("expiry");

        page.WaitForAssertion(() => Rows(page).ShouldBe(["ALPHA"]));
    }

    [Fact]
    public async Task Dashboard_counts_and_lists_what_comes()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 5);
        await Make(world, "BETA", 6);
        await Make(world, "GONE", -1);

        var page = world.Open<HomePage>("");

        page.Find("[data-testid=tile-expired] .tile-count").TextContent.ShouldBe("1");
        page.Find("[data-testid=tile-due-soon] .tile-count").TextContent.ShouldBe("2");
        page.FindAll("[data-testid=next-row]").Count.ShouldBe(2);
        page.FindAll("[data-testid=dashboard-new]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Dashboard_of_a_new_installation_says_how_to_begin()
    {
        await using var world = await PageWorld.CreateAsync();

        var page = world.Open<HomePage>("");

        page.Find("[data-testid=first-vault]").ShouldNotBeNull();
        page.Find("[data-testid=tile-expired]").TextContent.ShouldContain("0");
    }

    [Fact]
    public async Task Bell_without_reminders_says_so()
    {
        await using var world = await PageWorld.CreateAsync();

        var bell = world.Open<ReminderBell>("vaults");

        bell.WaitForElement("[data-testid=bell-empty]");
        bell.Find("[data-testid=bell]").GetAttribute("aria-label").ShouldBe("No reminders");
    }

    [Fact]
    public async Task Bell_counts_what_comes_each_minute_and_says_it_once()
    {
        await using var world = await PageWorld.CreateAsync();
        var bell = world.Open<ReminderBell>("vaults");
        bell.WaitForElement("[data-testid=bell-empty]");
        Remind(world, 1, "ALPHA");

        world.Accounts.Time.Advance(TimeSpan.FromMinutes(1));

        bell.WaitForAssertion(() =>
            bell.Find("[data-testid=bell]").GetAttribute("aria-label").ShouldBe("1 reminder")
        );
        bell.Find("[data-testid=bell-said]").TextContent.ShouldBe("1 reminder");
        bell.Find("[data-testid=reminder]").TextContent.ShouldContain("ALPHA");

        bell.Find("[data-testid=reminder-acknowledge]").Click();
        bell.WaitForElement("[data-testid=bell-empty]");
        bell.Find("[data-testid=bell-said]").TextContent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bell_of_a_hidden_tab_rests()
    {
        await using var world = await PageWorld.CreateAsync();
        var bell = world.Open<ReminderBell>("vaults");
        bell.WaitForElement("[data-testid=bell-empty]");
        await bell.Find("[data-bell]")
            .TriggerEventAsync(
                "ontabvisibility",
                new VaultPortal.Components.Shared.TabVisibilityEventArgs { Hidden = true }
            );
        Remind(world, 1, "ALPHA");
        world.Accounts.Time.Advance(TimeSpan.FromMinutes(5));
        bell.FindAll("[data-testid=reminder]").ShouldBeEmpty();

        await bell.Find("[data-bell]")
            .TriggerEventAsync(
                "ontabvisibility",
                new VaultPortal.Components.Shared.TabVisibilityEventArgs { Hidden = false }
            );

        bell.WaitForElement("[data-testid=reminder]");
    }

    [Fact]
    public async Task Reminder_is_snoozed_muted_and_taken_up_again()
    {
        await using var world = await PageWorld.CreateAsync();
        Remind(world, 1, "ALPHA");
        Remind(world, 2, "BETA");
        var page = world.Open<RemindersPage>("reminders");
        page.FindAll("[data-testid=reminder]").Count.ShouldBe(2);
        page.Find("[data-testid=to-calendar]").GetAttribute("href").ShouldBe("account/calendar");

        page.Find("[data-testid=reminder-snooze]").Click();
        page.Find("[data-testid=snooze-week]").Click();
        page.WaitForAssertion(() => page.FindAll("[data-testid=reminder]").Count.ShouldBe(1));
        page.Find("[data-testid=reminder-mute]").Click();
        page.WaitForElement("[data-testid=reminders-empty]");

        page = world.Open<RemindersPage>("reminders?show=all");
        page.FindAll("[data-testid=reminder]").Count.ShouldBe(2);
        page.Markup.ShouldContain("snoozed");
        page.FindAll("[data-testid=reminder-mute]")
            .Single(button =>
                button
                    .GetAttribute("aria-label")!
                    .StartsWith("Remind again", StringComparison.Ordinal)
            )
            .Click();
        page.WaitForAssertion(() => page.FindAll("[aria-label^='Remind again']").ShouldBeEmpty());
    }

    [Fact]
    public async Task Muted_objects_have_a_list_and_are_unmuted_there()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, "ALPHA", 3);
        world.Tamper(
            $"INSERT INTO reminder_mute (account_id, kind, object_id, muted_at) SELECT {world.Session.AccountId}, 3, id, 1 FROM secret"
        );

        var page = world.Open<RemindersPage>("reminders?show=muted");

        page.Find("[data-testid=tab-muted]").GetAttribute("aria-current").ShouldBe("page");
        page.Find("[data-testid=muted-object]").TextContent.ShouldContain("ALPHA");
        page.Find("[data-testid=unmute]").Click();
        page.WaitForElement("[data-testid=muted-empty]");
    }

    private static async Task<IRenderedComponent<ExpiriesPage>> RotatingAsync(PageWorld world)
    {
        var page = world.Open<ExpiriesPage>("expiry");
        await page.Find("[data-testid=select-all]").ChangeAsync(true);
        await page.Find("[data-testid=selection-rotate]").ClickAsync();
        page.WaitForElement("[data-testid=rotate-lines]");
        return page;
    }

    /// <summary>As the element does.</summary>
    private static Task TellAsync(
        IRenderedComponent<ExpiriesPage> page,
        string phase,
        int rotated = 0,
        int left = 0,
        int keys = 0
    ) =>
        page.Find("bulk-rotation")
            .TriggerEventAsync(
                "onrotationphase",
                new VaultPortal.Components.Shared.RotationPhaseEventArgs
                {
                    Phase = phase,
                    Rotated = rotated,
                    Left = left,
                    Keys = keys,
                }
            );

    private static void Prove(PageWorld world) =>
        world.Tamper(
            $"UPDATE portal_session SET step_up_at = {UtcTime.ToMicroseconds(world.Accounts.Time.GetUtcNow())}"
        );

    private static async Task MakeKey(PageWorld world, string name, int expires) =>
        (
            await world.Keys.CreateAsync(
                world.Visitor,
                new NewApiKey
                {
                    Owner = world.Visitor.AccountPublicId.ToString(),
                    Name = name,
                    Permissions = ["machine.monitoring.read"],
                    ExpiresAt = world.Accounts.Time.GetUtcNow().AddDays(expires),
                }
            )
        ).Succeeded.ShouldBeTrue();

    /// <summary>As the sweep makes them.</summary>
    private static void Remind(PageWorld world, int number, string key) =>
        world.Tamper(
            $"""
            INSERT INTO reminder (id, public_id, kind, object_id, object_name, title, vault_id, reason, moment, offset_seconds, made_at)
            VALUES ({number}, x'65a1b2c3d4e5f700000000{number:00}', 3, {number}, '{key}', '{key}', 0, 1, {number}, 0, {number});
            INSERT INTO reminder_copy (reminder_id, account_id) VALUES ({number}, {world.Session.AccountId});
            """
        );

    private static IEnumerable<string> Rows(IRenderedComponent<ExpiriesPage> page) =>
        page.FindAll("tbody tr[aria-rowindex] [data-testid=row-link]")
            .Select(link => link.TextContent);

    /// <summary>In days from now.</summary>
    private static async Task<double> ExpiryOf(PageWorld world, string key) =>
        (
            (await world.Secrets.GetAsync(world.Visitor, key)).Value.ExpiresAt!.Value
            - world.Accounts.Time.GetUtcNow()
        ).TotalDays;

    private static async Task Make(PageWorld world, string key, int? expires, Caller? by = null) =>
        (
            await world.Secrets.CreateAsync(
                by ?? world.Visitor,
                new NewEnvironmentSecret
                {
                    Key = key,
                    Value = Encoding.UTF8.GetBytes($"value of {key}"),
                    ExpiresAt = expires is { } days
                        ? world.Accounts.Time.GetUtcNow().AddDays(days)
                        : null,
                }
            )
        ).Succeeded.ShouldBeTrue();
}
