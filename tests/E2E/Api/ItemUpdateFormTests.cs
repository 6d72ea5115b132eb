using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>PATCH /vault-item/{id}/update: the form of each member (machine.md sections 2, 3, 5 and 6).</summary>
[Collection(PortalCollection.Name)]
public sealed class ItemUpdateFormTests(Portal portal)
{
    private const string Long256 = "\"$256\"";

    [Theory]
    // The wrapper.
    [InlineData("/detailCheckpoint", "absent")]
    [InlineData("/detailCheckpoint", "null")]
    [InlineData("/detailCheckpoint", "\"x\"")]
    [InlineData("/detailCheckpoint", "[]")]
    [InlineData("/detailCheckpoint/checkpoint", "absent")]
    [InlineData("/detailCheckpoint/checkpoint", "null")]
    [InlineData("/detailCheckpoint/checkpoint", "\"x\"")]
    [InlineData("/detailCheckpoint/signature", "absent")]
    [InlineData("/detailCheckpoint/signature", "null")]
    [InlineData("/detailCheckpoint/signature", "5")]
    [InlineData("/detailCheckpoint/signerUserKeyPairId", "absent", "/detailCheckpoint*")]
    [InlineData("/detailCheckpoint/signerUserKeyPairId", "null", "/detailCheckpoint*")]
    [InlineData("/detailCheckpoint/signerUserKeyPairId", "7", "/detailCheckpoint*")]
    [InlineData("/detailCheckpoint/signerUserKeyPairId", "\"507f1f77bcf86cd79943909\"")]
    [InlineData("/detailCheckpoint/signerUserKeyPairId", "\"507f1f77bcf86cd7994390999\"")]
    [InlineData("/detailCheckpoint/signerUserKeyPairId", "\"507F1F77BCF86CD799439099\"")]
    [InlineData("/detailCheckpoint/signerUserKeyPairId", "\"507f1f77bcf86cd79943909g\"")]
    [InlineData(
        "/detailCheckpoint/signerEncryptionKeyId",
        "\"507f1f77bcf86cd799439099\"",
        "/detailCheckpoint*"
    )]
    [InlineData("/detailCheckpoint/extra", "1")]
    [InlineData("/summaryCheckpoint", "\"x\"")]
    [InlineData("/summaryCheckpoint/checkpoint", "absent")]
    [InlineData("/summaryCheckpoint/signature", "absent")]
    [InlineData("/summaryCheckpoint/extra", "1")]
    // The checkpoints: any absent or extra member, and wrong types.
    [InlineData("/detailCheckpoint/checkpoint/extra", "1")]
    [InlineData("/detailCheckpoint/checkpoint/vaultItemId", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/vaultItemId", "5")]
    [InlineData("/detailCheckpoint/checkpoint/vaultId", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/version", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/version", "\"2\"")]
    [InlineData("/detailCheckpoint/checkpoint/version", "null")]
    [InlineData("/detailCheckpoint/checkpoint/version", "1.5")]
    [InlineData("/detailCheckpoint/checkpoint/version", "-1")]
    [InlineData("/detailCheckpoint/checkpoint/version", "9007199254740992")]
    [InlineData("/detailCheckpoint/checkpoint/version", "[2]")]
    [InlineData("/detailCheckpoint/checkpoint/name", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/name", "5")]
    [InlineData("/detailCheckpoint/checkpoint/type", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/websites", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/websites", "{}")]
    [InlineData("/detailCheckpoint/checkpoint/websites/0", "1")]
    [InlineData("/detailCheckpoint/checkpoint/groupId", "1")]
    [InlineData("/detailCheckpoint/checkpoint/fields", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/fields", "{}")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0", "1")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/id", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/name", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/type", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/order", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/order", "\"0\"")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/fieldInstanceIds", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/fieldInstanceIds", "\"x\"")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/assetIds", "absent")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/value", "\"x\"")]
    [InlineData("/summaryCheckpoint/checkpoint/extra", "1")]
    [InlineData("/summaryCheckpoint/checkpoint/vaultId", "absent")]
    [InlineData("/summaryCheckpoint/checkpoint/version", "absent")]
    [InlineData("/summaryCheckpoint/checkpoint/name", "absent")]
    [InlineData("/summaryCheckpoint/checkpoint/currentDekVersion", "absent")]
    [InlineData("/summaryCheckpoint/checkpoint/currentDekVersion", "\"1\"")]
    [InlineData("/summaryCheckpoint/checkpoint/items", "absent")]
    [InlineData("/summaryCheckpoint/checkpoint/items/0/extra", "1")]
    [InlineData("/summaryCheckpoint/checkpoint/items/0/id", "absent")]
    [InlineData("/summaryCheckpoint/checkpoint/items/0/name", "absent")]
    [InlineData("/summaryCheckpoint/checkpoint/items/0/type", "absent")]
    [InlineData("/summaryCheckpoint/checkpoint/items/0/websites", "absent")]
    [InlineData("/summaryCheckpoint/checkpoint/groups", "absent")]
    // The entries.
    [InlineData("/updates", "absent")]
    [InlineData("/updates", "null")]
    [InlineData("/updates", "{}")]
    [InlineData("/updates/0", "1", "/updates/0*")]
    [InlineData("/updates/0", "null", "/updates/0*")]
    [InlineData("/updates/0/action", "absent", "/updates/0*")]
    [InlineData("/updates/0/action", "null", "/updates/0*")]
    [InlineData("/updates/0/action", "\"ADD\"", "/updates/0*")]
    [InlineData("/updates/0/action", "\"remove\"", "/updates/0*")]
    [InlineData("/updates/0/action", "1", "/updates/0*")]
    [InlineData("/updates/0/fieldId", "absent", "/updates/0*")]
    [InlineData("/updates/0/fieldId", "null", "/updates/0*")]
    [InlineData("/updates/0/fieldId", "\"xyz\"", "/updates/0*")]
    [InlineData("/updates/0/fieldId", "\"507F1F77BCF86CD799439099\"", "/updates/0*")]
    [InlineData("/updates/0/fieldInstanceId", "absent", "/updates/0*")]
    [InlineData("/updates/0/fieldInstanceId", "null", "/updates/0*")]
    [InlineData("/updates/0/fieldInstanceId", "\"xyz\"", "/updates/0*")]
    [InlineData("/updates/0/name", "absent", "/updates/0*")]
    [InlineData("/updates/0/name", "null", "/updates/0*")]
    [InlineData("/updates/0/name", "\"\"", "/updates/0*")]
    [InlineData("/updates/0/name", "\"  \"", "/updates/0*")]
    [InlineData("/updates/0/name", "5", "/updates/0*")]
    [InlineData("/updates/0/name", "\"a\\u0000b\"", "/updates/0*")]
    [InlineData("/updates/0/name", "\"a\\u001fb\"", "/updates/0*")]
    [InlineData("/updates/0/name", "\"a\\nb\"", "/updates/0*")]
    [InlineData("/updates/0/name", Long256, "/updates/0*")]
    [InlineData("/updates/0/type", "absent", "/updates/0*")]
    [InlineData("/updates/0/type", "null", "/updates/0*")]
    [InlineData("/updates/0/type", "\"text\"", "/updates/0*")]
    [InlineData("/updates/0/type", "\"NOTE\"", "/updates/0*")]
    [InlineData("/updates/0/type", "0", "/updates/0*")]
    [InlineData("/updates/0/value", "5", "/updates/0*")]
    [InlineData("/updates/0/value", "{}", "/updates/0*")]
    [InlineData("/updates/0/assetId", "\"xyz\"", "/updates/0*")]
    [InlineData("/updates/0/assetId", "5", "/updates/0*")]
    [InlineData("/updates/0/order", "-1", "/updates/0*")]
    [InlineData("/updates/0/order", "2147483648", "/updates/0*")]
    [InlineData("/updates/0/order", "1.5", "/updates/0*")]
    [InlineData("/updates/0/order", "\"7\"", "/updates/0*")]
    [InlineData("/updates/0/order", "1e400", "/updates/0*")]
    [InlineData("/updates/0/dekVersion", "\"1\"", "/updates/0*")]
    [InlineData("/updates/0/dekVersion", "1.5", "/updates/0*")]
    [InlineData("/updates/0/extra", "1", "/updates/0*")]
    [InlineData("/updates/1/fieldInstanceId", "absent", "/updates/1*")]
    [InlineData("/updates/1/type", "absent", "/updates/1*")]
    [InlineData("/updates/1/value", "absent", "/updates/1*")]
    [InlineData("/updates/1/name", "\"\"", "/updates/1*")]
    [InlineData("/updates/2/fieldId", "absent", "/updates/2*")]
    // The item's own metadata.
    [InlineData("/name", "5")]
    [InlineData("/name", "\"\"")]
    [InlineData("/name", "\" \"")]
    [InlineData("/name", "\"a\\u0000\"")]
    [InlineData("/name", Long256)]
    [InlineData("/type", "\"login\"")]
    [InlineData("/type", "\"OTHER\"")]
    [InlineData("/type", "1")]
    [InlineData("/websites", "\"https://a.example.com\"")]
    [InlineData("/websites", "{}")]
    [InlineData("/websites/0", "1", "/websites*")]
    [InlineData("/websites/0", "null", "/websites*")]
    [InlineData("/websites/0", "\"\"", "/websites*")]
    [InlineData("/websites/0", "\"ftp://a.example.com\"", "/websites*")]
    [InlineData("/websites/0", "\"javascript:alert(1)\"", "/websites*")]
    [InlineData("/websites/0", "\"/relative\"", "/websites*")]
    [InlineData("/websites/0", "\"two words\"", "/websites*")]
    [InlineData("/extra", "1")]
    [InlineData("/Name", "\"x\"")]
    public async Task Member_out_of_form_is_invalid(
        string pointer,
        string json,
        string? path = null
    )
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var valid = scene.FullChange().Body(portal.Owner.Signer);
        var body = valid.Copy();
        body.Set(pointer, Value(json));
        SignAgain(body);

        await scene.RefusePatch(scene.ItemPath, body, 400, "invalid_request", path ?? pointer);

        // The same request without the fault: what was refused was the fault, and it used up nothing.
        (await portal.Owner.Patch(scene.ItemPath, valid))
            .ShouldSucceed()
            .ShouldHaveNoBody();
    }

    [Theory]
    [InlineData("hunter2-plain-text")]
    [InlineData("{}")]
    [InlineData("""{"v":3,"iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAA=="}""")]
    [InlineData("""{"v":2,"iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAA==","d":"AAAA"}""")]
    [InlineData("""{"v":"3","iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAA==","d":"AAAA"}""")]
    [InlineData("""{"v":3,"iv":"AAAAAAAAAAAAAAA=","t":"AAAAAAAAAAAAAAAAAAAAAA==","d":"AAAA"}""")]
    [InlineData("""{"v":3,"iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAB==","d":"AAAA"}""")]
    [InlineData("""{"v":3,"iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAA","d":"AAAA"}""")]
    [InlineData("""{"v":3,"iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAA==","d":"AA AA"}""")]
    [InlineData(
        """{"v":3,"iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAA==","d":"hunter2-plain-text"}"""
    )]
    [InlineData(
        """{"v":3,"iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAA==","d":"AAAA","x":1}"""
    )]
    [InlineData(
        """{"v":3,"v":3,"iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAA==","d":"AAAA"}"""
    )]
    [InlineData("""[{"v":3,"iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAA==","d":"AAAA"}]""")]
    public async Task Value_that_is_no_envelope_is_invalid_and_not_repeated(string value)
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var body = scene.Change().Add().Body(portal.Owner.Signer);
        body.Set("/updates/0/value", value);

        var answer = await scene.RefusePatch(
            scene.ItemPath,
            body,
            400,
            "invalid_request",
            "/updates/0*"
        );

        answer.Text.ShouldNotContain("hunter2");
        ((string?)answer.Error!["message"])!.ShouldContain("envelope");
    }

    [Fact]
    public async Task Envelope_with_empty_data_is_kept_byte_for_byte()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        const string Odd =
            """ { "d" : "", "t":"AAAAAAAAAAAAAAAAAAAAAA==", "v":3,"iv":"AAAAAAAAAAAAAAAA" } """;
        var change = scene.Change().Update(scene.Username, field => field with { Value = Odd });

        (
            await portal.Owner.Patch(scene.ItemPath, change.Body(portal.Owner.Signer))
        ).ShouldSucceed();

        var field = await portal.Owner.Get($"vault/{scene.Vault.Id}/fields/{scene.Username.Id}");
        ((string?)field.Json["value"]).ShouldBe(Odd);
    }

    [Theory]
    [InlineData(65_536, 200)]
    [InlineData(65_537, 400)]
    public async Task Envelope_of_64_KiB_is_the_limit(int length, int status)
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var value = Json.Envelope().PadRight(length);
        var body = scene.Change().Add(value: value).Body(portal.Owner.Signer);

        (await portal.Owner.Patch(scene.ItemPath, body)).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("a", 255)]
    [InlineData("😀", 255)]
    [InlineData("é", 255)]
    public async Task Name_of_255_characters_is_accepted(string character, int count)
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var name = string.Concat(Enumerable.Repeat(character, count));
        var change = scene.Change().Name(name).Add(name);

        (
            await portal.Owner.Patch(scene.ItemPath, change.Body(portal.Owner.Signer))
        ).ShouldSucceed();

        var item = await portal.Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}");
        ((string?)item.Json["name"]).ShouldBe(name);
    }

    [Fact]
    public async Task Name_of_256_astral_characters_is_invalid()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var change = scene.Change().Name(string.Concat(Enumerable.Repeat("😀", 256)));

        await scene.RefusePatch(
            scene.ItemPath,
            change.Body(portal.Owner.Signer),
            400,
            "invalid_request",
            "/name"
        );
    }

    [Fact]
    public async Task Names_are_kept_without_normalisation()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        // "é" as two characters, a zero-width joiner and a right-to-left mark: ordinal, as sent.
        const string Name = "cafe\u0301 \u200d\u200f\u007f";
        (
            await portal.Owner.Patch(
                scene.ItemPath,
                scene.Change().Name(Name).Body(portal.Owner.Signer)
            )
        ).ShouldSucceed();

        var item = await portal.Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}");
        ((string?)item.Json["name"]).ShouldBe(Name);
    }

    [Theory]
    [InlineData("https://db.example.com:8443/path?q=1#x")]
    [InlineData("http://localhost")]
    [InlineData("db.example.com")]
    [InlineData("localhost")]
    public async Task Website_of_a_documented_form_is_accepted(string website)
    {
        var scene = await Scene.MakeAsync(portal.Owner);

        (
            await portal.Owner.Patch(
                scene.ItemPath,
                scene.Change().Websites(website).Body(portal.Owner.Signer)
            )
        ).ShouldSucceed();
    }

    [Theory]
    [InlineData(50, 200)]
    [InlineData(51, 400)]
    public async Task Websites_up_to_50_are_accepted(int count, int status)
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var websites = Enumerable.Range(0, count).Select(i => $"https://{i}.example.com").ToArray();

        var answer = await portal.Owner.Patch(
            scene.ItemPath,
            scene.Change().Websites(websites).Body(portal.Owner.Signer)
        );

        answer.Status.ShouldBe(status, answer.ToString());
    }

    [Theory]
    [InlineData(2_048, 200)]
    [InlineData(2_049, 400)]
    public async Task Website_of_2048_characters_is_the_limit(int length, int status)
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var website = "https://example.com/".PadRight(length, 'a');

        var answer = await portal.Owner.Patch(
            scene.ItemPath,
            scene.Change().Websites(website).Body(portal.Owner.Signer)
        );

        answer.Status.ShouldBe(status, answer.ToString());
    }

    [Fact]
    public async Task Order_at_its_largest_is_accepted()
    {
        var scene = await Scene.MakeAsync(portal.Owner);

        (
            await portal.Owner.Patch(
                scene.ItemPath,
                scene.Change().Add(order: int.MaxValue).Body(portal.Owner.Signer)
            )
        ).ShouldSucceed();
    }

    [Fact]
    public async Task Order_after_the_largest_is_invalid()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        scene.Vault = await portal.Owner.Apply(
            scene.Change().Add(order: int.MaxValue),
            scene.Vault
        );
        var body = scene
            .Change()
            .Add(
                new FieldState
                {
                    Name = "x",
                    Type = "TEXT",
                    Order = 0,
                },
                withOrder: false
            )
            .Body(portal.Owner.Signer);

        await scene.RefusePatch(scene.ItemPath, body, 400, "invalid_request", "/updates/0*");
    }

    [Fact]
    public async Task Updates_beyond_200_are_invalid()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var change = scene.Change();
        for (var i = 0; i < 201; i++)
        {
            change.Add($"field {i}");
        }

        await scene.RefusePatch(
            scene.ItemPath,
            change.Body(portal.Owner.Signer),
            400,
            "invalid_request"
        );
    }

    [Fact]
    public async Task Fields_up_to_200_are_accepted_and_one_more_is_invalid()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        var change = scene.Change();
        for (var i = scene.Item.Fields.Count; i < 200; i++)
        {
            change.Add($"field {i}");
        }

        scene.Vault = await portal.Owner.Apply(change, scene.Vault);

        await scene.RefusePatch(
            scene.ItemPath,
            scene.Change().Add("one too many").Body(portal.Owner.Signer),
            400,
            "invalid_request"
        );
        // Deleting one in the same request makes room.
        scene.Vault = await portal.Owner.Apply(
            scene.Change().Delete(scene.Username).Add("fits"),
            scene.Vault
        );
    }

    private static JsonNode? Value(string json) =>
        json == "absent"
            ? Json.Absent
            : JsonNode.Parse(json.Replace("$256", new string('a', 256), StringComparison.Ordinal));

    // A fault in a checkpoint is one of content or form, not of its signature.
    private void SignAgain(JsonObject body)
    {
        foreach (var name in new[] { "detailCheckpoint", "summaryCheckpoint" })
        {
            if (
                body[name] is JsonObject wrapper
                && wrapper["checkpoint"] is JsonObject
                && wrapper["signature"] is JsonValue value
                && value.TryGetValue<string>(out _)
            )
            {
                portal.Owner.Signer.SignAgain(wrapper);
            }
        }
    }
}
