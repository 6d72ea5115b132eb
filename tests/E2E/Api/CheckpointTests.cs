using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>Checkpoints over HTTP: signatures, content, versions (machine.md section 4).</summary>
[Collection(PortalCollection.Name)]
public sealed class CheckpointTests(Portal portal)
{
    private Signer Signer => portal.Owner.Signer;

    [Theory]
    [InlineData("Ed25519")]
    [InlineData("RSA 2048")]
    [InlineData("RSA 4096")]
    [InlineData("P-256")]
    public async Task Signature_of_each_algorithm_is_accepted(string algorithm)
    {
        var signer = algorithm switch
        {
            "Ed25519" => Signer.Ed25519(),
            "RSA 2048" => Signer.RsaPss(),
            "RSA 4096" => Signer.RsaPss(4096),
            _ => Signer.P256(),
        };
        using var machine = await portal.Stranger(signer: signer);
        var scene = await Scene.MakeAsync(machine);

        (await machine.Patch(scene.ItemPath, scene.FullChange().Body(signer))).ShouldSucceed();

        var item = await machine.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}");
        ((string?)item.Json.At("/detailCheckpoint/signerUserKeyPairId")).ShouldBe(signer.Id);
    }

    [Theory]
    [InlineData("Ed25519")]
    [InlineData("RSA")]
    [InlineData("P-256")]
    public async Task Signature_that_was_altered_is_refused(string algorithm)
    {
        var signer = algorithm switch
        {
            "Ed25519" => Signer.Ed25519(),
            "RSA" => Signer.RsaPss(),
            _ => Signer.P256(),
        };
        using var machine = await portal.Stranger(signer: signer);
        var scene = await Scene.MakeAsync(machine);
        var body = scene.Change().Add().Body(signer);
        var signature = Convert.FromBase64String((string)body.At("/detailCheckpoint/signature")!);
        signature[^1] ^= 1;
        body.Set("/detailCheckpoint/signature", Convert.ToBase64String(signature));

        await scene.RefusePatch(scene.ItemPath, body, 400, "checkpoint_invalid_signature");
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("white space")]
    [InlineData("line break")]
    [InlineData("not padded")]
    [InlineData("spare bits")]
    [InlineData("url alphabet")]
    [InlineData("too short")]
    [InlineData("too long")]
    [InlineData("not base64")]
    [InlineData("of another checkpoint")]
    [InlineData("of a statement")]
    [InlineData("by another key")]
    public async Task Signature_in_any_other_form_is_refused(string fault)
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var body = scene.Change().Add().Body(Signer);
        var checkpoint = body.At("/detailCheckpoint/checkpoint")!.AsObject();
        var good = (string)body.At("/detailCheckpoint/signature")!;
        var bytes = Convert.FromBase64String(good);
        var bad = fault switch
        {
            "empty" => "",
            "white space" => good.Insert(10, " "),
            "line break" => good + "\n",
            "not padded" => good.TrimEnd('='),
            // 64 bytes end in one digit with four spare bits, which the canonical form leaves 0.
            "spare bits" => good[..85] + (char)(good[85] + 1) + "==",
            "url alphabet" => "-_" + good[2..],
            "too short" => Convert.ToBase64String(bytes[..63]),
            "too long" => Convert.ToBase64String([.. bytes, 0]),
            "not base64" => "base64-signature",
            "of another checkpoint" => Convert.ToBase64String(Signer.Sign(scene.Item.Detail(1))),
            "of a statement" => Convert.ToBase64String(
                Signer.Sign([
                    .. Encoding.UTF8.GetBytes("vaultportal:checkpoint\n"),
                    .. Signer.Canonical(checkpoint),
                ])
            ),
            _ => Convert.ToBase64String(Signer.Ed25519().Sign(checkpoint)),
        };
        body.Set("/detailCheckpoint/signature", bad);

        await scene.RefusePatch(scene.ItemPath, body, 400, "checkpoint_invalid_signature");
    }

    [Theory]
    [InlineData("/detailCheckpoint/checkpoint/name", "\"Another\"")]
    [InlineData("/detailCheckpoint/checkpoint/version", "7")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/order", "3")]
    [InlineData("/summaryCheckpoint/checkpoint/items/0/name", "\"Another\"")]
    public async Task Checkpoint_altered_after_signing_is_refused(string pointer, string json)
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var body = scene.FullChange().Body(Signer);
        body.Set(pointer, JsonNode.Parse(json));

        await scene.RefusePatch(scene.ItemPath, body, 400, "checkpoint_invalid_signature");
    }

    [Theory]
    [InlineData("/detailCheckpoint/checkpoint/vaultItemId", "\"507f1f77bcf86cd799439021\"")]
    [InlineData("/detailCheckpoint/checkpoint/vaultId", "\"507f1f77bcf86cd799439011\"")]
    [InlineData("/detailCheckpoint/checkpoint/name", "\"staging database\"")]
    [InlineData("/detailCheckpoint/checkpoint/type", "\"LOGIN\"")]
    [InlineData(
        "/detailCheckpoint/checkpoint/websites",
        "[\"b.example.com\",\"https://a.example.com\"]"
    )]
    [InlineData("/detailCheckpoint/checkpoint/websites", "[\"https://a.example.com\"]")]
    [InlineData("/detailCheckpoint/checkpoint/websites", "[]")]
    [InlineData("/detailCheckpoint/checkpoint/groupId", "\"507f1f77bcf86cd799439051\"")]
    [InlineData("/detailCheckpoint/checkpoint/fields", "[]")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/fields/2", "$0")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/id", "\"507f1f77bcf86cd799439031\"")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/name", "\"Other\"")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/type", "\"URL\"")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/order", "5")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/fieldInstanceIds", "[]")]
    [InlineData(
        "/detailCheckpoint/checkpoint/fields/0/fieldInstanceIds",
        "[\"507f1f77bcf86cd799439061\"]"
    )]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/fieldInstanceIds/1", "$0")]
    [InlineData(
        "/detailCheckpoint/checkpoint/fields/0/fieldInstanceIds/1",
        "\"507f1f77bcf86cd799439061\""
    )]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/assetIds", "[\"507f1f77bcf86cd799439071\"]")]
    [InlineData("/summaryCheckpoint/checkpoint/vaultId", "\"507f1f77bcf86cd799439011\"")]
    [InlineData("/summaryCheckpoint/checkpoint/name", "\"Other\"")]
    [InlineData("/summaryCheckpoint/checkpoint/dataClassification", "\"PUBLIC\"")]
    [InlineData("/summaryCheckpoint/checkpoint/currentDekVersion", "2")]
    [InlineData("/summaryCheckpoint/checkpoint/items", "[]")]
    [InlineData("/summaryCheckpoint/checkpoint/items/1", "$0")]
    [InlineData("/summaryCheckpoint/checkpoint/items/0/name", "\"Production Database\"")]
    [InlineData("/summaryCheckpoint/checkpoint/items/0/type", "\"LOGIN\"")]
    [InlineData("/summaryCheckpoint/checkpoint/items/0/websites", "[\"https://db.example.com\"]")]
    [InlineData("/summaryCheckpoint/checkpoint/items/0/groupId", "\"507f1f77bcf86cd799439051\"")]
    [InlineData(
        "/summaryCheckpoint/checkpoint/groups",
        "[{\"id\":\"507f1f77bcf86cd799439051\",\"name\":\"Servers\"}]"
    )]
    public async Task Checkpoint_that_differs_from_the_state_is_a_mismatch(
        string pointer,
        string json
    )
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var valid = scene.FullChange().Body(Signer);
        var body = valid.Copy();
        var value = json switch
        {
            "absent" => Json.Absent,
            // The element that stands first, a second time.
            "$0" => body.At(pointer[..pointer.LastIndexOf('/')])!.AsArray()[0]!.DeepClone(),
            _ => JsonNode.Parse(json),
        };
        body.Set(pointer, value);
        Signer.SignAgain(body[pointer.Split('/')[1]]!);

        var answer = await scene.RefusePatch(scene.ItemPath, body, 400, "checkpoint_mismatch");

        answer.Path.ShouldNotBeNull();
        answer.Path.ShouldContain(pointer.Split('/')[3]);
        (await portal.Owner.Patch(scene.ItemPath, valid)).ShouldSucceed();
    }

    [Fact]
    public async Task Sets_in_another_order_are_accepted()
    {
        var vault = await portal.Owner.CreateVaultWithItem();
        vault = await portal.Owner.CreateItem(
            vault,
            MachineClient.NewItem(vault) with
            {
                Name = "Second",
            }
        );
        var change = new ItemChange(vault, vault.Items[0]).Add().Name("Renamed");
        var body = change.Body(Signer);
        Reverse(body.At("/detailCheckpoint/checkpoint/fields")!.AsArray());
        Reverse(body.At("/summaryCheckpoint/checkpoint/items")!.AsArray());
        Signer.SignAgain(body["detailCheckpoint"]!);
        Signer.SignAgain(body["summaryCheckpoint"]!);

        (await portal.Owner.Patch(change.Path, body)).ShouldSucceed();
    }

    [Fact]
    public async Task Signed_text_is_returned_as_it_was_received()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var body = scene.Change().Add("\u20ac \"quoted\" \\ / <b> \u2028").Body(Signer);
        Reverse(body.At("/detailCheckpoint/checkpoint/fields")!.AsArray());
        body.At("/detailCheckpoint/checkpoint")!.AsObject().Remove("groupId");
        Signer.SignAgain(body["detailCheckpoint"]!);
        (await portal.Owner.Patch(scene.ItemPath, body)).ShouldSucceed();

        var item = await portal.Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}");

        JsonNode
            .DeepEquals(item.Json["detailCheckpoint"], body["detailCheckpoint"])
            .ShouldBeTrue(item.Text);
        // What comes back verifies against the same key.
        Convert
            .ToBase64String(Signer.Sign(item.Json.At("/detailCheckpoint/checkpoint")!.AsObject()))
            .ShouldBe((string?)item.Json.At("/detailCheckpoint/signature"));
    }

    [Fact]
    public async Task Absent_group_and_classification_mean_null()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var body = scene.FullChange().Body(Signer);
        body.Set("/detailCheckpoint/checkpoint/groupId", Json.Absent);
        body.Set("/summaryCheckpoint/checkpoint/dataClassification", Json.Absent);
        body.Set("/summaryCheckpoint/checkpoint/items/0/groupId", Json.Absent);
        Signer.SignAgain(body["detailCheckpoint"]!);
        Signer.SignAgain(body["summaryCheckpoint"]!);

        (await portal.Owner.Patch(scene.ItemPath, body)).ShouldSucceed();
    }

    [Theory]
    [InlineData("detailCheckpoint", "detail", "0")]
    [InlineData("detailCheckpoint", "detail", "1")]
    [InlineData("detailCheckpoint", "detail", "3")]
    [InlineData("detailCheckpoint", "detail", "9007199254740991")]
    [InlineData("summaryCheckpoint", "summary", "0")]
    [InlineData("summaryCheckpoint", "summary", "2")]
    [InlineData("summaryCheckpoint", "summary", "4")]
    public async Task Version_other_than_the_next_is_a_conflict(
        string member,
        string kind,
        string version
    )
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var body = scene.FullChange().Body(Signer);
        body.Set($"/{member}/checkpoint/version", JsonNode.Parse(version));
        Signer.SignAgain(body[member]!);

        var answer = await scene.RefusePatch(
            scene.ItemPath,
            body,
            409,
            "checkpoint_version_conflict"
        );

        ((string?)answer.Error!.At("/details/kind")).ShouldBe(kind);
        ((long)answer.Error!.At("/details/currentVersion")!).ShouldBe(kind == "detail" ? 1 : 2);
    }

    [Fact]
    public async Task Versions_both_stale_name_the_summary_first()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var body = scene.FullChange().Body(Signer);
        foreach (var member in new[] { "detailCheckpoint", "summaryCheckpoint" })
        {
            body.Set($"/{member}/checkpoint/version", 99);
            Signer.SignAgain(body[member]!);
        }

        var answer = await scene.RefusePatch(
            scene.ItemPath,
            body,
            409,
            "checkpoint_version_conflict"
        );

        ((string?)answer.Error!.At("/details/kind")).ShouldBe("summary");
    }

    [Fact]
    public async Task Summary_that_was_not_needed_consumes_a_version()
    {
        var scene = await Scene.MakeAsync(portal.Owner);

        (
            await portal.Owner.Patch(
                scene.ItemPath,
                scene.Change().Add().Body(Signer, summary: true)
            )
        ).ShouldSucceed();

        var vault = await portal.Owner.Get($"vault/{scene.Vault.Id}");
        ((int)vault.Json.At("/summaryCheckpoint/checkpoint/version")!).ShouldBe(3);
    }

    [Fact]
    public async Task Summary_that_was_not_needed_is_verified_all_the_same()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var body = scene.Change().Add().Body(Signer, summary: true);
        body.Set("/summaryCheckpoint/checkpoint/name", "Other");
        Signer.SignAgain(body["summaryCheckpoint"]!);

        await scene.RefusePatch(scene.ItemPath, body, 400, "checkpoint_mismatch", "*/name");
    }

    [Fact]
    public async Task Summary_and_detail_versions_are_independent()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        for (var i = 0; i < 3; i++)
        {
            scene.Vault = await portal.Owner.Apply(scene.Change().Add($"field {i}"), scene.Vault);
        }

        var vault = await portal.Owner.Get($"vault/{scene.Vault.Id}");
        var item = await portal.Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}");

        ((int)vault.Json.At("/summaryCheckpoint/checkpoint/version")!).ShouldBe(2);
        ((int)item.Json.At("/detailCheckpoint/checkpoint/version")!).ShouldBe(4);
    }

    [Fact]
    public async Task Signer_that_is_another_users_key_is_refused()
    {
        using var other = await portal.Stranger(signer: Signer.Ed25519());
        var scene = await Scene.MakeAsync(portal.Owner);

        await scene.RefusePatch(
            scene.ItemPath,
            scene.Change().Add().Body(other.Signer),
            403,
            "checkpoint_signer_required"
        );
    }

    [Fact]
    public async Task Signer_that_nobody_knows_is_refused()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var body = scene.Change().Add().Body(Signer);
        body.Set("/detailCheckpoint/signerUserKeyPairId", "507f1f77bcf86cd799439099");

        await scene.RefusePatch(scene.ItemPath, body, 403, "checkpoint_signer_required");
    }

    [Fact]
    public async Task Signer_named_as_an_agent_key_is_refused_for_a_user()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var body = scene.Change().Add().Body(Signer);
        body.Set("/detailCheckpoint/signerEncryptionKeyId", Signer.Id);
        body.Set("/detailCheckpoint/signerUserKeyPairId", Json.Absent);

        await scene.RefusePatch(scene.ItemPath, body, 403, "checkpoint_signer_required");
    }

    private static void Reverse(JsonArray array)
    {
        var nodes = array.Select(node => node!.DeepClone()).Reverse().ToArray();
        array.Clear();
        foreach (var node in nodes)
        {
            array.Add(node);
        }
    }
}
