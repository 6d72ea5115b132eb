using System.Text;
using VaultPortal.Bench.Load;
using VaultPortal.Core.Cryptography;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Bench.Scenarios;

/// <summary>The real host with an owner, his API key and his signing key, filled through the machine API as a client would.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private const string Owner = "bench@example.com";
    private const string Base = "/api/v1/machine/";

    private readonly SigningKey _signer = SigningKey.Generate();
    private string _signerId = "";

    private Installation(PortalProcess process) => Process = process;

    public PortalProcess Process { get; }

    public string ApiKey { get; private set; } = "";

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
        made.ApiKey = await made.Process.Commands.CreateApiKey(Owner);
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

    /// <summary>Makes vaults and their items; each vault is written by one connection alone, because each item signs its summary.</summary>
    public void Seed(int items, int itemsPerVault, int fieldsPerItem)
    {
        var vaults = Math.Max(1, items / itemsPerVault);
        var connections = Math.Min(vaults, 16);
        using var client = new LoadClient(Process.Address, connections);
        var made = 0;
        client.Run(
            new LazyRequests(_ => made++ < vaults ? CreateVault() : null),
            TimeSpan.FromHours(1),
            201
        );

        var next = Enumerable.Range(0, connections).ToArray();
        client.Run(
            new LazyRequests(connection =>
            {
                var vault = next[connection];
                if (vault >= vaults)
                {
                    return null;
                }

                var request = CreateItem(Vaults[vault], Vaults[vault].Items.Count, fieldsPerItem);
                // On to the connection's next vault when this one is full.
                next[connection] += Vaults[vault].Items.Count == itemsPerVault ? connections : 0;
                return request;
            }),
            TimeSpan.FromHours(1),
            201
        );
    }

    public byte[] CreateVault()
    {
        var vault = new SeededVault(Vaults.Count) { DirectoryVersion = 1, SummaryVersion = 1 };
        Vaults.Add(vault);
        return RequestText.Build(
            "POST",
            Base + "vault",
            ApiKey,
            $$"""{"id":"{{vault.Id}}","name":"{{vault.Name}}","summaryCheckpoint":{{Wrap(vault.Summary())}},"directoryCheckpoint":{{Wrap(vault.Directory())}}}"""
        );
    }

    public byte[] CreateItem(SeededVault vault, int index, int fields)
    {
        var item = new SeededItem(vault.Id, index, fields) { Version = 1 };
        vault.Items.Add(item);
        vault.SummaryVersion++;
        return RequestText.Build(
            "POST",
            $"{Base}vault/{vault.Id}/items",
            ApiKey,
            $$"""{"id":"{{item.Id}}","name":"Item {{index}}","type":"LOGIN","fields":[{{item.CreateFields()}}],"summaryCheckpoint":{{Wrap(vault.Summary())}},"detailCheckpoint":{{Wrap(item.Detail())}}}"""
        );
    }

    public byte[] UpdateItem(SeededItem item, bool idempotent)
    {
        var entry = item.UpdateOneField();
        return RequestText.Build(
            "PATCH",
            $"{Base}vault-item/{item.Id}/update",
            ApiKey,
            $$"""{"detailCheckpoint":{{Wrap(item.Detail())}},"updates":[{{entry}}]}""",
            idempotent ? $"Idempotency-Key: {Guid.NewGuid()}\r\n" : ""
        );
    }

    public byte[] UpdateVault(SeededVault vault)
    {
        vault.DirectoryVersion++;
        vault.SummaryVersion++;
        vault.Name = $"Vault {vault.Id[^6..]} {vault.DirectoryVersion}";
        return RequestText.Build(
            "PATCH",
            $"{Base}vault/{vault.Id}/update",
            ApiKey,
            $$"""{"directoryCheckpoint":{{Wrap(vault.Directory())}},"summaryCheckpoint":{{Wrap(vault.Summary())}},"name":"{{vault.Name}}"}"""
        );
    }

    public byte[] ReadItem(SeededItem item) =>
        RequestText.Build("GET", $"{Base}vault/{item.VaultId}/items/{item.Id}", ApiKey);

    public async ValueTask DisposeAsync()
    {
        _signer.Dispose();
        await Process.DisposeAsync();
    }

    private string Wrap(string canonical) =>
        $$"""{"checkpoint":{{canonical}},"signerUserKeyPairId":"{{_signerId}}","signature":"{{Convert.ToBase64String(_signer.Sign(Encoding.UTF8.GetBytes(canonical)))}}"}""";
}
