using System.Text.Json.Nodes;
using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Clients;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>
/// A real host with a vault of three people: Alice made it, Bob may write, Carol may read. Their keys open in a browser by one passphrase.
/// </summary>
public class ItemPortal : IAsyncLifetime
{
    public const string Passphrase = "six words that nobody drew before";
    public const string Group = "Databases";

    private readonly Dictionary<string, JsonNode> _people = [];
    private readonly List<Browser> _browsers = [];

    /// <summary>What the host's environment has; null for the usual.</summary>
    protected virtual Dictionary<string, string>? Settings => null;

    public PortalProcess Process { get; private set; } = null!;

    public string Vault { get; private set; } = "";

    /// <summary>Alice's.</summary>
    public Browser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(20_000);
        Process = await PortalProcess.StartAsync(Settings);
        foreach (var name in (string[])["alice", "bob", "carol"])
        {
            await Process.Commands.CreateAccount(Email(name));
            _people[name] = await Stage(
                "person",
                new()
                {
                    ["apiKey"] = await Process.Commands.CreateApiKey(Email(name)),
                    ["passphrase"] = Passphrase,
                }
            );
        }

        Vault = (string)
            (
                await Stage(
                    "vault",
                    new()
                    {
                        ["person"] = _people["alice"].DeepClone(),
                        ["name"] = "Production",
                        ["members"] = new JsonArray(
                            Member("bob", "WRITE"),
                            Member("carol", "READ")
                        ),
                        ["groups"] = new JsonArray(Group),
                    }
                )
            )["id"]!;
        Browser = await OpenAsync("alice");
    }

    public async Task DisposeAsync()
    {
        foreach (var browser in _browsers)
        {
            await browser.DisposeAsync();
        }

        await Process.DisposeAsync();
    }

    public static string Email(string person) => $"{person}@example.com";

    /// <summary>A browser in which somebody is signed in, that looks into closed roots unless it is said not to.</summary>
    public async Task<Browser> OpenAsync(string person, bool openRoots = true)
    {
        var browser = await Browser.OpenAsync(Process.Address);
        _browsers.Add(browser);
        if (openRoots)
        {
            await browser.OpenRoots();
        }

        browser.Page.SetDefaultTimeout(30_000);
        await browser.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await browser.Page.GotoAsync("/sign-in");
        await browser.Find("signin-email").FillAsync(Email(person));
        await browser.Find("signin-password").FillAsync(PortalCommand.Password);
        await browser.Find("signin-submit").ClickAsync();
        await browser.Page.WaitForURLAsync("**/vaults");
        return browser;
    }

    /// <summary>Makes an item by the machine API; a field is a label, a type and a value or none.</summary>
    public async Task<string> NewItem(
        string name,
        params (string Label, string Type, string? Value)[] fields
    ) =>
        (string)
            (
                await Stage(
                    "item",
                    new()
                    {
                        ["person"] = _people["alice"].DeepClone(),
                        ["vaultId"] = Vault,
                        ["name"] = name,
                        ["type"] = "DATABASE",
                        ["websites"] = new JsonArray("db.example.com"),
                        ["fields"] = new JsonArray([
                            .. fields.Select(field => new JsonObject
                            {
                                ["name"] = field.Label,
                                ["type"] = field.Type,
                                ["value"] = field.Value,
                            }),
                        ]),
                    }
                )
            )["id"]!;

    /// <summary>Somebody else saves, by the machine API.</summary>
    public Task<JsonNode> Change(string person, string item, JsonObject changes) =>
        Stage("change", On(person, item, new() { ["changes"] = changes }));

    public Task Rekey() => Stage("rekey", On("alice", "", []));

    /// <summary>What is saved, as a machine verifies and opens it.</summary>
    public Task<JsonNode> Read(string item) => Stage("read", On("alice", item, []));

    public string Address(string item) => $"/vaults/{Vault}/items/{item}";

    /// <summary>Goes to an item and unlocks, where it is locked.</summary>
    public async Task Open(Browser browser, string item)
    {
        await browser.GoTo(Address(item));
        await Unlock(browser);
        await browser.Find("item-editor").WaitForAsync();
    }

    public static async Task Unlock(Browser browser)
    {
        await browser.Find("sealed-item").GetByTestId("locked-unlock").ClickAsync();
        await browser.Find("unlock-passphrase").FillAsync(Passphrase);
        await browser.Find("unlock-submit").ClickAsync();
    }

    private JsonObject On(string person, string item, JsonObject more)
    {
        more["person"] = _people[person].DeepClone();
        more["vaultId"] = Vault;
        more["itemId"] = item;
        return more;
    }

    private JsonObject Member(string person, string level) =>
        new()
        {
            ["owner"] = _people[person]["owner"]!.DeepClone(),
            ["fingerprint"] = _people[person]["fingerprint"]!.DeepClone(),
            ["level"] = level,
        };

    private Task<JsonNode> Stage(string action, JsonObject input)
    {
        input["action"] = action;
        input["address"] = Process.Address.ToString();
        input["sealed"] = new Uri(JavaScript.Sealed).AbsoluteUri;
        return JavaScript.RunInNode("item-stage.mjs", [], input.ToJsonString());
    }
}
