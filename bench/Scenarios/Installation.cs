using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using VaultPortal.Bench.Load;
using VaultPortal.Client;
using VaultPortal.Core.Access;
using VaultPortal.Core.Porting;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;
using VaultPortal.Tests.E2E.Client;
using CoreId = VaultPortal.Core.Common.PublicId;

namespace VaultPortal.Bench.Scenarios;

/// <summary>The real host with an owner, his API key and his signing key, filled with good signatures.</summary>
internal sealed class Installation : IAsyncDisposable
{
    public const string Owner = "bench@example.com";
    private const string Base = "/api/v1/machine/";

    private readonly SigningKey _signer = SigningKey.Generate();
    private readonly KeyPair _pair;
    private string _signerId = "";
    private VaultPortalClient? _client;

    private Installation(PortalProcess process)
    {
        Process = process;
        _pair = KeyPair.FromPem(_signer.ExportPkcs8Pem());
    }

    public PortalProcess Process { get; }

    public string ApiKey { get; private set; } = "";

    /// <summary>Builds, seals and signs as a client of the machine API does.</summary>
    public VaultPortalClient Client =>
        _client ??= new(Process.Address, ApiKey, new() { Key = new MemberKey(_signerId, _pair) });

    public List<SeededVault> Vaults { get; } = [];

    /// <summary>Requests made and not yet sent: they carry the next versions, so that every line of the table begins with them.</summary>
    public PreparedRequests Prepared { get; } = new();

    public IEnumerable<SeededItem> Items => Vaults.SelectMany(vault => vault.Items);

    public static async Task<Installation> StartAsync()
    {
        var made = new Installation(
            await PortalProcess.StartAsync(
                new()
                {
                    ["VAULTPORTAL__RateLimit__PerKey"] = "10000000",
                    ["Logging__LogLevel__Default"] = "Warning",
                }
            )
        );
        await made.Process.Commands.CreateAccount(Owner);
        made.ApiKey = await made.Process.Commands.CreateApiKey(Owner, "machine.all,secrets.all");
        var file = Path.Combine(made.Process.Folder, "bench.pem");
        await File.WriteAllTextAsync(file, made._signer.PublicKey.ToPem());
        var key = await made.Process.Commands.RunJson([
            "userkey",
            "register",
            "--owner",
            Owner,
            "--public-key",
            file,
        ]);
        made._signerId = (string)key["id"]!;
        return made;
    }

    /// <summary>
    /// Writes vaults and their items beside the running server, as another process does: through the API each item would sign
    /// a summary of all before it, and the seed would take longer than what is measured.
    /// </summary>
    public Task SeedAsync(int items, int itemsPerVault, int fieldsPerItem) =>
        SeedAsync(
            items,
            itemsPerVault,
            index => new NewItem(
                $"Item {index % itemsPerVault}",
                ItemType.Login,
                [
                    .. Enumerable
                        .Range(0, fieldsPerItem)
                        .Select(field => new NewField(
                            $"Field {field}",
                            FieldType.Secret,
                            SeededItem.NewValue()
                        )),
                ]
            )
        );

    /// <summary>The same with any items.</summary>
    public async Task SeedAsync(int items, int itemsPerVault, Func<int, NewItem> item)
    {
        using var queue = new WriteQueue(
            new SqliteDatabase(new DataDirectory(Process.Folder).Database),
            TimeProvider.System,
            [],
            NullLogger<WriteQueue>.Instance
        );
        var signer = await SeedSigner.FindAsync(queue, CoreId.Parse(_signerId), _signer);
        var seeder = new VaultSeeder(queue);
        foreach (var ofVault in Enumerable.Range(0, items).Chunk(itemsPerVault))
        {
            Vaults.Add(new SeededVault(Client, $"Vault {Vaults.Count}", ofVault.Select(item)));
            await seeder.SeedAsync(Caller.Command(), signer!, Vaults[^1].ToSeed(), default);
        }
    }

    /// <summary>Writes environment secrets by imports, as whoever moves to this vault does.</summary>
    public async Task SeedSecretsAsync(int secrets)
    {
        const int ofOneImport = 10_000;
        using var http = new HttpClient { BaseAddress = Process.Address };
        http.DefaultRequestHeaders.Add("X-API-Key", ApiKey);
        for (var made = 0; made < secrets; made += ofOneImport)
        {
            var file = new StringBuilder();
            for (var i = made; i < Math.Min(made + ofOneImport, secrets); i++)
            {
                file.Append(
                    CultureInfo.InvariantCulture,
                    $"{SeededSecret.Key(i)}={SeededSecret.NewValue()}\n"
                );
            }

            using var body = new StringContent(file.ToString(), Encoding.UTF8, "text/plain");
            using var answer = await http.PostAsync(
                new Uri("/api/secrets/-/import", UriKind.Relative),
                body
            );
            answer.EnsureSuccessStatusCode();
        }
    }

    public byte[] UpdateSecret(int secret) =>
        RequestText.Build(
            "PUT",
            $"/api/secrets/{SeededSecret.Key(secret)}",
            ApiKey,
            $$"""{"value":"{{SeededSecret.NewValue()}}"}"""
        );

    public byte[] ReadSecret(int secret) =>
        RequestText.Build("GET", $"/api/secrets/{SeededSecret.Key(secret)}", ApiKey);

    public byte[] UpdateItem(SeededItem item, bool idempotent) =>
        RequestText.Build(
            "PATCH",
            $"{Base}{PathOf(item)}",
            ApiKey,
            item.UpdateOneField().ToJsonString(WireJson.Options),
            idempotent ? $"Idempotency-Key: {Guid.NewGuid()}\r\n" : ""
        );

    /// <summary>The same request, sent by the client.</summary>
    public Task SendUpdateAsync(SeededItem item) =>
        Client.Transport.SendAsync(HttpMethod.Patch, PathOf(item), item.UpdateOneField(), default);

    public byte[] UpdateVault(SeededVault vault) =>
        RequestText.Build(
            "PATCH",
            $"{Base}vault/{vault.Id}/update",
            ApiKey,
            vault.Rename().ToJsonString(WireJson.Options)
        );

    public byte[] ReadItem(SeededItem item) =>
        RequestText.Build("GET", $"{Base}vault/{item.VaultId}/items/{item.Id}", ApiKey);

    public async ValueTask DisposeAsync()
    {
        foreach (var vault in Vaults)
        {
            vault.Dispose();
        }

        _client?.Dispose();
        _pair.Dispose();
        _signer.Dispose();
        await Process.DisposeAsync();
    }

    private static string PathOf(SeededItem item) => $"vault-item/{item.Id}/update";
}
