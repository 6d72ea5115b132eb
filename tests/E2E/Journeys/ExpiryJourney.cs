using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>Everything that expires, as an administrator meets it: list, calendar, timeline, changes of many at once, and the bell.</summary>
public sealed partial class ExpiryJourney(DemoPortal demo) : IClassFixture<DemoPortal>
{
    // Of the demo: expired three days ago, and due in two weeks.
    private const string Expired = "environment-secret:CATALOGUE_DATABASE_URL";
    private const string Due = "environment-secret:CHECKOUT_API_TOKEN";

    private IPage Page => demo.Browser.Page;

    private IKeyboard Keyboard => Page.Keyboard;

    [Fact]
    public async Task List_is_filtered_by_its_address_and_back_leads_back()
    {
        await Begin();
        await Go("/expiry");
        await Expect(Find("expiry-row").First).ToContainTextAsync("Expired");
        await Choose("state", "filter-state-expired");
        await Expect(Page).ToHaveURLAsync(Ends("/expiry?state=expired"));
        await Expect(Row(Expired)).ToBeVisibleAsync();
        await Expect(Find("expiry-row").Filter(new() { HasText = "Due soon" })).ToHaveCountAsync(0);
        await Choose("kind", "filter-kind-environment-secret");
        await Expect(Page).ToHaveURLAsync(Ends("/expiry?state=expired&kind=environment-secret"));
        await Find("expiry-search").FillAsync("catalogue");
        await Expect(Find("expiry-count")).ToHaveTextAsync("1 object");

        await Page.ReloadAsync();
        await demo.Browser.CircuitReady();
        await Expect(Find("expiry-count")).ToHaveTextAsync("1 object");
        await Expect(Find("expiry-search")).ToHaveValueAsync("catalogue");
        await Find("chip-search").ClickAsync();
        await Find("chip-kind-environment-secret").ClickAsync();
        await Expect(Page).ToHaveURLAsync(Ends("/expiry?state=expired"));
        await Page.GoBackAsync();
        await Expect(Page).ToHaveURLAsync(Ends("/expiry?state=expired&kind=environment-secret"));
        await Find("chips-clear").ClickAsync();
        await Expect(Page).ToHaveURLAsync(Ends("/expiry"));

        await Row(Expired).GetByTestId("row-link").ClickAsync();
        await Expect(Find("secret-key")).ToHaveTextAsync("CATALOGUE_DATABASE_URL");
        NoComplaints();
    }

    [Fact]
    public async Task Filters_that_find_nothing_say_so_and_are_cleared()
    {
        await Begin();
        await Go("/expiry?q=zzz&due=7");
        await Expect(Find("expiry-nothing-found")).ToContainTextAsync("zzz");
        await Find("clear-filters").ClickAsync();
        await Expect(Find("expiry-table")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Calendar_is_walked_by_arrow_keys_and_a_day_opens()
    {
        await Begin();
        await Go("/expiry?view=calendar&month=2027-03&day=2027-03-01");
        await Find("day-2027-03-01").FocusAsync();
        await Keyboard.PressAsync("ArrowRight");
        await Expect(Find("day-2027-03-02")).ToBeFocusedAsync();
        await Keyboard.PressAsync("ArrowDown");
        await Expect(Find("day-2027-03-09")).ToBeFocusedAsync();
        await Keyboard.PressAsync("Home");
        await Expect(Find("day-2027-03-08")).ToBeFocusedAsync();
        await Keyboard.PressAsync("PageUp");
        await Expect(Find("calendar-month")).ToHaveTextAsync("February 2027");
        await Expect(Find("day-2027-02-08")).ToBeFocusedAsync();
        await Keyboard.PressAsync("PageDown");
        await Expect(Find("day-2027-03-08")).ToBeFocusedAsync();
        await Keyboard.PressAsync("Enter");
        await Expect(Find("opened-day")).ToContainTextAsync("Monday 8 March");
        await Expect(Page).ToHaveURLAsync(Ends("day=2027-03-08"));

        await Find("month-today").ClickAsync();
        var busy = Page.Locator("[data-testid^=day-]:has(.badge)").First;
        await busy.ClickAsync();
        await Expect(Find("opened-day").GetByTestId("expiry-event").First).ToBeVisibleAsync();
        await Find("calendar-agenda").ClickAsync();
        await Expect(Find("agenda")).ToBeVisibleAsync();
        NoComplaints();
    }

    [Fact]
    public async Task Timeline_draws_what_its_table_says()
    {
        await Begin();
        await Go("/expiry?view=timeline");
        await Expect(Find("timeline-table")).ToContainTextAsync("Environment secret");
        (await Find("mark").CountAsync()).ShouldBeGreaterThan(3);
        await Find("by-vault").ClickAsync();
        await Expect(Find("timeline-table")).ToContainTextAsync("Customer Platform");
        await Find("span-365").ClickAsync();
        await Expect(Page).ToHaveURLAsync(Ends("view=timeline&by=vault&span=365"));
        await Page.GoBackAsync();
        await Expect(Page).ToHaveURLAsync(Ends("view=timeline&by=vault"));
        await Find("by-kind").ClickAsync();
        await Expect(Find("timeline-table")).ToContainTextAsync("Environment secret");
        await Find("mark").First.ClickAsync();
        await Expect(Find("expiry-table")).ToBeVisibleAsync();
        await Expect(Find("chip-after")).ToBeVisibleAsync();
        NoComplaints();
    }

    [Fact]
    public async Task Selected_objects_are_extended_after_a_preview_and_taken_back()
    {
        await Begin();
        await Go("/expiry?kind=environment-secret&state=expired");
        await Row(Expired).GetByTestId($"select-{Expired}").CheckAsync();
        await Expect(Find("selection-count")).ToHaveTextAsync("1 object selected");
        await Expect(Page).ToHaveURLAsync(new Regex("selected="));
        await Find("selection-extend").ClickAsync();
        await Expect(Find("bulk-sum")).ToHaveTextAsync("1 object would change.");
        await Find("bulk-own").FillAsync("nonsense");
        await Expect(Find("bulk-fault")).Not.ToBeEmptyAsync();
        await Expect(Find("bulk-apply")).ToBeDisabledAsync();
        await Find("bulk-own").FillAsync("45d");
        await Expect(Find("bulk-line")).ToHaveCountAsync(1);
        await Find("bulk-apply").ClickAsync();
        await Expect(Find("list-notice")).ToContainTextAsync("Extended CATALOGUE_DATABASE_URL");
        await Expect(Row(Expired)).ToHaveCountAsync(0);

        await Find("undo").ClickAsync();
        await Expect(Find("list-notice")).ToContainTextAsync("Took back");
        await Expect(Row(Expired)).ToBeVisibleAsync();
        NoComplaints();
    }

    [Fact]
    public async Task Several_are_rotated_at_once_and_new_keys_are_shown_once_in_no_frame()
    {
        await Begin();
        var frames = new ConcurrentQueue<string>();
        Page.WebSocket += (_, socket) =>
        {
            socket.FrameSent += (_, frame) => frames.Enqueue(TextOf(frame));
            socket.FrameReceived += (_, frame) => frames.Enqueue(TextOf(frame));
        };
        await Go("/expiry?state=due-soon&kind=environment-secret,workflow-secret");
        await Row(Due).GetByTestId($"select-{Due}").CheckAsync();
        await Named("api-key:Nightly backup").Locator("input").CheckAsync();
        await Named("Release to production, upload").Locator("input").CheckAsync();
        await Find("selection-rotate").ClickAsync();

        await Expect(Find("rotate-sum"))
            .ToHaveTextAsync(
                "1 environment secret, 1 workflow key would be rotated, 1 would stay as they are."
            );
        await Expect(Find("rotate-says")).ToContainTextAsync("cannot be undone");
        await Find("rotate-grace").FillAsync("169");
        await Expect(Find("rotate-fault")).ToContainTextAsync("0 to 168");
        await Expect(Find("rotate-apply")).ToBeDisabledAsync();
        await Find("rotate-grace").FillAsync("2");
        await Expect(Find("rotate-apply"))
            .ToHaveTextAsync("Rotate 1 environment secret, 1 workflow key");
        await Find("rotate-apply").ClickAsync();

        var key = await Find("rotate-key-value").InnerTextAsync();
        key.ShouldStartWith("wfk_");
        await Expect(Find("rotate-outcome"))
            .ToContainTextAsync("CHECKOUT_API_TOKEN has a new value");
        var file = await Page.RunAndWaitForDownloadAsync(() => Find("rotate-save").ClickAsync());
        (await File.ReadAllTextAsync((await file.PathAsync())!)).ShouldEndWith($"{key}\n");
        await Keyboard.PressAsync("Escape");
        await Keyboard.PressAsync("Escape");
        await Expect(Find("rotate-key-value")).ToBeVisibleAsync();
        await Find("rotate-continue").ClickAsync();
        await Expect(Find("rotate-status")).ToContainTextAsync("have stored them");
        await Find("rotate-stored").CheckAsync();
        await Find("rotate-continue").ClickAsync();

        await Expect(Find("list-notice")).ToContainTextAsync("Rotated 2 objects.");
        await Expect(Find("undo")).ToHaveCountAsync(0);
        await Expect(Find("rotate")).ToHaveCountAsync(0);
        (await Page.ContentAsync()).ShouldNotContain(key);
        var heard = string.Join('\n', frames);
        heard.ShouldContain("rotationphase"); // The circuit's text is readable: what is not found in it is not in it.
        heard.ShouldNotContain(key[..12], Case.Sensitive);
        demo.Process.Log.ShouldNotContain(key);
        NoComplaints();
    }

    [Fact]
    public async Task Filters_are_saved_opened_and_deleted()
    {
        await Begin();
        await Go("/expiry?state=expired&kind=environment-secret");
        await Find("saved-filters").Locator("summary").ClickAsync();
        await Find("saved-name").FillAsync("Broken secrets");
        await Find("saved-save").ClickAsync();
        await Expect(Find("saved-open")).ToHaveTextAsync("Broken secrets");
        await Find("saved-name").FillAsync("Broken secrets");
        await Find("saved-save").ClickAsync();
        await Expect(Find("saved-fault")).ToContainTextAsync("under this name");

        await Go("/expiry");
        await Find("saved-filters").Locator("summary").ClickAsync();
        await Find("saved-open").ClickAsync();
        await Expect(Page).ToHaveURLAsync(Ends("/expiry?state=expired&kind=environment-secret"));
        await Expect(Row(Expired)).ToBeVisibleAsync();
        if (!await Find("saved-delete").IsVisibleAsync())
        {
            await Find("saved-filters").Locator("summary").ClickAsync();
        }

        await Find("saved-delete").ClickAsync();
        await Expect(Find("saved-open")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Export_downloads_what_is_filtered()
    {
        await Begin();
        await Go("/expiry?state=expired&q=catalogue");
        var csv = await Page.RunAndWaitForDownloadAsync(() => Find("export-csv").ClickAsync());
        var text = await File.ReadAllTextAsync((await csv.PathAsync())!);
        text.ShouldContain("CATALOGUE_DATABASE_URL");
        text.ShouldNotContain("CHECKOUT_API_TOKEN");
        var ical = await Page.RunAndWaitForDownloadAsync(() => Find("export-ical").ClickAsync());
        (await File.ReadAllTextAsync((await ical.PathAsync())!)).ShouldContain("BEGIN:VEVENT");
    }

    [Fact]
    public async Task Bell_counts_and_is_answered_by_keyboard()
    {
        await Begin();
        await Go("/vaults");
        // The sweep makes them a moment after the start.
        await Expect(Find("bell")).ToHaveAttributeAsync("aria-label", Counted(), Long());
        var before = await Open();
        await Find("bell").FocusAsync();
        await Keyboard.PressAsync("Enter");
        await Expect(Find("bell-panel")).ToBeVisibleAsync();
        await Keyboard.PressAsync("Escape");
        await Expect(Find("bell-panel")).ToBeHiddenAsync();
        await Expect(Find("bell")).ToBeFocusedAsync();
        await Expect(Find("vault-table")).ToBeVisibleAsync();

        await Keyboard.PressAsync("Enter");
        var first = Find("bell-panel").GetByTestId("reminder").First;
        await first.GetByTestId("reminder-acknowledge").FocusAsync();
        await Keyboard.PressAsync("Enter");
        await Expect(Find("bell")).ToHaveAttributeAsync("aria-label", Said(before - 1));
        await Expect(Page.Locator("#bell-title")).ToBeFocusedAsync();
        await first.GetByTestId("reminder-snooze").ClickAsync();
        await Find("snooze-week").ClickAsync();
        await Expect(Find("bell")).ToHaveAttributeAsync("aria-label", Said(before - 2));

        await Find("bell-all").ClickAsync();
        await Expect(Find("bell-panel")).ToBeHiddenAsync();
        await Expect(Find("reminder-count")).ToHaveTextAsync($"{before - 2} open");
        await Find("reminders").GetByTestId("reminder-mute").First.ClickAsync();
        await Expect(Find("reminder-count")).Not.ToHaveTextAsync($"{before - 2} open");
        await Find("tab-all").ClickAsync();
        await Expect(Find("reminders")).ToContainTextAsync("snoozed");
        await Expect(Find("reminders")).ToContainTextAsync("Muted");
        NoComplaints();
    }

    [Fact]
    public async Task Dashboard_has_the_numbers_of_the_expiry_page()
    {
        await Begin();
        await Go("/vaults");
        await Keyboard.PressAsync("g");
        await Keyboard.PressAsync("d");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Dashboard" }))
            .ToBeFocusedAsync();
        foreach (var state in (string[])["expired", "due-soon", "active"])
        {
            await Go("/");
            var count = await Find($"tile-{state}").Locator(".tile-count").InnerTextAsync();
            await Find($"tile-{state}").ClickAsync();
            await Expect(Find("expiry-count"))
                .ToHaveTextAsync(count == "1" ? "1 object" : $"{count} objects");
        }

        await Go("/");
        (await Find("next-row").CountAsync()).ShouldBe(10);
        await Find("next-row").First.GetByTestId("row-link").ClickAsync();
        await Expect(Page).Not.ToHaveURLAsync(new Regex("/$"));
        NoComplaints();
    }

    [Fact]
    public async Task Secret_is_found_selected_and_given_another_expiry_by_keyboard_alone()
    {
        await Begin();
        await Go("/vaults");
        await Keyboard.PressAsync("g");
        await Keyboard.PressAsync("e");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Expiry" }))
            .ToBeFocusedAsync();
        await TabTo("expiry-search");
        await Keyboard.TypeAsync("CHECKOUT_API_T");
        await Expect(Find("expiry-count")).ToHaveTextAsync("1 object");
        await TabTo($"select-{Due}");
        await Keyboard.PressAsync("Space");
        await Expect(Find("selection-bar")).ToBeVisibleAsync();
        await TabTo("selection-set", back: true);
        await Keyboard.PressAsync("Enter");
        await Expect(Find("bulk-sum")).ToHaveTextAsync("1 object would change.");
        await TabTo("bulk-apply");
        await Keyboard.PressAsync("Enter");
        await Expect(Find("list-notice")).ToContainTextAsync("Set the expiry");
        await TabTo("undo");
        await Keyboard.PressAsync("Enter");
        await Expect(Find("list-notice")).ToContainTextAsync("Took back");
    }

    private async Task Begin()
    {
        if (!demo.IsSignedIn)
        {
            await demo.Browser.OpenRoots();
            await demo.SignIn();
        }

        demo.Browser.Complaints.Clear();
    }

    /// <summary>Chooses in a filter's menu and closes it again.</summary>
    private async Task Choose(string menu, string choice)
    {
        await Find($"filter-{menu}").Locator("summary").ClickAsync();
        await Find(choice).CheckAsync();
        await Keyboard.PressAsync("Escape");
    }

    private async Task<int> Open() =>
        int.Parse(
            (await Find("bell").GetAttributeAsync("aria-label"))!.Split(' ')[0],
            System.Globalization.CultureInfo.InvariantCulture
        );

    private static string Said(int open) => open == 1 ? "1 reminder" : $"{open} reminders";

    private void NoComplaints() => demo.Browser.Complaints.ShouldBeEmpty();

    private ILocator Row(string named) =>
        Page.Locator($"[data-testid=expiry-row][data-object='{named}']");

    private ILocator Named(string title) => Find("expiry-row").Filter(new() { HasText = title });

    private static string TextOf(IWebSocketFrame frame) =>
        frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []);

    private Task Go(string path) => demo.Browser.GoTo(path);

    private ILocator Find(string testId) => demo.Browser.Find(testId);

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    private static Regex Ends(string address) => new(Regex.Escape(address) + "$");

    [GeneratedRegex("^[1-9][0-9]* reminders$")]
    private static partial Regex Counted();

    private static LocatorAssertionsToHaveAttributeOptions Long() => new() { Timeout = 90_000 };

    private async Task TabTo(string testId, bool back = false)
    {
        var goal = Find(testId);
        await goal.WaitForAsync();
        for (var presses = 0; presses < 60; presses++)
        {
            await Keyboard.PressAsync(back ? "Shift+Tab" : "Tab");
            if (await goal.EvaluateAsync<bool>("e => e === document.activeElement"))
            {
                return;
            }
        }

        throw new InvalidOperationException("Tab does not lead there: " + testId);
    }
}
