using System.Text.Json;
using System.Text.Json.Nodes;
using VaultPortal.Client;

namespace VaultPortal.Tests.E2E.Clients;

/// <summary>
/// Both clients against a server that lies, over real requests. Every lie about a chain is in Vectors/chains.json; here it is shown
/// that what the clients read really goes through it, and that nothing is revealed or written.
/// </summary>
[Collection(ClientCollection.Name)]
public sealed class HostileServerTests(ClientPortal portal)
{
    public enum Reader
    {
        Net,
        Node,
        Chromium,
    }

    public static TheoryData<Reader> Readers => [Reader.Net, Reader.Node];

    [Theory]
    [MemberData(nameof(Readers))]
    public Task Forged_signer_is_refused(Reader reader) =>
        ShouldRefuse(
            reader,
            "signer_not_member",
            (path, body, scene) =>
            {
                if (path.EndsWith("public-keys", StringComparison.Ordinal))
                {
                    body["keys"]!.AsArray().Add(scene.Stranger());
                }
                else if (body["summaryCheckpoint"] is { } summary)
                {
                    scene.SignAsStranger(summary);
                }
            }
        );

    [Theory]
    [MemberData(nameof(Readers))]
    public Task Swapped_key_is_refused(Reader reader) =>
        ShouldRefuse(
            reader,
            "key_swapped",
            (path, body, scene) =>
            {
                if (path.EndsWith("public-keys", StringComparison.Ordinal))
                {
                    body["keys"]![0]!["publicKey"] = scene.Mallory.PublicKeyPem;
                }
            }
        );

    [Theory]
    [MemberData(nameof(Readers))]
    public Task Unendorsed_new_key_is_refused(Reader reader) =>
        ShouldRefuse(
            reader,
            "endorsement_missing",
            (path, body, scene) =>
            {
                if (path.EndsWith("public-keys", StringComparison.Ordinal))
                {
                    var key = scene.Stranger();
                    key["ownerId"] = portal.Alice.Id;
                    body["keys"]!.AsArray().Add(key);
                }
                else if (body["summaryCheckpoint"] is { } summary)
                {
                    scene.SignAsStranger(summary);
                }
            }
        );

    [Theory]
    [MemberData(nameof(Readers))]
    public Task Swapped_data_key_is_refused(Reader reader) =>
        ShouldRefuse(
            reader,
            "wrapped_dek_invalid",
            (path, body, scene) =>
            {
                if (path.EndsWith("wrapped-key", StringComparison.Ordinal))
                {
                    var text = (string)body["wrappedKeys"]![0]!["wrappedDek"]!;
                    body["wrappedKeys"]![0]!["wrappedDek"] =
                        (text[0] == 'A' ? "B" : "A") + text[1..];
                }
            }
        );

    [Theory]
    [MemberData(nameof(Readers))]
    public Task Renamed_field_is_refused(Reader reader) =>
        ShouldRefuse(
            reader,
            "signature_invalid",
            (_, body, _) =>
            {
                if (body["detailCheckpoint"] is { } detail)
                {
                    detail["checkpoint"]!["fields"]![0]!["name"] = "Password";
                }
            }
        );

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Rolled_back_vault_and_changed_maker_are_refused(Reader reader)
    {
        var pins = Path.Combine(Path.GetTempPath(), $"trust-{Guid.NewGuid():n}.json");
        await using var server = await HostileServer.StartAsync(portal.Process.Address);
        var scene = await MakeAsync();
        string? old = null;
        server.Tamper = (path, body) =>
        {
            if (path == $"vault/{scene.Vault.Id}")
            {
                old ??= body.ToJsonString();
            }

            return body;
        };
        (await Read(reader, server, scene, pins)).ShouldBeNull();
        await scene.Vault.UpdateAsync("Renamed");
        (await Read(reader, server, scene, pins)).ShouldBeNull();

        server.Tamper = (path, body) =>
            path == $"vault/{scene.Vault.Id}" ? JsonNode.Parse(old!)! : body;
        (await Read(reader, server, scene, pins)).ShouldBe("version_rolled_back");

        var text = await File.ReadAllTextAsync(pins);
        await File.WriteAllTextAsync(
            pins,
            text.Replace(portal.Alice.Fingerprint, portal.Bob.Fingerprint, StringComparison.Ordinal)
        );
        server.Tamper = null;
        (await Read(reader, server, scene, pins)).ShouldBe("pin_changed");
        File.Delete(pins);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Removed_members_signature_is_refused(Reader reader)
    {
        await using var server = await HostileServer.StartAsync(portal.Process.Address);
        var scene = await MakeAsync();
        await scene.Vault.Members.ShareAsync(
            PrincipalType.User,
            portal.Bob.Id,
            AccessLevel.Write,
            [portal.Bob.Fingerprint]
        );
        await scene.Vault.Members.RevokeAsync(PrincipalType.User, portal.Bob.Id);
        server.Tamper = (path, body) =>
        {
            if (body["summaryCheckpoint"] is { } summary)
            {
                Scene.Sign(summary, portal.Bob.Key);
            }
            else if (
                path.EndsWith("public-keys", StringComparison.Ordinal)
                && body["keys"]!.AsArray().All(key => (string)key!["id"]! != portal.Bob.Key.Id)
            )
            {
                body["keys"]!.AsArray().Add(Scene.KeyNode(portal.Bob.Key, portal.Bob.Id));
            }

            return body;
        };

        (await Read(reader, server, scene, null)).ShouldBe("signer_removed");
    }

    private async Task ShouldRefuse(
        Reader reader,
        string code,
        Action<string, JsonNode, Scene> tamper
    )
    {
        await using var server = await HostileServer.StartAsync(portal.Process.Address);
        var scene = await MakeAsync();
        server.Tamper = (path, body) =>
        {
            tamper(path, body, scene);
            return body;
        };

        (await Read(reader, server, scene, null)).ShouldBe(code);
    }

    private async Task<Scene> MakeAsync()
    {
        var vault = await portal.Client(portal.Alice).CreateVaultAsync("Watched");
        await vault.CreateItemAsync(
            new("Server", ItemType.Server, [new("User", FieldType.Text, "root")])
        );
        return new Scene(vault);
    }

    /// <summary>Opens everything; answers the code of the refusal, or null.</summary>
    private async Task<string?> Read(Reader reader, HostileServer server, Scene scene, string? pins)
    {
        if (reader != Reader.Net)
        {
            var answer = await portal.Ask(
                reader == Reader.Chromium,
                "read",
                portal.Alice,
                new() { ["vaultId"] = scene.Vault.Id, ["pins"] = pins },
                server.Address
            );
            return answer["error"] is { } error
                ? (string?)error["code"] ?? (string?)error["message"]
                : null;
        }

        try
        {
            using var client = portal.Client(
                portal.Alice,
                pins is null ? null : new TrustFile(pins),
                address: server.Address
            );
            using var vault = await client.OpenVaultAsync(scene.Vault.Id);
            (await vault.OpenItemAsync(vault.Items[0].Id)).Field("User").Reveal();
            return null;
        }
        catch (TrustException refusal)
        {
            return JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.Fault.ToString());
        }
    }

    private sealed record Scene(OpenVault Vault)
    {
        private readonly MemberKey _mallory = new(PublicId.New(), KeyPair.Generate());

        public KeyPair Mallory => _mallory.Pair;

        public JsonObject Stranger() => KeyNode(_mallory, PublicId.New());

        public void SignAsStranger(JsonNode wrapper) => Sign(wrapper, _mallory);

        public static void Sign(JsonNode wrapper, MemberKey key)
        {
            var (signing, _) = key.Pair.ExportPem();
            Cryptography.SigningKey.TryFromPkcs8Pem(signing, out var signer);
            wrapper["signerUserKeyPairId"] = key.Id;
            wrapper["signature"] = Convert.ToBase64String(
                signer!.Sign(Client.Signer.Canonical(wrapper["checkpoint"]!))
            );
        }

        public static JsonObject KeyNode(MemberKey key, string owner) =>
            new()
            {
                ["id"] = key.Id,
                ["ownerType"] = "USER",
                ["ownerId"] = owner,
                ["ownerName"] = "",
                ["algorithm"] = "Ed25519",
                ["publicKey"] = key.Pair.PublicKeyPem,
                ["fingerprint"] = key.Pair.Fingerprint,
                ["state"] = "active",
            };
    }
}
