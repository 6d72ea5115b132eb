using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using VaultPortal.Client;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Clients;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>
/// A real host, two persons with key pairs, and a browser in which the first of them is signed in. The .NET client stands for whoever
/// else looks at the vaults.
/// </summary>
public sealed class SharedPortal : IAsyncLifetime
{
    public const string Passphrase = "unlikely gravel saffron tuba quartz mitten";

    private readonly List<IDisposable> _opened = [];

    public PortalProcess Process { get; private set; } = null!;

    public Browser Browser { get; private set; } = null!;

    public Person Alice { get; private set; } = null!;

    public Person Bob { get; private set; } = null!;

    public IPage Page => Browser.Page;

    public async Task InitializeAsync()
    {
        Process = await PortalProcess.StartAsync();
        Alice = await Join("alice@example.com");
        Bob = await Join("bob@example.com");
        Browser = await Browser.OpenAsync(Process.Address);
        await Browser.OpenRoots();
        await Page.GotoAsync("/sign-in");
        await Browser.Find("signin-email").FillAsync(Alice.Email);
        await Browser.Find("signin-password").FillAsync(PortalCommand.Password);
        await Browser.Find("signin-submit").ClickAsync();
        await Page.WaitForURLAsync("**/vaults");
    }

    public async Task DisposeAsync()
    {
        foreach (var opened in _opened)
        {
            opened.Dispose();
        }

        await Browser.DisposeAsync();
        await Process.DisposeAsync();
    }

    /// <summary>Somebody with an account, an API key, and a key pair that <see cref="Passphrase"/> unlocks.</summary>
    public async Task<Person> Join(string email)
    {
        var id = await Process.Commands.CreateAccount(email);
        var apiKey = await Process.Commands.CreateApiKey(email);
        return new Person(id, email, apiKey, await Register(apiKey, KeyPair.Generate()));
    }

    public async Task<MemberKey> Register(string apiKey, KeyPair pair, MemberKey? endorser = null)
    {
        using var client = new VaultPortalClient(Process.Address, apiKey);
        var made = await client.Keys.RegisterAsync(pair, endorser, pair.Wrap(Passphrase));
        return new MemberKey(made.Id, pair);
    }

    public VaultPortalClient Client(string apiKey, MemberKey key)
    {
        var client = new VaultPortalClient(
            Process.Address,
            apiKey,
            new() { Key = key, Pins = new MemoryPins() }
        );
        _opened.Add(client);
        return client;
    }

    public VaultPortalClient Client(Person person) => Client(person.ApiKey, person.Key);

    /// <summary>A vault of Alice's with items of one password each, which is the item's name read backwards.</summary>
    public async Task<OpenVault> NewVault(string name, params string[] items)
    {
        var vault = await Client(Alice).CreateVaultAsync(name, DataClassification.Internal);
        foreach (var item in items)
        {
            await vault.CreateItemAsync(
                new(item, ItemType.Login, [new("Password", FieldType.Password, ValueOf(item))])
            );
        }

        _opened.Add(vault);
        return vault;
    }

    public static string ValueOf(string item) => new([.. item.Reverse()]);

    /// <summary>The vault as somebody sees it who never saw it before.</summary>
    public async Task<OpenVault> Seen(string vaultId, Person? by = null)
    {
        var vault = await Client(by ?? Alice).OpenVaultAsync(vaultId);
        _opened.Add(vault);
        return vault;
    }

    public async Task GoTo(string path, bool unlocked = true)
    {
        // What another test did on purpose is none of the next one's.
        Browser.Complaints.Clear();
        await Browser.GoTo(path);
        if (unlocked)
        {
            await Assertions.Expect(Browser.Find("key-state")).ToContainTextAsync("Locked");
            await Browser.Find("key-state").ClickAsync();
            await Unlock();
        }
    }

    public async Task Unlock()
    {
        await Browser.Find("unlock-passphrase").FillAsync(Passphrase);
        await Browser.Find("unlock-submit").ClickAsync();
        await Assertions.Expect(Browser.Find("unlock")).ToHaveCountAsync(0);
    }

    /// <summary>Clicks what signs; waits until the dialog is gone. Signing in was the proof of who it is.</summary>
    public async Task Sign()
    {
        await Browser.Find("dialog-sign").ClickAsync();
        await Assertions.Expect(Browser.Find("signing")).ToHaveCountAsync(0);
    }

    /// <summary>Changes the database behind the product's back, as somebody who can write to the file would.</summary>
    public void Tamper(string sql)
    {
        SqliteNative.DemandVersion();
        var path = Path.Combine(Process.Folder, "vault.db");
        using var connection = new SqliteConnection(
            $"Data Source={path};Mode=ReadWrite;Default Timeout=30"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
