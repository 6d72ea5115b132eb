using System.Text.Json.Nodes;
using VaultPortal.Client;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.Clients;

/// <summary>One real host and two persons, for the tests of both clients.</summary>
public sealed class ClientPortal : IAsyncLifetime
{
    private Browser? _browser;

    public PortalProcess Process { get; private set; } = null!;

    public Person Alice { get; private set; } = null!;

    public Person Bob { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Process = await PortalProcess.StartAsync();
        Alice = await Join("alice@example.com");
        Bob = await Join("bob@example.com");
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        await Process.DisposeAsync();
    }

    /// <summary>A client of a person, without memory unless pins are given.</summary>
    public VaultPortalClient Client(
        Person person,
        IPinStore? pins = null,
        HttpMessageHandler? handler = null,
        Uri? address = null
    ) =>
        new(
            address ?? Process.Address,
            person.ApiKey,
            new()
            {
                Key = person.Key,
                Pins = pins ?? new MemoryPins(),
                Handler = handler,
            }
        );

    /// <summary>Asks the JavaScript client for something; answers what it answered, refusals as they are.</summary>
    public async Task<JsonNode> Ask(
        bool inBrowser,
        string action,
        Person person,
        JsonObject? more = null,
        Uri? address = null
    )
    {
        var request = more ?? [];
        request["action"] = action;
        request["address"] = (address ?? Process.Address).ToString();
        request["apiKey"] = person.ApiKey;
        request["key"] = person.KeyNode();
        if (!inBrowser)
        {
            request["sealed"] = new Uri(JavaScript.Sealed).AbsoluteUri;
            return await JavaScript.RunInNode("run-interop.mjs", [], request.ToJsonString());
        }

        request["sealed"] = "/js/sealed";
        _browser ??= await OpenAsync();
        return await JavaScript.RunInPage(_browser.Page, "/test/interop.mjs", request);
    }

    private async Task<Browser> OpenAsync()
    {
        // The module comes from the host, as it is published; the test's own script beside it.
        var browser = await Browser.OpenAsync(Process.Address);
        await JavaScript.Serve(browser.Page, "/test", JavaScript.Scripts);
        await browser.Page.GotoAsync("/sign-in");
        return browser;
    }

    public async Task<Person> Join(string email)
    {
        var id = await Process.Commands.CreateAccount(email);
        var apiKey = await Process.Commands.CreateApiKey(email);
        var pair = KeyPair.Generate();
        using var client = new VaultPortalClient(Process.Address, apiKey);
        var registered = await client.Keys.RegisterAsync(pair);
        return new Person(id, email, apiKey, new MemberKey(registered.Id, pair));
    }
}

[CollectionDefinition(Name)]
public sealed class ClientCollection : ICollectionFixture<ClientPortal>
{
    public const string Name = "Clients";
}
