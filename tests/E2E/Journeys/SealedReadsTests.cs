using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using VaultPortal.Core.Storage;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>
/// At the sealed module's door values come one by one, each in the audit by its own name; and what does not verify in the browser is
/// neither opened nor changed there.
/// </summary>
public sealed class SealedReadsTests(ItemPortal portal) : IClassFixture<ItemPortal>
{
    private static readonly (string, string, string?)[] Fields =
    [
        ("Host", "TEXT", "db.internal"),
        ("Empty", "TEXT", null),
    ];

    private IPage Page => portal.Browser.Page;

    [Fact]
    public async Task Item_without_values_says_which_fields_have_one_and_is_no_read_of_them()
    {
        var item = await portal.NewItem("Listed", Fields);

        var answer = await Get($"/vault/{portal.Vault}/items/{item}?values=none");

        var fields = answer["fields"]!.AsArray();
        fields.Select(field => (bool)field!["hasValue"]!).ShouldBe([true, false]);
        fields.ShouldAllBe(field => !field!.AsObject().ContainsKey("value"));
        Audited("vault_item.read_values", $"vault_item:{item}").ShouldBe(0);
        await Get($"/vault/{portal.Vault}/items/{item}");
        Audited("vault_item.read_values", $"vault_item:{item}").ShouldBe(1);
    }

    [Fact]
    public async Task History_without_values_is_no_read_of_them_and_one_of_then_is()
    {
        var item = await portal.NewItem("Past", Fields);
        var list = await Get($"/vault/{portal.Vault}/items/{item}/history?values=none");
        var instances = list["instances"]!.AsArray();
        instances.ShouldAllBe(instance => !instance!.AsObject().ContainsKey("value"));
        Audited("vault_item.read_history_values", $"vault_item:{item}").ShouldBe(0);

        var wanted = instances.Single(instance => (bool)instance!["hasValue"]!)!;
        var id = (string)wanted["fieldInstanceId"]!;
        var one = await Get($"/vault/{portal.Vault}/items/{item}/history?instance={id}");

        var found = one["instances"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)found["fieldInstanceId"]).ShouldBe(id);
        ((string?)found["value"]).ShouldStartWith("{\"v\":3");
        Audited("vault_item.read_history_values", $"field_instance:{id}").ShouldBe(1);
    }

    [Theory]
    [InlineData("instance=x", "invalid_request")]
    [InlineData("instance=65a1b2c3d4e5f1ffffffffff", "field_not_found")]
    [InlineData("nonsense=1", "invalid_request")]
    public async Task What_is_not_there_is_refused(string query, string code)
    {
        var item = await portal.NewItem("Refused", Fields);

        (
            (string?)(await Get($"/vault/{portal.Vault}/items/{item}/history?{query}"))["code"]
        ).ShouldBe(code);
    }

    [Fact]
    public async Task Instance_of_another_item_is_not_found_in_this_one()
    {
        var item = await portal.NewItem("Mine", Fields);
        var other = await portal.NewItem("Other", Fields);
        var list = await Get($"/vault/{portal.Vault}/items/{other}/history?values=none");
        var id = (string)list["instances"]![0]!["fieldInstanceId"]!;

        var answer = await Get($"/vault/{portal.Vault}/items/{item}/history?instance={id}");

        ((string?)answer["code"]).ShouldBe("field_not_found");
        Audited("vault_item.read_history_values", $"field_instance:{id}").ShouldBe(0);
    }

    [Fact]
    public async Task Editor_reads_each_value_when_it_is_looked_at_and_not_before()
    {
        var item = await portal.NewItem("One by one", Fields);
        await portal.Open(portal.Browser, item);
        var host = portal.Browser.Page.GetByTestId("edit-row").Filter(new() { HasText = "Host" });
        Audited("vault_item.read_values", $"vault_item:{item}").ShouldBe(0);
        var field = (await host.GetAttributeAsync("data-field"))!;
        Audited("field.read_value", $"field:{field}").ShouldBe(0);

        await host.GetByTestId("reveal").ClickAsync();
        await Expect(host.GetByTestId("value")).ToHaveTextAsync("db.internal");

        Audited("field.read_value", $"field:{field}").ShouldBe(1);
        Audited("vault_item.read_values", $"vault_item:{item}").ShouldBe(0);
    }

    [Fact]
    public async Task State_that_does_not_verify_is_said_loudly_and_blocks_editing()
    {
        var item = await portal.NewItem("Tampered", Fields);
        Run(
            $"UPDATE field SET name = 'Hoax' WHERE name = 'Host' AND item_id = (SELECT id FROM vault_item WHERE public_id = x'{item}')"
        );
        // The label is in the signed detail: the browser shows what was signed, and the server says that it stores something else.
        await portal.Open(portal.Browser, item);
        await Expect(portal.Browser.Find("standing-alert")).ToBeVisibleAsync();
        await Expect(portal.Browser.Find("edit-rows")).ToContainTextAsync("Host");
        await Expect(portal.Browser.Find("edit-rows")).Not.ToContainTextAsync("Hoax");

        Run(
            $"UPDATE checkpoint SET signature = zeroblob(64) WHERE sequence = (SELECT detail_checkpoint FROM vault_item WHERE public_id = x'{item}')"
        );
        await portal.Browser.GoTo(portal.Address(item));
        var loud = portal.Browser.Find("sealed-verdict").Or(Page.Locator("sealed-verdict"));
        await Expect(loud.GetByTestId("not-verified"))
            .ToHaveAttributeAsync("data-code", "signature_invalid");
        await ItemPortal.Unlock(portal.Browser);
        await Expect(portal.Browser.Find("sealed-item").GetByTestId("not-verified"))
            .ToBeVisibleAsync();
        await Expect(portal.Browser.Find("item-editor")).ToHaveCountAsync(0);

        await portal.Browser.Find("tab-checkpoints").ClickAsync();
        await Expect(portal.Browser.Find("version")).ToHaveAttributeAsync("data-verified", "false");
        await Expect(portal.Browser.Find("versions-said"))
            .ToContainTextAsync("1 of 1 does not verify");
    }

    [Fact]
    public async Task Every_version_is_checked_in_the_browser_without_a_key()
    {
        var item = await portal.NewItem("Versions", Fields);
        await portal.Change("bob", item, new JsonObject { ["name"] = "Versions, renamed" });

        await portal.Browser.GoTo($"{portal.Address(item)}/checkpoints");

        var versions = portal.Browser.Find("version");
        await Expect(versions).ToHaveCountAsync(2);
        await Expect(versions.First).ToContainTextAsync("bob@example.com");
        await Expect(versions.First).ToContainTextAsync("is called “Versions, renamed”");
        await Expect(portal.Browser.Find("versions-said"))
            .ToContainTextAsync("All 2 versions verify");
        await versions.First.GetByTestId("version-open").ClickAsync();
        await Expect(versions.First.GetByTestId("version-canonical"))
            .ToContainTextAsync("\"version\":2");
    }

    /// <summary>As the page asks: by fetch, with the session's cookie. A refusal is answered as it is.</summary>
    private async Task<JsonNode> Get(string path)
    {
        await Page.GotoAsync("/health/live");
        var text = await Page.EvaluateAsync<string>(
            "async (address) => (await fetch(address)).text()",
            $"/api/v1/portal/sealed{path}"
        );
        return JsonNode.Parse(text)!;
    }

    private long Audited(string action, string target)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT count(*) FROM audit_entry WHERE CAST(text AS TEXT) LIKE $action AND CAST(text AS TEXT) LIKE $target";
        command.Parameters.AddWithValue("$action", $"%\"{action}\"%");
        command.Parameters.AddWithValue("$target", $"%\"{target}\"%");
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private void Run(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery().ShouldBe(1);
    }

    private SqliteConnection Connect()
    {
        SqliteNative.DemandVersion();
        var connection = new SqliteConnection(
            $"Data Source={Path.Combine(portal.Process.Folder, "vault.db")};Mode=ReadWrite;Default Timeout=30"
        );
        connection.Open();
        return connection;
    }
}
