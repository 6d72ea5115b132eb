using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VaultPortal.Client;

namespace VaultPortal.Tests.E2E.Clients;

/// <summary>
/// What the one client wrote, the other one verifies and reads: values, data keys, checkpoints, attachments, members. JavaScript in
/// Node and in Chromium.
/// </summary>
[Collection(ClientCollection.Name)]
public sealed class InteropTests(ClientPortal portal)
{
    private const int Length = 150_000;

    private static readonly byte[] Pattern =
    [
        .. Enumerable.Range(0, Length).Select(index => (byte)(index * 31)),
    ];

    private static readonly string PatternHash = Convert.ToHexStringLower(SHA256.HashData(Pattern));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Vault_made_in_JavaScript_is_verified_and_read_in_NET(bool inBrowser)
    {
        var made = Ok(
            await portal.Ask(inBrowser, "write", portal.Alice, new() { ["length"] = Length })
        );

        using var client = portal.Client(portal.Alice);
        using var vault = await client.OpenVaultAsync(
            (string)made["vaultId"]!,
            portal.Alice.Fingerprint
        );
        var item = await vault.OpenItemAsync((string)made["itemId"]!);

        vault.Name.ShouldBe("Made in JavaScript");
        (item.Name, item.Type).ShouldBe(("Database 🔐", ItemType.Database));
        item.Fields.Select(field => field.Name)
            .ShouldBe(["User", "Password", "Empty", "File", "Note"]);
        item.Field("User").Reveal().ShouldBe("app");
        item.Field("Password").Reveal().ShouldBe("Grüße");
        item.Field("Note").Reveal().ShouldBe("added");
        using var content = new MemoryStream();
        await vault.Attachments.DownloadAsync(item.Field("File"), content);
        content.ToArray().ShouldBe(Pattern);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Vault_made_in_NET_is_verified_and_read_in_JavaScript(bool inBrowser)
    {
        using var client = portal.Client(portal.Alice);
        using var vault = await client.CreateVaultAsync("Made in .NET");
        var item = await vault.CreateItemAsync(
            new("Server 世界", ItemType.Server, [new("User", FieldType.Text, "root")])
            {
                Websites = ["a.example.com"],
            }
        );
        var attachment = await vault.Attachments.UploadAsync(
            new MemoryStream(Pattern),
            "key.bin",
            "application/octet-stream"
        );
        await vault.UpdateItemAsync(
            item,
            edit => edit.Rename("Server 🔐").Set("User", "Grüße").Attach("File", attachment)
        );

        var read = Ok(
            await portal.Ask(
                inBrowser,
                "read",
                portal.Alice,
                new() { ["vaultId"] = vault.Id, ["expectedCreator"] = portal.Alice.Fingerprint }
            )
        );

        JsonNode
            .DeepEquals(
                read,
                new JsonObject
                {
                    ["name"] = "Made in .NET",
                    ["creator"] = portal.Alice.Fingerprint,
                    ["members"] = 1,
                    ["items"] = new JsonArray(
                        new JsonObject
                        {
                            ["name"] = "Server 🔐",
                            ["type"] = "SERVER",
                            ["websites"] = new JsonArray("a.example.com"),
                            ["fields"] = new JsonObject
                            {
                                ["User"] = "Grüße",
                                ["File"] = PatternHash,
                            },
                        }
                    ),
                }
            )
            .ShouldBeTrue(read.ToJsonString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Vault_is_shared_by_one_client_and_opened_written_and_rekeyed_by_the_other(
        bool inBrowser
    )
    {
        var member = new JsonObject
        {
            ["principalType"] = "USER",
            ["principalId"] = portal.Bob.Id,
            ["accessLevel"] = "ADMIN",
            ["keyFingerprints"] = new JsonArray(portal.Bob.Fingerprint),
        };
        var made = Ok(
            await portal.Ask(inBrowser, "write", portal.Alice, new() { ["length"] = 10 })
        );
        var (vaultId, itemId) = ((string)made["vaultId"]!, (string)made["itemId"]!);
        Ok(
            await portal.Ask(
                inBrowser,
                "share",
                portal.Alice,
                new() { ["vaultId"] = vaultId, ["member"] = member }
            )
        );

        using var bob = portal.Client(portal.Bob);
        using var vault = await bob.OpenVaultAsync(vaultId, portal.Alice.Fingerprint);
        var item = await vault.OpenItemAsync(itemId);
        await vault.UpdateItemAsync(item, edit => edit.Set("User", "by Bob"));
        await vault.Members.RekeyAsync();
        (await vault.Members.ReencryptAsync()).ShouldBe(4);

        var read = Ok(
            await portal.Ask(inBrowser, "read", portal.Alice, new() { ["vaultId"] = vaultId })
        );
        ((int)read["members"]!).ShouldBe(2);
        ((string)read["items"]![0]!["fields"]!["User"]!).ShouldBe("by Bob");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_items_are_changed_under_one_consent_and_may_be_stopped_between_two(
        bool inBrowser
    )
    {
        var done = Ok(await portal.Ask(inBrowser, "tidyMany", portal.Alice));

        JsonNode
            .DeepEquals(
                done,
                JsonNode.Parse(
                    """
                    {
                      "asked": ["create-vault:3", "create-item:2", "create-item:2", "create-item:2", "move-items:5", "archive-items:3",
                        "archive-items:1", "archive-group:1", "restore-items:6", "rekey:1", "reencrypt:1", "reencrypt:1", "reencrypt:1"],
                      "progress": ["0/3", "3/3"],
                      "moved": 3, "archived": 2, "left": 1, "restored": 3,
                      "values": ["a", "b", "c"], "groups": [null, null, null], "sealedAnew": [1, 2]
                    }
                    """
                )
            )
            .ShouldBeTrue(done.ToJsonString());
    }

    [Fact]
    public async Task Member_is_shut_out_by_the_JavaScript_client_that_keeps_every_value()
    {
        using var client = portal.Client(portal.Alice);
        using var vault = await client.CreateVaultAsync("Left");
        var item = await vault.CreateItemAsync(
            new("Server", ItemType.Server, [new("User", FieldType.Text, "root")])
        );
        await vault.Members.ShareAsync(
            PrincipalType.User,
            portal.Bob.Id,
            AccessLevel.Write,
            [portal.Bob.Fingerprint]
        );

        var count = await portal.Ask(
            false,
            "revoke",
            portal.Alice,
            new()
            {
                ["vaultId"] = vault.Id,
                ["member"] = new JsonObject
                {
                    ["principalType"] = "USER",
                    ["principalId"] = portal.Bob.Id,
                },
            }
        );

        ((int)count["ok"]!).ShouldBe(1);
        await vault.RefreshAsync();
        vault.DekVersion.ShouldBe(2);
        (await vault.OpenItemAsync(item.Id)).Field("User").Reveal().ShouldBe("root");
    }

    /// <summary>The server takes a rekey only with a wrapping for everybody who reads anything in the vault.</summary>
    [Fact]
    public async Task JavaScript_client_rekeys_a_vault_with_a_grant_on_an_item_alone()
    {
        var made = Ok(await portal.Ask(false, "write", portal.Alice, new() { ["length"] = 10 }));

        var rekeyed = Ok(
            await portal.Ask(
                false,
                "rekeyWithItemGrant",
                portal.Alice,
                new()
                {
                    ["vaultId"] = (string)made["vaultId"]!,
                    ["itemId"] = (string)made["itemId"]!,
                    ["member"] = new JsonObject
                    {
                        ["principalType"] = "USER",
                        ["principalId"] = portal.Bob.Id,
                        ["accessLevel"] = "READ",
                        ["keyFingerprints"] = new JsonArray(portal.Bob.Fingerprint),
                    },
                }
            )
        );

        ((int)rekeyed["dekVersion"]!).ShouldBe(2);
        ((int)rekeyed["count"]!).ShouldBe(4);
    }

    [Fact]
    public async Task JavaScript_client_moves_archives_and_brings_back()
    {
        var made = Ok(await portal.Ask(false, "write", portal.Alice, new() { ["length"] = 10 }));

        var tidied = Ok(
            await portal.Ask(
                false,
                "tidy",
                portal.Alice,
                new()
                {
                    ["vaultId"] = (string)made["vaultId"]!,
                    ["itemId"] = (string)made["itemId"]!,
                }
            )
        );

        JsonNode
            .DeepEquals(
                tidied,
                new JsonObject
                {
                    ["without"] = 0,
                    ["groupId"] = true,
                    ["name"] = "Tidied",
                }
            )
            .ShouldBeTrue(tidied.ToJsonString());
    }

    [Fact]
    public async Task Browser_remembers_what_it_saw()
    {
        var made = Ok(
            await portal.Ask(
                true,
                "write",
                portal.Alice,
                new() { ["length"] = 10, ["pins"] = "indexeddb" }
            )
        );
        var vaultId = (string)made["vaultId"]!;

        var answer = await portal.Ask(
            true,
            "readOld",
            portal.Alice,
            new() { ["vaultId"] = vaultId, ["pins"] = "indexeddb" }
        );

        ((string?)answer["error"]?["code"]).ShouldBe("version_rolled_back", answer.ToJsonString());
    }

    [Fact]
    public async Task Trust_file_of_one_client_is_the_others()
    {
        var path = Path.Combine(Path.GetTempPath(), $"trust-{Guid.NewGuid():n}.json");
        var made = Ok(
            await portal.Ask(
                false,
                "write",
                portal.Alice,
                new() { ["length"] = 10, ["pins"] = path }
            )
        );
        var vaultId = (string)made["vaultId"]!;

        var pins = (await new TrustFile(path).LoadAsync(vaultId))!;
        pins.Creator.ShouldBe(portal.Alice.Fingerprint);
        pins.Seen["summary"].Version.ShouldBe(3);
        using var client = portal.Client(portal.Alice, new TrustFile(path));
        using var vault = await client.OpenVaultAsync(vaultId);
        await vault.UpdateAsync("Renamed");
        Ok(
            await portal.Ask(
                false,
                "read",
                portal.Alice,
                new() { ["vaultId"] = vaultId, ["pins"] = path }
            )
        );
        File.Delete(path);
    }

    private static JsonNode Ok(JsonNode answer) =>
        answer["error"] is { } error
            ? throw new InvalidOperationException(error.ToJsonString())
            : answer["ok"] ?? new JsonObject();
}
