using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Hardening;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>One real host for the tests of the two stores, with callers of every kind; each test makes secrets of its own in it.</summary>
public sealed class Stores : IAsyncLifetime
{
    private readonly Dictionary<string, string> _keys = [];
    private readonly List<StoreClient> _clients = [];
    private int _names;
    private string? _token;
    private Visitor? _owner;
    private Stopwatch _ownerSince = new();

    public const string OwnerEmail = "owner@example.com";
    public const string AuditorEmail = "auditor@example.com";

    public PortalProcess Process { get; private set; } = null!;

    /// <summary>The owner's <c>ik_</c> key.</summary>
    public string SecretsKey { get; private set; } = null!;

    /// <summary>May everything with environment secrets.</summary>
    public StoreClient Secrets { get; private set; } = null!;

    /// <summary>May everything with the workflow vault.</summary>
    public StoreClient Workflows { get; private set; } = null!;

    public StoreClient Nobody { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Process = await PortalProcess.StartAsync();
        await Process.Commands.CreateAccount(OwnerEmail);
        await Process.Commands.CreateAccount(AuditorEmail, "Auditor");
        SecretsKey = await Process.Commands.CreateApiKey(
            OwnerEmail,
            "secrets.all",
            "--format",
            "ik"
        );
        Secrets = Bearer(SecretsKey);
        Workflows = await With("workflows.vault.all");
        Nobody = Client();
    }

    public async Task DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        _owner?.Dispose();
        await Process.DisposeAsync();
    }

    public StoreClient Client(params (string Name, string Value)[] credentials)
    {
        var client = new StoreClient(Process.Address, credentials);
        _clients.Add(client);
        return client;
    }

    public StoreClient Bearer(string token) => Client(("Authorization", $"Bearer {token}"));

    /// <summary>A portal key of the owner's, made once per set of permissions.</summary>
    public async Task<StoreClient> With(string permissions, string email = OwnerEmail) =>
        Bearer(await KeyWith(permissions, email));

    public async Task<string> KeyWith(string permissions, string email = OwnerEmail)
    {
        var name = $"{email} {permissions}";
        return _keys.TryGetValue(name, out var key)
            ? key
            : _keys[name] = await Process.Commands.CreateApiKey(email, permissions);
    }

    /// <summary>An access token of the owner's, got once.</summary>
    public async Task<string> Token() =>
        _token ??= (string)(await SignIn(OwnerEmail)).ShouldSucceed().Json["accessToken"]!;

    /// <summary>
    /// The owner with a session, signed in once for a few minutes: as long as the password counts as just given. Not to be disposed of.
    /// </summary>
    public async Task<Visitor> Owner()
    {
        if (_owner is null || _ownerSince.Elapsed > TimeSpan.FromMinutes(3))
        {
            _owner?.Dispose();
            _owner = new Visitor(Process.Address);
            await _owner.SignIn(OwnerEmail, PortalCommand.Password);
            _ownerSince = Stopwatch.StartNew();
        }

        return _owner;
    }

    public async Task<Answer> SignIn(string email, string password = PortalCommand.Password)
    {
        using var stranger = StoreClient.Stranger(Process.Address);
        return await stranger.Post(
            StoreClient.Sessions,
            new JsonObject { ["username"] = email, ["password"] = password }
        );
    }

    /// <summary>A key that no other test uses.</summary>
    public string NewKey() =>
        string.Create(CultureInfo.InvariantCulture, $"KEY_{Interlocked.Increment(ref _names)}");

    /// <summary>A new secret; its key.</summary>
    public async Task<string> Made(string value = "sk_live_1", JsonObject? more = null)
    {
        var key = NewKey();
        var body = more ?? [];
        body["key"] = key;
        body["value"] = value;
        (await Secrets.Post(StoreClient.Secrets, body)).ShouldSucceed(201);
        return key;
    }

    /// <summary>A new item of the workflow vault; its path.</summary>
    public async Task<string> MadeItem(string name = "Deploy token", string secret = "s3cret")
    {
        var made = await Workflows.Post(
            StoreClient.Workflows,
            new JsonObject { ["name"] = name, ["secret"] = secret }
        );
        return PathOf(made.ShouldSucceed(201));
    }

    public static string PathOf(string key) => $"{StoreClient.Secrets}/{key}";

    public static string PathOf(Answer item) =>
        $"{StoreClient.Workflows}/{(string)item.Json["id"]!}";

    /// <summary>Lets an item's time run out, as another process would see to it.</summary>
    public void Expire(string itemName)
    {
        SqliteNative.DemandVersion();
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Process.Folder, "vault.db")};Mode=ReadWrite;Default Timeout=30"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE secret SET expires_at = 1 WHERE store = 2 AND name = $name";
        command.Parameters.AddWithValue("$name", itemName);
        command.ExecuteNonQuery().ShouldBe(1);
    }

    /// <summary>Everything that the stores say of themselves, to show that a refusal left them alone.</summary>
    public async Task<string> Stored()
    {
        var secrets = (await Secrets.Get(StoreClient.Secrets)).ShouldSucceed().Json;
        foreach (var secret in secrets["secrets"]!.AsArray())
        {
            // Written lazily, by reads too.
            secret!.AsObject().Remove("lastUsedAt");
        }

        var items = (await Workflows.Get(StoreClient.Workflows)).ShouldSucceed();
        return $"{secrets}\n{items.Text}";
    }

    /// <summary>Sends a request that has to be refused, and shows that it left nothing behind.</summary>
    public async Task<Answer> Refuse(Func<Task<Answer>> send)
    {
        var before = await Stored();
        var answer = await send();
        answer.Status.ShouldBeInRange(400, 499, answer.ToString());
        (await Stored()).ShouldBe(before);
        return answer;
    }
}

[CollectionDefinition(Name)]
public sealed class StoresCollection : ICollectionFixture<Stores>
{
    public const string Name = "Stores";
}
