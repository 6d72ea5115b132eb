using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Management;

/// <summary>Values of both stores and attachments at the moment of their expiry and after it, under policies that block and that warn.</summary>
[Collection(PortalCollection.Name)]
public sealed class AfterExpiryTests(Portal portal) : IAsyncLifetime
{
    private const string Past = "2020-01-31T10:00:00Z";
    private const string Value = "value of the secret";

    private StoreClient _stores = null!;

    private MachineClient Owner => portal.Owner;

    public async Task InitializeAsync() =>
        _stores = StoreClient.Bearer(
            portal.Process.Address,
            await portal.KeyOf(Portal.OwnerEmail, "machine.all,secrets.all")
        );

    public Task DisposeAsync()
    {
        // A policy is everybody's: none is left to the next test.
        portal.Execute("DELETE FROM expiry_policy");
        _stores.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Value_is_refused_from_the_very_instant_of_its_expiry()
    {
        var (scene, file, asset) = await SceneWithFile();
        var key = NewKey();
        // In whole milliseconds, as it is kept.
        var instant = DateTimeOffset.FromUnixTimeMilliseconds(
            DateTimeOffset.UtcNow.AddSeconds(1.5).ToUnixTimeMilliseconds()
        );
        await Expire(scene, instant.ToString("O"), scene.Password, file);
        await Make(key, instant.ToString("O"));

        var refusals = await Task.WhenAll(
            FirstRefusal(instant, () => Read(key)),
            FirstRefusal(instant, () => Field(scene, scene.Password)),
            FirstRefusal(instant, () => Download(scene, asset))
        );

        refusals.ShouldBe([404, 403, 403]);
        (await Field(scene, scene.Password)).ShouldBeRefused(403, "vault_item_expired");
        (await Field(scene, scene.Username)).ShouldSucceed();
    }

    [Fact]
    public async Task Value_leaves_marked_after_its_expiry_where_it_is_only_warned_of()
    {
        var (scene, file, asset) = await SceneWithFile();
        var key = NewKey();
        await Expire(scene, Past, scene.Password, file);
        await Make(key, Past);
        (await Read(key)).Status.ShouldBe(404);
        (await Download(scene, asset)).ShouldBeRefused(403, "vault_item_expired");
        Warn();

        var secret = (await Read(key)).ShouldSucceed().Json;
        var field = (await Field(scene, scene.Password)).ShouldSucceed().Json;
        var fields = (await Item(scene)).ShouldSucceed().Json["fields"]!.AsArray();
        var (status, bytes, _) = await Owner.Download(scene.Vault.Id, asset);

        ((string?)secret["value"]).ShouldBe(Value);
        ((string?)field["value"], (bool?)field["expired"]).ShouldBe((scene.Password.Value, true));
        ((string?)fields[1]!["value"], (bool?)fields[1]!["expired"]).ShouldBe(
            (scene.Password.Value, true)
        );
        fields[0]!["expired"].ShouldBeNull();
        (status, bytes.Length).ShouldBe((200, 1_000));
        foreach (
            var target in new[]
            {
                $"secret_key:{key}",
                $"field:{scene.Password.Id}",
                $"vault_item:{scene.Item.Id}",
                $"asset:{asset}",
            }
        )
        {
            portal.Audited("ok_after_expiry", target).ShouldBe(1, target);
        }
    }

    [Fact]
    public async Task Policy_that_warns_counts_from_its_commit_and_no_longer_than_it_is_there()
    {
        var key = NewKey();
        await Make(key, Past);
        Warn();
        (await Read(key)).ShouldSucceed();

        portal.Execute("UPDATE expiry_policy SET on_expiry = 1");
        (await Read(key)).Status.ShouldBe(404);
        portal.Execute("UPDATE expiry_policy SET on_expiry = 2");
        (await Read(key)).ShouldSucceed();
        portal.Execute("DELETE FROM expiry_policy");

        (await Read(key)).Status.ShouldBe(404);
    }

    /// <summary>
    /// Reads until a value is refused. What was answered before the instant has to succeed, what was asked for at it or after it has not.
    /// </summary>
    private static async Task<int> FirstRefusal(DateTimeOffset instant, Func<Task<Answer>> read)
    {
        while (true)
        {
            var asked = DateTimeOffset.UtcNow;
            var answer = await read();
            if (DateTimeOffset.UtcNow < instant)
            {
                answer.ShouldSucceed();
            }
            else if (asked >= instant || answer.Status != 200)
            {
                return answer.Status;
            }

            await Task.Delay(5);
        }
    }

    /// <summary>Made beside the running server: only a person makes a policy that warns.</summary>
    private void Warn() =>
        portal
            .Execute(
                """
                INSERT INTO expiry_policy (public_id, name, vault_id, field_type, item_type, classification, kind, on_expiry,
                    reminder_offsets, reminds_creator, reminds_admins, reminded_people, version, created_at, updated_at)
                VALUES (randomblob(12), 'lenient', 0, 0, 0, 0, 0, 2, '', 1, 1, '', 1, 0, 0)
                """
            )
            .ShouldBe(1);

    private async Task<(Scene Scene, FieldState File, string Asset)> SceneWithFile()
    {
        var scene = await Scene.MakeAsync(Owner);
        var asset = VaultState.NewId();
        (await Owner.Upload(scene.Vault.Id, asset, Attachment.Bytes(972))).ShouldSucceed(201);
        scene.Vault = await Owner.Apply(
            scene
                .Change()
                .Add(
                    new FieldState
                    {
                        Name = "File",
                        Type = "FILE",
                        Order = 2,
                        AssetId = asset,
                        Value = Json.Envelope(),
                    }
                ),
            scene.Vault
        );
        return (scene, scene.Item.Fields.Single(field => field.AssetId == asset), asset);
    }

    private async Task Expire(Scene scene, string expiresAt, params FieldState[] fields) =>
        (
            await Owner.Put(
                $"vault-item/{scene.Item.Id}/expiry",
                new JsonObject
                {
                    ["fields"] = new JsonArray([
                        .. fields.Select(field => new JsonObject
                        {
                            ["fieldId"] = field.Id,
                            ["expiresAt"] = expiresAt,
                        }),
                    ]),
                }
            )
        ).ShouldSucceed();

    private async Task Make(string key, string expiresAt) =>
        (
            await _stores.Post(
                StoreClient.Secrets,
                new JsonObject
                {
                    ["key"] = key,
                    ["value"] = Value,
                    ["expiresAt"] = expiresAt,
                }
            )
        ).ShouldSucceed(201);

    private Task<Answer> Read(string key) => _stores.Get($"{StoreClient.Secrets}/{key}");

    private Task<Answer> Item(Scene scene) =>
        Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}");

    private Task<Answer> Field(Scene scene, FieldState field) =>
        Owner.Get($"vault/{scene.Vault.Id}/fields/{field.Id}");

    private Task<Answer> Download(Scene scene, string asset) =>
        Owner.Get($"vault/{scene.Vault.Id}/assets/{asset}");

    private static string NewKey() => $"AFTER_{Guid.NewGuid():N}".ToUpperInvariant();
}
