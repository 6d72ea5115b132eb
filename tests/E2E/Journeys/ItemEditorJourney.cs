using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using QRCoder;
using VaultPortal.Tests.E2E.Api;
using VaultPortal.Tests.E2E.Client;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>An item is made, read, changed and signed in its sealed element, by mouse and by keyboard.</summary>
public sealed class ItemEditorJourney(ItemPortal portal) : IClassFixture<ItemPortal>
{
    private const string OtpSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    private static readonly (string, string, string?)[] Usual =
    [
        ("Host", "TEXT", "db.internal"),
        ("Password", "PASSWORD", "old password"),
        ("Note", "TEXT", "first line\nsecond line"),
        ("Empty", "TEXT", null),
    ];

    private Browser Browser => portal.Browser;

    private IPage Page => Browser.Page;

    [Fact]
    public async Task Template_makes_an_item_with_its_usual_fields()
    {
        await Browser.GoTo($"/vaults/{portal.Vault}/items/new");
        await Browser.Find("template-DATABASE").ClickAsync();
        await ItemPortal.Unlock(Browser);
        await Browser.Find("item-editor").WaitForAsync();
        await Expect(Browser.Find("save-bar")).ToBeHiddenAsync();
        var writes = Writes(Page);

        await Browser.Find("edit-name").FillAsync("Orders");
        await Browser.Find("edit-websites").FillAsync("orders.example.com");
        await Field("Host").GetByTestId("value-input").FillAsync("db-7.internal");
        await Field("Port").GetByTestId("value-input").FillAsync("not a number");
        await Field("Database").GetByTestId("field-delete").ClickAsync();
        await Field("Password").GetByTestId("value-input").FillAsync("typed by hand");
        await Browser.Find("save").ClickAsync();
        await Expect(Field("Port")).ToContainTextAsync("Type a number");
        writes.ShouldBeEmpty();
        await Field("Port").GetByTestId("value-input").FillAsync("5432");
        await Expect(Browser.Find("bar-text"))
            .ToContainTextAsync("signs detail version 1 and the vault's summary");
        await Browser.Find("save").ClickAsync();

        await Expect(Browser.Find("item-name")).ToHaveTextAsync("Orders");
        writes.ShouldBe([$"POST /vault/{portal.Vault}/items"]);
        var saved = await portal.Read(Page.Url.Split('/')[^1]);
        Text(saved["type"]).ShouldBe("DATABASE");
        saved["values"]!
            .ToJsonString()
            .ShouldBe(
                """{"Host":"db-7.internal","Port":"5432","Username":null,"Password":"typed by hand"}"""
            );
        ((string?)saved["websites"]![0]).ShouldBe("orders.example.com");
    }

    [Fact]
    public async Task Fields_of_every_type_are_typed_saved_and_shown()
    {
        var item = await portal.NewItem("Every type");
        await portal.Open(Browser, item);
        var writes = Writes(Page);

        await Add("TEXT", "Several lines", "one\ntwo");
        await Add("PASSWORD", "Password", "correct horse");
        await Add("SECRET", "Key", "-----BEGIN\nkey\n-----END");
        await Add("URL", "Console", "https://example.com/console?x=1");
        await Add("NUMBER", "Port", "5432");
        await Add("TOTP", "Code", $"otpauth://totp/Example:ann?secret={OtpSecret}&issuer=Example");
        await Expect(Browser.Find("totp-note"))
            .ToHaveTextAsync("Example, ann: 6 digits, every 30 s.");
        await Browser.Find("add-field").ClickAsync();
        await Browser.Find("add-FILE").ClickAsync();
        await Browser
            .Find("file-input")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "codes.txt",
                    MimeType = "text/plain",
                    Buffer = new byte[70_000]
                        .Select((_, index) => (byte)('a' + index % 26))
                        .ToArray(),
                }
            );
        await Expect(Browser.Find("file-status")).ToContainTextAsync("It belongs to the field");
        writes.ShouldHaveSingleItem().ShouldStartWith($"POST /vault/{portal.Vault}/assets/");
        await Browser.Find("save").ClickAsync();
        await Expect(Status).ToHaveTextAsync("Saved: version 2, signed with your key.");

        writes.Count(write => write.StartsWith("PATCH", StringComparison.Ordinal)).ShouldBe(1);
        var saved = await portal.Read(item);
        saved["types"]!
            .ToJsonString()
            .ShouldBe("""["TEXT","PASSWORD","SECRET","URL","NUMBER","TOTP","FILE"]""");
        Text(saved["values"]!["Key"]).ShouldBe("-----BEGIN\nkey\n-----END");
        Text(saved["values"]!["File"]).Length.ShouldBe(70_000);

        await portal.Open(Browser, item);
        foreach (
            var (label, shown) in new[]
            {
                ("Several lines", "one\ntwo"),
                ("Password", "correct horse"),
                ("Console", "https://example.com/console?x=1"),
                ("Port", "5432"),
            }
        )
        {
            await Expect(Value(label)).ToHaveTextAsync(new string('•', 16));
            await Field(label).GetByTestId("reveal").ClickAsync();
            await Expect(Value(label)).ToHaveTextAsync(shown);
        }

        await Field("Code").GetByTestId("reveal").ClickAsync();
        await Expect(Browser.Find("totp-code")).ToHaveTextAsync(new Regex("^\\d{3} \\d{3}$"));
        await Expect(Browser.Find("totp-left")).ToHaveTextAsync(new Regex("^\\d+ s$"));
        await Field("File").GetByTestId("reveal").ClickAsync();
        await Expect(Browser.Find("file-description"))
            .ToHaveTextAsync("codes.txt text/plain, 68.4 KiB");
        var download = await Page.RunAndWaitForDownloadAsync(() =>
            Field("File").GetByTestId("download").ClickAsync()
        );
        download.SuggestedFilename.ShouldBe("codes.txt");
        (await File.ReadAllTextAsync(await download.PathAsync())).ShouldBe(
            Text(saved["values"]!["File"])
        );
        await Page.Context.RouteAsync(
            "https://example.com/**",
            route => route.FulfillAsync(new() { Body = "A console", ContentType = "text/plain" })
        );
        var opened = await Page.Context.RunAndWaitForPageAsync(() =>
            Field("Console").GetByTestId("open-url").ClickAsync()
        );
        opened.Url.ShouldBe("https://example.com/console?x=1");
        (await opened.EvaluateAsync<bool>("window.opener === null")).ShouldBeTrue();
        await opened.CloseAsync();
        await Field("Password").GetByTestId("copy-value").ClickAsync();
        await Expect(Field("Password").GetByTestId("field-status")).ToContainTextAsync("Copied");
        (await Page.EvaluateAsync<string>("navigator.clipboard.readText()")).ShouldBe(
            "correct horse"
        );
    }

    [Fact]
    public async Task Password_is_generated_and_a_code_is_read_from_a_picture()
    {
        var item = await portal.NewItem("Tools", Usual);
        await portal.Open(Browser, item);
        await Edit("Password");
        await Expect(Browser.Find("strength")).ToContainTextAsync("bits");
        await Browser.Find("generate").ClickAsync();
        var drawn = await Browser.Find("generator-preview").TextContentAsync();
        drawn!.Length.ShouldBe(24);
        await Browser.Find("generator-use").ClickAsync();
        await Expect(Browser.Find("value-input")).ToHaveValueAsync(drawn);
        await Expect(Browser.Find("strength")).ToContainTextAsync("Strong");
        await Page.Keyboard.PressAsync("Escape");

        await Browser.Find("add-field").ClickAsync();
        await Browser.Find("add-TOTP").ClickAsync();
        var address = $"otpauth://totp/Example:ann?secret={OtpSecret}&issuer=Example";
        using var code = new QRCodeGenerator().CreateQrCode(address, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(code);
        await Browser
            .Find("totp-qr")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "code.png",
                    MimeType = "image/png",
                    Buffer = picture.GetGraphic(6),
                }
            );
        await Expect(Browser.Find("value-input")).ToHaveValueAsync(address);
        await Page.Keyboard.PressAsync("Control+s");
        await Expect(Status).ToContainTextAsync("Saved: version 2");

        var values = (await portal.Read(item))["values"]!;
        Text(values["Password"]).ShouldBe(drawn);
        Text(values["One-time code"]).ShouldBe(address);
    }

    [Fact]
    public async Task Many_changes_are_saved_by_one_signed_update()
    {
        var item = await portal.NewItem("Before", Usual);
        await portal.Open(Browser, item);
        var writes = Writes(Page);

        await Browser.Find("edit-name").FillAsync("After");
        await Edit("Password");
        await Browser.Find("label-input").FillAsync("Passphrase");
        await Browser.Find("field-done").ClickAsync();
        await Edit("Host");
        await Browser.Find("value-input").FillAsync("db.example");
        await Page.Keyboard.PressAsync("Escape");
        await Field("Empty").GetByTestId("field-delete").ClickAsync();
        await Field("Note").GetByTestId("field-handle").PressAsync("Alt+ArrowUp");
        await Field("Note").GetByTestId("field-handle").PressAsync("Alt+ArrowUp");
        await Add("SECRET", "Token", "t0ken");
        await Expect(Browser.Find("bar-text"))
            .ToHaveTextAsync("6 changes · signs detail version 2 and the vault's summary");
        await Browser.Find("review").ClickAsync();
        var review = Browser.Find("review-dialog");
        await Expect(review).ToContainTextAsync("The field “Password” is called “Passphrase”");
        await Expect(review).ToContainTextAsync("The field “Empty” is deleted.");
        await Expect(review).ToContainTextAsync("The field “Token” (SECRET) is new.");
        writes.ShouldBeEmpty();
        await Browser.Find("review-sign").ClickAsync();
        await Expect(Status).ToHaveTextAsync("Saved: version 2, signed with your key.");

        writes.ShouldBe([$"PATCH /vault-item/{item}/update"]);
        await Expect(Browser.Find("item-name")).ToHaveTextAsync("After");
        await Expect(Browser.Find("verdict")).ToHaveTextAsync("Verified here, version 2");
        var saved = await portal.Read(item);
        Text(saved["name"]).ShouldBe("After");
        saved["labels"]!.ToJsonString().ShouldBe("""["Note","Host","Passphrase","Token"]""");
        saved["values"]!
            .ToJsonString()
            .ShouldBe(
                """{"Note":"first line\nsecond line","Host":"db.example","Passphrase":"old password","Token":"t0ken"}"""
            );
    }

    [Fact]
    public async Task Every_change_can_be_undone_before_it_is_saved()
    {
        var item = await portal.NewItem("Undone", Usual);
        await portal.Open(Browser, item);
        var writes = Writes(Page);

        await Field("Host").GetByTestId("field-delete").ClickAsync();
        await Expect(Field("Host").GetByTestId("field-changed")).ToHaveTextAsync("Deleted");
        await Field("Host").GetByTestId("field-undo").ClickAsync();
        await Expect(Browser.Find("save-bar")).ToBeHiddenAsync();

        await Edit("Password");
        await Browser.Find("value-input").FillAsync("new");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Field("Password").GetByTestId("field-changed")).ToHaveTextAsync("New value");
        await Field("Note").GetByTestId("field-handle").PressAsync("Alt+ArrowDown");
        await Field("Note").GetByTestId("field-edit").PressAsync("Control+z");
        await Expect(Browser.Find("bar-text")).ToContainTextAsync("1 change ·");
        await Field("Note").GetByTestId("field-edit").PressAsync("Control+z");
        await Expect(Browser.Find("save-bar")).ToBeHiddenAsync();
        (await Labels()).ShouldBe(["Host", "Password", "Note", "Empty"]);

        await Browser.Find("edit-name").FillAsync("Something else");
        await Browser.Find("discard").ClickAsync();
        await Browser.Find("discard-yes").ClickAsync();
        await Expect(Browser.Find("edit-name")).ToHaveValueAsync("Undone");
        await Field("Password").GetByTestId("reveal").ClickAsync();
        await Expect(Value("Password")).ToHaveTextAsync("old password");
        writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Field_is_dragged_by_its_handle()
    {
        var item = await portal.NewItem("Dragged", Usual);
        await portal.Open(Browser, item);
        await Field("Empty").ScrollIntoViewIfNeededAsync();
        var from = (await Field("Host").GetByTestId("field-handle").BoundingBoxAsync())!;
        var to = (await Field("Note").BoundingBoxAsync())!;

        await Page.Mouse.MoveAsync(from.X + 8, from.Y + 8);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(from.X + 8, to.Y + to.Height - 4, new() { Steps = 12 });
        await Page.Mouse.UpAsync();

        (await Labels()).ShouldBe(["Password", "Note", "Host", "Empty"]);
        await Expect(Browser.Find("menu")).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("Control+s");
        await Expect(Status).ToHaveTextAsync("Saved: version 2, signed with your key.");
        (await portal.Read(item))["labels"]!
            .ToJsonString()
            .ShouldBe("""["Password","Note","Host","Empty"]""");
    }

    [Fact]
    public async Task Value_is_hidden_after_half_a_minute_when_the_tab_is_left_and_when_the_key_is_locked()
    {
        var item = await portal.NewItem("Shown for a while", Usual);
        var browser = await portal.OpenAsync("alice");
        await browser.Page.Clock.InstallAsync();
        await portal.Open(browser, item);
        var field = browser.Page.GetByTestId("edit-row").Filter(new() { HasText = "Host" });
        var value = field.GetByTestId("value");

        await field.GetByTestId("reveal").ClickAsync();
        await Expect(value).ToHaveTextAsync("db.internal");
        await browser.Page.Clock.RunForAsync(29_000);
        await Expect(value).ToHaveTextAsync("db.internal");
        await browser.Page.Clock.RunForAsync(2_000);
        await Expect(value).ToHaveTextAsync(new string('•', 16));

        await field.GetByTestId("reveal").ClickAsync();
        await Expect(value).ToHaveTextAsync("db.internal");
        await browser.Page.EvaluateAsync(
            """
            () => {
              Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
              document.dispatchEvent(new Event("visibilitychange"));
              delete document.hidden;
            }
            """
        );
        await Expect(value).ToHaveTextAsync(new string('•', 16));

        await field.GetByTestId("reveal").ClickAsync();
        await Expect(value).ToHaveTextAsync("db.internal");
        await browser.Find("key-state").ClickAsync();
        await Expect(browser.Find("sealed-item").GetByTestId("locked")).ToBeVisibleAsync();
        await Expect(browser.Find("item-editor")).ToHaveCountAsync(0);
        await Expect(browser.Find("fields")).ToBeVisibleAsync();
        (
            await browser.Page.EvaluateAsync<bool>(
                """
                () => {
                  const roots = [document];
                  for (const root of roots) for (const element of root.querySelectorAll("*")) if (element.shadowRoot) roots.push(element.shadowRoot);
                  return roots.some((root) => root.textContent?.includes("db.internal"));
                }
                """
            )
        ).ShouldBeFalse();
    }

    [Fact]
    public async Task Unsaved_changes_survive_a_reload_and_a_closed_tab()
    {
        var item = await portal.NewItem("Kept", Usual);
        var browser = await portal.OpenAsync("alice");
        await portal.Open(browser, item);
        browser.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await Row(browser, "Password").GetByTestId("field-edit").ClickAsync();
        await browser.Find("value-input").FillAsync("kept-over-a-reload");
        var first = await DraftIsKept(browser, 0, "kept-over-a-reload");
        await browser.Find("edit-name").FillAsync("Kept, renamed");
        await DraftIsKept(browser, first, "kept-over-a-reload");

        await browser.Page.ReloadAsync();
        await Expect(browser.Find("draft-locked")).ToContainTextAsync("Unsaved changes");
        await ItemPortal.Unlock(browser);
        await browser.Find("draft-restore").ClickAsync();
        await Expect(browser.Find("edit-name")).ToHaveValueAsync("Kept, renamed");
        await Expect(browser.Find("bar-text")).ToContainTextAsync("2 changes");

        // Another tab of the same browser, after the first one is gone.
        var second = await browser.Page.Context.NewPageAsync();
        await browser.Page.CloseAsync(new() { RunBeforeUnload = false });
        await second.GotoAsync(portal.Address(item));
        await second.GetByTestId("locked-unlock").First.ClickAsync();
        await second.GetByTestId("unlock-passphrase").FillAsync(ItemPortal.Passphrase);
        await second.GetByTestId("unlock-submit").ClickAsync();
        await second.GetByTestId("draft-restore").ClickAsync();
        await second.GetByTestId("save").ClickAsync();
        await second.GetByTestId("review-sign").ClickAsync();
        await Expect(second.GetByTestId("item-status")).ToContainTextAsync("Saved: version 2");
        Text((await portal.Read(item))["values"]!["Password"]).ShouldBe("kept-over-a-reload");

        await second.ReloadAsync();
        await second.GetByTestId("locked-unlock").First.ClickAsync();
        await second.GetByTestId("unlock-passphrase").FillAsync(ItemPortal.Passphrase);
        await second.GetByTestId("unlock-submit").ClickAsync();
        await second.GetByTestId("item-editor").WaitForAsync();
        await Expect(second.GetByTestId("draft")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Unsaved_changes_survive_a_lock_and_are_warned_of_when_leaving()
    {
        var item = await portal.NewItem("Left", Usual);
        await portal.Open(Browser, item);
        await Browser.Find("edit-name").FillAsync("Left, renamed");

        await Browser.Find("nav-agents").ClickAsync();
        await Expect(Browser.Find("confirm")).ToContainTextAsync("Leave with an unsaved change?");
        await Browser.Find("confirm-no").ClickAsync();
        await Browser.Find("tab-history").ClickAsync();
        await Expect(Browser.Find("history-row").First).ToBeVisibleAsync();
        await Browser.Find("tab-fields").ClickAsync();
        await Expect(Browser.Find("edit-name")).ToHaveValueAsync("Left, renamed");

        await Browser.Find("key-state").ClickAsync();
        await Expect(Browser.Find("sealed-item").GetByTestId("locked")).ToBeVisibleAsync();
        await ItemPortal.Unlock(Browser);
        await Browser.Find("draft-restore").ClickAsync();
        await Expect(Browser.Find("edit-name")).ToHaveValueAsync("Left, renamed");

        await Browser.Find("nav-agents").ClickAsync();
        await Browser.Find("confirm-yes").ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Regex("/agents$"));
        await Page.GoBackAsync();
        await Browser.Find("draft-discard").ClickAsync();
        await Expect(Browser.Find("draft")).ToHaveCountAsync(0);
        await Expect(Browser.Find("save-bar")).ToBeHiddenAsync();
        Text((await portal.Read(item))["name"]).ShouldBe("Left");
    }

    [Fact]
    public async Task Conflict_of_two_editors_is_merged_field_by_field()
    {
        var item = await portal.NewItem("Two editors", Usual);
        await portal.Open(Browser, item);
        var bob = await portal.OpenAsync("bob");
        await portal.Open(bob, item);

        await Type(Browser, "Note", "alices note");
        await Type(Browser, "Password", "alices-password");
        await Type(bob, "Host", "bob.internal");
        await Type(bob, "Password", "bobs-password");
        await bob.Find("save").ClickAsync();
        await Expect(bob.Find("item-status")).ToContainTextAsync("Saved: version 2");

        // What was changed by others meanwhile is not shown as if it were what was opened.
        await Field("Host").GetByTestId("reveal").ClickAsync();
        await Expect(Browser.Find("item-changed")).ToBeVisibleAsync();
        var writes = Writes(Page);
        await Browser.Find("save").ClickAsync();

        await Expect(Browser.Find("conflicts"))
            .ToContainTextAsync("One change needs your decision");
        await Expect(Browser.Find("save")).ToBeDisabledAsync();
        var conflict = Browser.Find("conflict");
        await Expect(conflict).ToHaveCountAsync(1);
        await Expect(conflict).ToContainTextAsync("Password");
        await Expect(conflict.GetByTestId("value").First).ToHaveTextAsync(new string('•', 16));
        await conflict.GetByTestId("reveal").Nth(1).ClickAsync();
        await Expect(conflict.GetByTestId("value").Nth(1)).ToHaveTextAsync("bobs-password");
        await conflict.GetByTestId("reveal").Nth(0).ClickAsync();
        await Expect(conflict.GetByTestId("value").Nth(0)).ToHaveTextAsync("alices-password");
        await conflict.GetByTestId("take-mine").ClickAsync();
        await Expect(Browser.Find("bar-text"))
            .ToHaveTextAsync("2 changes · signs detail version 3");
        await Browser.Find("save").ClickAsync();
        await Browser.Find("review-sign").ClickAsync();
        await Expect(Status).ToContainTextAsync("Saved: version 3");

        writes.Count.ShouldBe(2); // The one that met the conflict, and one for everything.
        (await portal.Read(item))["values"]!
            .ToJsonString()
            .ShouldBe(
                """{"Host":"bob.internal","Password":"alices-password","Note":"alices note","Empty":null}"""
            );
    }

    [Fact]
    public async Task Theirs_can_be_taken_and_what_they_deleted_be_kept()
    {
        var item = await portal.NewItem("Theirs", Usual);
        await portal.Open(Browser, item);
        await Browser.Find("edit-name").FillAsync("Mine");
        await Edit("Note");
        await Browser.Find("label-input").FillAsync("Remarks");
        await Page.Keyboard.PressAsync("Escape");
        await portal.Change(
            "bob",
            item,
            new() { ["name"] = "Bobs", ["remove"] = new JsonArray("Note") }
        );

        await Browser.Find("save").ClickAsync();
        var conflicts = Browser.Find("conflict");
        await Expect(conflicts).ToHaveCountAsync(2);
        await conflicts.Filter(new() { HasText = "Bobs" }).GetByTestId("take-theirs").ClickAsync();
        await conflicts.Filter(new() { HasText = "Remarks" }).GetByTestId("take-mine").ClickAsync();
        await Expect(Browser.Find("edit-name")).ToHaveValueAsync("Bobs");
        await Browser.Find("save").ClickAsync();
        await Browser.Find("review-sign").ClickAsync();
        await Expect(Status).ToContainTextAsync("Saved: version 3");

        var saved = await portal.Read(item);
        Text(saved["name"]).ShouldBe("Bobs");
        Text(saved["values"]!["Remarks"]).ShouldBe("first line\nsecond line");
    }

    [Fact]
    public async Task Value_sealed_anew_by_others_is_no_conflict()
    {
        var item = await portal.NewItem("Sealed anew", Usual);
        await portal.Open(Browser, item);
        await Type(Browser, "Host", "mine.internal");
        await portal.Change(
            "bob",
            item,
            new()
            {
                ["set"] = new JsonObject { ["Host"] = "db.internal", ["Password"] = "new" },
            }
        );

        await Browser.Find("save").ClickAsync();
        await Expect(Browser.Find("conflicts")).ToContainTextAsync("Nothing of it touches");
        await Expect(Browser.Find("conflict")).ToHaveCountAsync(0);
        await Browser.Find("save").ClickAsync();
        await Browser.Find("review-sign").ClickAsync();
        await Expect(Status).ToContainTextAsync("Saved: version 3");

        var saved = await portal.Read(item);
        Text(saved["values"]!["Host"]).ShouldBe("mine.internal");
        Text(saved["values"]!["Password"]).ShouldBe("new");
    }

    [Fact]
    public async Task Old_value_is_compared_and_restored_from_the_history()
    {
        var item = await portal.NewItem("History", Usual);
        await portal.Change(
            "bob",
            item,
            new() { ["set"] = new JsonObject { ["Note"] = "first line\nanother line" } }
        );
        await portal.Open(Browser, item);
        var reads = new List<string>();
        Page.Request += (_, request) =>
        {
            if (request.Url.Contains("history?instance="))
            {
                reads.Add(request.Url);
            }
        };

        await Field("Note").GetByTestId("field-history").ClickAsync();
        var rows = Browser.Find("history-row");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(rows.First).ToContainTextAsync("bob@example.com");
        await Expect(rows.First.GetByTestId("history-signed"))
            .ToHaveAttributeAsync("data-signed", "true");
        reads.ShouldBeEmpty();
        await rows.Nth(0).GetByTestId("compare").ClickAsync();
        await rows.Nth(1).GetByTestId("compare").ClickAsync();
        await Expect(Browser.Find("comparison-text")).ToContainTextAsync("− second line");
        await Expect(Browser.Find("comparison-text")).ToContainTextAsync("+ another line");
        reads.Count.ShouldBe(2);

        await rows.Nth(1).GetByTestId("restore").ClickAsync();
        await Expect(Field("Note").GetByTestId("field-changed")).ToHaveTextAsync("New value");
        await Browser.Find("save").ClickAsync();
        await Browser.Find("review-sign").ClickAsync();
        await Expect(Status).ToContainTextAsync("Saved: version 3");
        Text((await portal.Read(item))["values"]!["Note"]).ShouldBe("first line\nsecond line");
    }

    [Fact]
    public async Task Deleted_field_comes_back_as_a_new_one()
    {
        var item = await portal.NewItem("Deleted", Usual);
        await portal.Change("bob", item, new() { ["remove"] = new JsonArray("Password") });
        await portal.Open(Browser, item);

        await Browser.Find("tab-history").ClickAsync();
        await Browser
            .Find("history-field")
            .SelectOptionAsync(new SelectOptionValue { Label = "Password (deleted)" });
        await Browser.Find("restore").ClickAsync();
        await Expect(Field("Password").GetByTestId("field-changed")).ToHaveTextAsync("New");
        await Browser.Find("save").ClickAsync();
        await Browser.Find("review-sign").ClickAsync();
        await Expect(Status).ToContainTextAsync("Saved: version 3");
        Text((await portal.Read(item))["values"]!["Password"]).ShouldBe("old password");
    }

    [Fact]
    public async Task Expiry_is_set_without_a_signature()
    {
        var item = await portal.NewItem("Expiring", Usual);
        await portal.Open(Browser, item);
        var writes = Writes(Page);

        await Browser.Find("item-expiry").ClickAsync();
        await Browser.Find("expiry-text").FillAsync("someday");
        await Browser.Find("expiry-set").ClickAsync();
        await Expect(Browser.Find("expiry-dialog")).ToContainTextAsync("Type a date");
        await Browser.Find("expiry-90").ClickAsync();
        await Browser.Find("expiry-set").ClickAsync();
        await Field("Password").GetByTestId("field-handle").ClickAsync();
        await Browser.Find("menu-expiry").ClickAsync();
        await Browser.Find("expiry-text").FillAsync("in 2 weeks");
        await Browser.Find("expiry-text").PressAsync("Enter");
        await Expect(Browser.Find("bar-text")).ToHaveTextAsync("2 changes · nothing to sign");
        await Browser.Find("save").ClickAsync();
        await Expect(Status).ToHaveTextAsync("Saved. Nothing of it is signed.");

        writes.ShouldBe([$"PUT /vault-item/{item}/expiry"]);
        var saved = await portal.Read(item);
        ((long)saved["version"]!).ShouldBe(1);
        saved["expiresAt"].ShouldNotBeNull();
        saved["expiries"]!.AsArray().Count(expiry => expiry is not null).ShouldBe(1);
        await Expect(Browser.Find("item-head")).ToContainTextAsync("Expires");
    }

    [Fact]
    public async Task Expiry_begins_with_the_default_of_the_policy_and_goes_no_further_than_it_allows()
    {
        var item = await portal.NewItem("Obedient", ("Console", "URL", "https://example.com"));
        using var machine = StoreClient.Bearer(
            portal.Process.Address,
            await portal.Process.Commands.CreateApiKey(ItemPortal.Email("alice"))
        );
        var policies = "/api/v1/portal/expiry-policies";
        var policy = new JsonObject
        {
            ["name"] = "Consoles",
            ["match"] = new JsonObject
            {
                ["kind"] = "field",
                ["fieldType"] = "URL",
                ["vault"] = portal.Vault,
            },
            ["defaultLifetime"] = "60d",
            ["longestLifetime"] = "90d",
            ["reminderOffsets"] = new JsonArray("61d"),
        };
        var made = (await machine.Post(policies, policy)).ShouldSucceed(201);
        await portal.Open(Browser, item);

        await Field("Console").GetByTestId("field-handle").ClickAsync();
        await Browser.Find("menu-expiry").ClickAsync();
        await Expect(Browser.Find("expiry-text")).ToHaveValueAsync("in 60 days");
        await Expect(Browser.Find("expiry-dialog"))
            .ToContainTextAsync("Policy “Consoles”: at most 90 days away");
        await Browser.Find("expiry-text").FillAsync("in 91 days");
        await Browser.Find("expiry-set").ClickAsync();
        await Expect(Browser.Find("expiry-dialog"))
            .ToContainTextAsync("allows an expiry at most 90 days away");
        (await Browser.InspectAtAllWidths("item-expiry-refused")).ShouldBeEmpty();
        await Browser.Find("expiry-policy").ClickAsync();
        await Browser.Find("expiry-set").ClickAsync();
        await Browser.Find("save").ClickAsync();
        await Expect(Status).ToHaveTextAsync("Saved. Nothing of it is signed.");

        await Expect(Field("Console").GetByTestId("expiry")).ToContainTextAsync("Due in 2 months");
        (await portal.Read(item))["expiries"]!.AsArray().ShouldHaveSingleItem().ShouldNotBeNull();
        (await machine.Delete($"{policies}/{made.Json["id"]}")).ShouldSucceed(204);
    }

    [Fact]
    public async Task Group_is_changed_by_a_signature_of_its_own_and_changes_stay()
    {
        var item = await portal.NewItem("Grouped", Usual);
        await portal.Open(Browser, item);
        await Type(Browser, "Host", "still.unsaved");
        var writes = Writes(Page);

        await Browser
            .Find("edit-group")
            .SelectOptionAsync(new SelectOptionValue { Label = ItemPortal.Group });
        await Expect(Browser.Find("review-dialog"))
            .ToContainTextAsync("is in the group “Databases”");
        await Browser.Find("review-dialog-cancel").ClickAsync();
        await Expect(Browser.Find("edit-group")).ToHaveValueAsync("");
        writes.ShouldBeEmpty();
        await Browser
            .Find("edit-group")
            .SelectOptionAsync(new SelectOptionValue { Label = ItemPortal.Group });
        await Browser.Find("review-sign").ClickAsync();
        await Expect(Status).ToHaveTextAsync("Moved to Databases: version 2.");
        await Expect(Browser.Find("bar-text")).ToHaveTextAsync("1 change · signs detail version 3");
        await Browser.Find("save").ClickAsync();
        await Expect(Status).ToContainTextAsync("Saved: version 3");

        var saved = await portal.Read(item);
        Text(saved["group"]).ShouldBe(ItemPortal.Group);
        Text(saved["values"]!["Host"]).ShouldBe("still.unsaved");
    }

    [Fact]
    public async Task Reader_looks_and_changes_nothing()
    {
        var item = await portal.NewItem("Read only", Usual);
        var carol = await portal.OpenAsync("carol");
        await portal.Open(carol, item);

        await Row(carol, "Host").GetByTestId("reveal").ClickAsync();
        await Expect(Row(carol, "Host").GetByTestId("value")).ToHaveTextAsync("db.internal");
        foreach (
            var control in (string[])
                ["field-edit", "field-delete", "add-field", "edit-name", "field-handle"]
        )
        {
            await Expect(carol.Find(control)).ToHaveCountAsync(0);
        }

        await carol.Page.Keyboard.PressAsync("e");
        await Expect(carol.Find("value-input")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Item_is_read_edited_and_saved_by_keyboard_alone()
    {
        var item = await portal.NewItem("By keyboard", Usual);
        await portal.Open(Browser, item);

        await Browser.Find("tab-fields").FocusAsync();
        await Page.Keyboard.PressAsync("e");
        await Expect(Browser.Find("value-input")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Control+a");
        await Page.Keyboard.TypeAsync("typed.internal");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Field("Host").GetByTestId("field-edit")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("c");
        await Expect(Field("Host").GetByTestId("field-status")).ToContainTextAsync("Copied");
        await Page.Keyboard.PressAsync(".");
        await Expect(Browser.Find("menu")).ToBeVisibleAsync();
        for (var step = 0; step < 4; step++)
        {
            await Page.Keyboard.PressAsync("ArrowDown");
        }

        await Expect(Browser.Find("menu-expiry")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("ArrowUp");
        await Expect(Browser.Find("menu-down")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Field("Host").GetByTestId("field-handle")).ToBeFocusedAsync();
        (await Labels()).ShouldBe(["Password", "Host", "Note", "Empty"]);
        await Page.Keyboard.PressAsync("n");
        await Expect(Browser.Find("add-TEXT")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Browser.Find("label-input")).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("Added");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.TypeAsync("by keys");
        await Page.Keyboard.PressAsync("Control+s");
        await Expect(Status).ToContainTextAsync("Saved: version 2");
        await Expect(Status).ToBeFocusedAsync();

        (await portal.Read(item))["values"]!
            .ToJsonString()
            .ShouldBe(
                """{"Password":"old password","Host":"typed.internal","Note":"first line\nsecond line","Empty":null,"Added":"by keys"}"""
            );
        await Page.Keyboard.PressAsync("Shift+Tab");
        await Page.Keyboard.PressAsync("?");
        await Expect(Browser.Find("shortcuts")).ToBeVisibleAsync();
    }

    private ILocator Status => Browser.Find("item-status");

    private ILocator Field(string label) => Row(Browser, label);

    private ILocator Value(string label) => Field(label).GetByTestId("value");

    private static ILocator Row(Browser browser, string label) =>
        browser
            .Page.GetByTestId("edit-row")
            .Filter(
                new()
                {
                    Has = browser.Page.Locator(
                        $"[data-testid=field-label]:text-is('{label}'), [aria-label='Value of {label}']"
                    ),
                }
            );

    private Task Edit(string label) => Field(label).GetByTestId("field-edit").ClickAsync();

    private static async Task Type(Browser browser, string label, string value)
    {
        await Row(browser, label).GetByTestId("field-edit").ClickAsync();
        await browser.Find("value-input").FillAsync(value);
        await browser.Page.Keyboard.PressAsync("Escape");
        await Expect(browser.Find("value-input")).ToHaveCountAsync(0);
    }

    /// <summary>Adds a field of a type; it is left open.</summary>
    private async Task Add(string type, string label, string value)
    {
        await Browser.Find("add-field").ClickAsync();
        await Browser.Find($"add-{type}").ClickAsync();
        await Browser.Find("label-input").Last.FillAsync(label);
        await Browser.Find("value-input").Last.FillAsync(value);
        if (type != "TOTP")
        {
            await Page.Keyboard.PressAsync("Escape");
            await Expect(Field(label)).ToBeVisibleAsync();
        }
    }

    private Task<string[]> Labels() =>
        Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelector("sealed-item").shadowRoot.querySelectorAll("[data-testid=field-label]")].map((label) => label.textContent)
            """
        );

    /// <summary>The changes that the page sends from now on, with their addresses below the door.</summary>
    private static List<string> Writes(IPage page)
    {
        var writes = new List<string>();
        page.Request += (_, request) =>
        {
            const string door = "/api/v1/portal/sealed";
            var path = new Uri(request.Url).AbsolutePath;
            if (request.Method != "GET" && path.StartsWith(door, StringComparison.Ordinal))
            {
                writes.Add($"{request.Method} {path[door.Length..]}");
            }
        };
        return writes;
    }

    /// <summary>Waits for a draft that is newer, looks that nothing of it can be read in the browser's database, and answers when it was kept.</summary>
    private static async Task<double> DraftIsKept(Browser browser, double after, string secret)
    {
        var kept = await browser.Page.EvaluateAsync<JsonElement>(
            """
            async (after) => {
              const opened = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
              for (;;) {
                const database = await opened(indexedDB.open("vaultportal-drafts"));
                const drafts = await opened(database.transaction("drafts").objectStore("drafts").getAll());
                database.close();
                const newer = drafts.find(({ at }) => at > after);
                if (newer) return { at: newer.at, text: new TextDecoder("latin1").decode(newer.sealed), rest: JSON.stringify({ ...newer, sealed: null }) };
                await new Promise(requestAnimationFrame);
              }
            }
            """,
            after
        );
        kept.GetProperty("text").GetString()!.Length.ShouldBeGreaterThan(100);
        kept.GetProperty("text").GetString()!.ShouldNotContain(secret);
        kept.GetProperty("rest").GetString()!.ShouldNotContain(secret);
        return kept.GetProperty("at").GetDouble();
    }

    private static string Text(JsonNode? node) => (string)node!;
}
