using System.Text.Json.Nodes;
using VaultPortal.Cryptography;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>
/// The documentation's two example requests against the demo's data, with real signatures. They contradict each other on one
/// state, so the item of the first is deleted before the second.
/// </summary>
public sealed class DocumentationExampleTests : IAsyncLifetime
{
    private const string VaultId = "507f1f77bcf86cd799439011";
    private const string ItemId = "507f1f77bcf86cd799439021";

    private readonly string _folder = Directory
        .CreateTempSubdirectory("vaultportal-demo-")
        .FullName;
    private JsonObject _demo = null!;
    private SigningKey _key = null!;
    private PortalProcess _process = null!;
    private MachineClient _client = null!;

    public async Task InitializeAsync()
    {
        _demo = await new PortalCommand(_folder).RunJson(["demo", "seed"]);
        var pem = await File.ReadAllTextAsync(Path.Combine(_folder, (string)_demo["keyFile"]!));
        SigningKey.TryFromPkcs8Pem(pem, out var key).ShouldBeTrue();
        _key = key;
        _process = await PortalProcess.StartAsync(folder: _folder);
        _client = new MachineClient(_process.Address, (string)_demo["apiKey"]!);
    }

    public async Task DisposeAsync()
    {
        _key.Dispose();
        _client.Dispose();
        await _process.DisposeAsync();
    }

    [Fact]
    public async Task Examples_succeed_in_their_order()
    {
        ((string?)_demo["signerUserKeyPairId"]).ShouldBe("507f1f77bcf86cd799439099");

        (await _client.Patch($"vault-item/{ItemId}/update", ItemExample()))
            .ShouldSucceed()
            .ShouldHaveNoBody();

        var item = (await _client.Get($"vault/{VaultId}/items/{ItemId}")).ShouldSucceed().Json;
        ((int)item.At("/detailCheckpoint/checkpoint/version")!).ShouldBe(13);
        item["fields"]!
            .AsArray()
            .Select(field => (string?)field!["name"])
            .ShouldBe(["Username", "Password"]);

        (
            await _client.Delete($"vault/{VaultId}/items/{ItemId}", await DeleteRequest())
        ).ShouldSucceed(204);

        (await _client.Patch($"vault/{VaultId}/update", VaultExample()))
            .ShouldSucceed()
            .ShouldHaveNoBody();

        var vault = (await _client.Get($"vault/{VaultId}")).ShouldSucceed().Json;
        ((int)vault.At("/directoryCheckpoint/checkpoint/version")!).ShouldBe(7);
        ((int)vault.At("/summaryCheckpoint/checkpoint/version")!).ShouldBe(10);
        ((int)vault["currentDekVersion"]!).ShouldBe(3);
    }

    [Fact]
    public async Task Demo_data_passes_the_audit_check()
    {
        var result = await new PortalCommand(_folder).Run(["verify-audit"]);

        result.ExitCode.ShouldBe(0, result.Output + result.Errors);
    }

    private JsonObject ItemExample() =>
        new()
        {
            ["detailCheckpoint"] = Sign(
                $$"""
                {
                  "vaultItemId": "{{ItemId}}", "vaultId": "{{VaultId}}", "version": 13,
                  "name": "Production Database", "type": "LOGIN", "websites": ["https://db.example.com"], "groupId": null,
                  "fields": [
                    { "id": "507f1f77bcf86cd799439031", "name": "Username", "type": "TEXT", "order": 0,
                      "fieldInstanceIds": ["507f1f77bcf86cd799439061"], "assetIds": [] },
                    { "id": "507f1f77bcf86cd799439041", "name": "Password", "type": "PASSWORD", "order": 1,
                      "fieldInstanceIds": ["507f1f77bcf86cd799439062"], "assetIds": [] }
                  ]
                }
                """
            ),
            ["updates"] = new JsonArray(
                new JsonObject
                {
                    ["action"] = "add",
                    ["fieldId"] = "507f1f77bcf86cd799439041",
                    ["fieldInstanceId"] = "507f1f77bcf86cd799439062",
                    ["name"] = "Password",
                    ["type"] = "PASSWORD",
                    ["value"] = Json.Envelope(),
                }
            ),
        };

    private async Task<JsonObject> DeleteRequest()
    {
        var items = (await _client.Get($"vault/{VaultId}/items")).ShouldSucceed().Json;
        var summary = items.At("/summaryCheckpoint/checkpoint")!.AsObject().Copy();
        ((int)summary["version"]!).ShouldBe(8);
        summary["version"] = 9;
        summary["items"]!.AsArray().Select(item => (string?)item!["id"]).ShouldBe([ItemId]);
        summary["items"] = new JsonArray();
        return new JsonObject { ["summaryCheckpoint"] = Sign(Json.Text(summary)) };
    }

    private JsonObject VaultExample() =>
        new()
        {
            ["directoryCheckpoint"] = Sign(
                $$"""
                { "vaultId": "{{VaultId}}", "version": 7, "name": "Production Secrets", "groupId": null,
                  "dataClassification": "CONFIDENTIAL" }
                """
            ),
            ["summaryCheckpoint"] = Sign(
                $$"""
                { "vaultId": "{{VaultId}}", "version": 10, "name": "Production Secrets", "dataClassification": "CONFIDENTIAL",
                  "currentDekVersion": 3, "items": [], "groups": [] }
                """
            ),
            ["name"] = "Production Secrets",
            ["dataClassification"] = "CONFIDENTIAL",
        };

    private JsonObject Sign(string checkpoint)
    {
        var node = JsonNode.Parse(checkpoint)!.AsObject();
        return new JsonObject
        {
            ["checkpoint"] = node,
            ["signerUserKeyPairId"] = (string)_demo["signerUserKeyPairId"]!,
            ["signature"] = Convert.ToBase64String(_key.Sign(Signer.Canonical(node))),
        };
    }
}
