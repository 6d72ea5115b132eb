using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>POST /vault, POST items, DELETE of both (machine.md section 6, Others).</summary>
[Collection(PortalCollection.Name)]
public sealed class LifecycleTests(Portal portal)
{
    private MachineClient Owner => portal.Owner;

    private Signer Signer => portal.Owner.Signer;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Vault_is_made_and_its_maker_is_admin(bool full)
    {
        var vault = new VaultState { Classification = "INTERNAL" };

        var answer = await Owner.Post("vault", Owner.CreateVaultBody(vault, full));

        answer.ShouldSucceed(201);
        answer.Text.ShouldBe($$"""{"id":"{{vault.Id}}"}""");
        var read = (await Owner.Get($"vault/{vault.Id}")).ShouldSucceed().Json;
        ((string?)read["accessLevel"], (string?)read["dataClassification"]).ShouldBe(
            ("ADMIN", "INTERNAL")
        );
        ((int)read["currentDekVersion"]!).ShouldBe(1);
        (read["directoryCheckpoint"] is null).ShouldBe(!full);
        (read["permissionCheckpoint"] is null).ShouldBe(!full);
    }

    [Fact]
    public async Task Directory_that_was_never_signed_begins_at_1()
    {
        var vault = new VaultState();
        (await Owner.Post("vault", Owner.CreateVaultBody(vault, full: false))).ShouldSucceed(201);
        var after = vault with { Name = "Renamed", SummaryVersion = 1 };

        (
            await Owner.Patch($"vault/{vault.Id}/update", Owner.UpdateVaultBody(after))
        ).ShouldSucceed();
    }

    [Theory]
    [InlineData("/id", "absent")]
    [InlineData("/id", "\"xyz\"")]
    [InlineData("/id", "null")]
    [InlineData("/name", "absent")]
    [InlineData("/name", "\"\"")]
    [InlineData("/summaryCheckpoint", "absent")]
    [InlineData("/dataClassification", "null")]
    [InlineData("/dataClassification", "\"NONE\"")]
    [InlineData("/extra", "1")]
    public async Task Vault_out_of_form_is_invalid(string pointer, string json)
    {
        var vault = new VaultState();
        var body = Owner.CreateVaultBody(vault);
        body.Set(pointer, json == "absent" ? Json.Absent : JsonNode.Parse(json));

        (await Owner.Post("vault", body)).ShouldBeRefused(400, "invalid_request", pointer);
        (await Owner.Get($"vault/{vault.Id}")).ShouldBeRefused(404, "vault_not_found");
    }

    [Theory]
    [InlineData("/summaryCheckpoint/checkpoint/name", "\"Other\"", "checkpoint_mismatch")]
    [InlineData("/summaryCheckpoint/checkpoint/currentDekVersion", "2", "checkpoint_mismatch")]
    [InlineData("/directoryCheckpoint/checkpoint/name", "\"Other\"", "checkpoint_mismatch")]
    [InlineData("/permissionCheckpoint/checkpoint/permissions", "[]", "checkpoint_mismatch")]
    [InlineData(
        "/permissionCheckpoint/checkpoint/permissions/0/accessLevel",
        "\"READ\"",
        "checkpoint_mismatch"
    )]
    [InlineData(
        "/permissionCheckpoint/checkpoint/permissions/0/keyFingerprints",
        "[]",
        "checkpoint_mismatch"
    )]
    [InlineData(
        "/permissionCheckpoint/checkpoint/assetType",
        "\"VAULT_ITEM\"",
        "checkpoint_mismatch"
    )]
    [InlineData("/summaryCheckpoint/signature", "\"AAAA\"", "checkpoint_invalid_signature")]
    public async Task Vault_with_a_wrong_checkpoint_is_not_made(
        string pointer,
        string json,
        string reason
    )
    {
        var vault = new VaultState();
        var body = Owner.CreateVaultBody(vault);
        body.Set(pointer, JsonNode.Parse(json));
        if (!pointer.EndsWith("signature", StringComparison.Ordinal))
        {
            Signer.SignAgain(body[pointer.Split('/')[1]]!);
        }

        var answer = await Owner.Post("vault", body);

        answer.ShouldBeRefused(400, "vault_creation_failed");
        ((string?)answer.Error!.At("/details/reason")).ShouldBe(reason);
        (await Owner.Get($"vault/{vault.Id}")).ShouldBeRefused(404, "vault_not_found");
    }

    [Fact]
    public async Task Vault_whose_first_summary_is_not_1_is_a_conflict()
    {
        var vault = new VaultState();
        var body = Owner.CreateVaultBody(vault);
        body["summaryCheckpoint"] = Signer.Wrap(vault.Summary(2));

        (await Owner.Post("vault", body)).ShouldBeRefused(409, "checkpoint_version_conflict");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Vault_id_that_is_taken_is_a_conflict(bool archived)
    {
        var vault = await Owner.CreateVault();
        if (archived)
        {
            (await Owner.Delete($"vault/{vault.Id}", Owner.ArchiveVaultBody(vault))).ShouldSucceed(
                204
            );
        }

        (await Owner.Post("vault", Owner.CreateVaultBody(vault))).ShouldBeRefused(
            409,
            "id_conflict"
        );
    }

    [Fact]
    public async Task Item_is_made_with_its_fields_in_order()
    {
        var vault = await Owner.CreateVault();
        var item = MachineClient.NewItem(vault);

        var answer = await Owner.Post($"vault/{vault.Id}/items", Owner.CreateItemBody(vault, item));

        answer.ShouldSucceed(201);
        answer.Text.ShouldBe($$"""{"id":"{{item.Id}}"}""");
        var fields = (await Owner.Get($"vault/{vault.Id}/items/{item.Id}")).Json[
            "fields"
        ]!.AsArray();
        fields
            .Select(field =>
                ((string?)field!["name"], (int)field["order"]!, (string?)field["value"])
            )
            .ShouldBe(item.Fields.Select(field => ((string?)field.Name, field.Order, field.Value)));
    }

    [Fact]
    public async Task Item_without_fields_is_made()
    {
        var vault = await Owner.CreateVault();

        vault = await Owner.CreateItem(
            vault,
            new ItemState { VaultId = vault.Id, Type = "SECURE_NOTE" }
        );

        var items = (await Owner.Get($"vault/{vault.Id}/items")).Json;
        ((int)items.At("/items/0/fieldCount")!).ShouldBe(0);
    }

    [Theory]
    [InlineData("LOGIN")]
    [InlineData("API_KEY")]
    [InlineData("DATABASE")]
    [InlineData("SSH_KEY")]
    [InlineData("SERVER")]
    [InlineData("SECURE_NOTE")]
    [InlineData("CREDIT_CARD")]
    [InlineData("CUSTOM")]
    public async Task Item_of_each_type_is_kept(string type)
    {
        var vault = await Owner.CreateVault();

        vault = await Owner.CreateItem(vault, MachineClient.NewItem(vault) with { Type = type });

        (
            (string?)(await Owner.Get($"vault/{vault.Id}/items/{vault.Items[0].Id}")).Json["type"]
        ).ShouldBe(type);
    }

    [Fact]
    public async Task Field_of_each_type_is_kept()
    {
        string[] types = ["TEXT", "PASSWORD", "SECRET", "URL", "NUMBER", "TOTP", "FILE"];
        var vault = await Owner.CreateVault();
        var item = new ItemState
        {
            VaultId = vault.Id,
            Fields =
            [
                .. types.Select(
                    (type, index) =>
                        new FieldState
                        {
                            Name = type,
                            Type = type,
                            Order = index,
                            Value = Json.Envelope(),
                        }
                ),
            ],
        };

        await Owner.CreateItem(vault, item);

        var fields = (await Owner.Get($"vault/{vault.Id}/items/{item.Id}")).Json[
            "fields"
        ]!.AsArray();
        fields.Select(field => (string?)field!["type"]).ShouldBe(types);
    }

    [Theory]
    [InlineData("/id", "absent", "/id")]
    [InlineData("/name", "absent", "/name")]
    [InlineData("/name", "\" \"", "/name")]
    [InlineData("/type", "absent", "/type")]
    [InlineData("/type", "\"NOTE\"", "/type")]
    [InlineData("/fields", "absent", "/fields")]
    [InlineData("/fields", "null", "/fields")]
    [InlineData("/fields/0/id", "absent", "/fields/0*")]
    [InlineData("/fields/0/fieldInstanceId", "absent", "/fields/0*")]
    [InlineData("/fields/0/name", "absent", "/fields/0*")]
    [InlineData("/fields/0/type", "\"note\"", "/fields/0*")]
    [InlineData("/fields/0/encryptedValue", "\"plain\"", "/fields/0*")]
    [InlineData("/fields/0/value", "\"plain\"", "/fields/0*")]
    [InlineData("/summaryCheckpoint", "absent", "/summaryCheckpoint")]
    [InlineData("/detailCheckpoint", "absent", "/detailCheckpoint")]
    [InlineData("/websites", "[\"ftp://x\"]", "/websites*")]
    [InlineData("/websites", "null", "/websites*")]
    [InlineData("/extra", "1", "/extra")]
    public async Task Item_out_of_form_is_invalid(string pointer, string json, string path)
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = MachineClient.NewItem(scene.Vault);
        var body = Owner.CreateItemBody(scene.Vault, item);
        body.Set(pointer, json == "absent" ? Json.Absent : JsonNode.Parse(json));

        await scene.Refuse(
            () => Owner.Post($"vault/{scene.Vault.Id}/items", body),
            400,
            "invalid_request",
            path
        );
    }

    [Theory]
    [InlineData("/detailCheckpoint/checkpoint/name", "\"Other\"", "checkpoint_mismatch")]
    [InlineData("/detailCheckpoint/checkpoint/fields", "[]", "checkpoint_mismatch")]
    [InlineData("/detailCheckpoint/checkpoint/fields/0/order", "4", "checkpoint_mismatch")]
    [InlineData("/summaryCheckpoint/checkpoint/items", "[]", "checkpoint_mismatch")]
    [InlineData("/summaryCheckpoint/signature", "\"AAAA\"", "checkpoint_invalid_signature")]
    [InlineData("/detailCheckpoint/signature", "\"AAAA\"", "checkpoint_invalid_signature")]
    public async Task Item_with_a_wrong_checkpoint_is_not_made(
        string pointer,
        string json,
        string reason
    )
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = Owner.CreateItemBody(scene.Vault, MachineClient.NewItem(scene.Vault));
        body.Set(pointer, JsonNode.Parse(json));
        if (!pointer.EndsWith("signature", StringComparison.Ordinal))
        {
            Signer.SignAgain(body[pointer.Split('/')[1]]!);
        }

        var answer = await scene.Refuse(
            () => Owner.Post($"vault/{scene.Vault.Id}/items", body),
            400,
            "vault_item_creation_failed"
        );

        ((string?)answer.Error!.At("/details/reason")).ShouldBe(reason);
    }

    [Theory]
    [InlineData("item")]
    [InlineData("item in another vault")]
    [InlineData("archived item")]
    [InlineData("field")]
    [InlineData("instance")]
    public async Task Item_with_an_id_that_is_taken_is_a_conflict(string kind)
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = MachineClient.NewItem(scene.Vault);
        var taken = scene.Item;
        if (kind == "item in another vault")
        {
            taken = (await Scene.MakeAsync(Owner)).Item;
        }
        else if (kind == "archived item")
        {
            (
                await Owner.Delete(
                    $"vault/{scene.Vault.Id}/items/{taken.Id}",
                    Owner.DeleteItemBody(scene.Vault, taken.Id)
                )
            ).ShouldSucceed(204);
            scene.Vault = scene.Vault with { Items = [], SummaryVersion = 3 };
        }

        item = kind switch
        {
            "field" => item with
            {
                Fields = item.Fields.SetItem(0, item.Fields[0] with { Id = taken.Fields[0].Id }),
            },
            "instance" => item with
            {
                Fields = item.Fields.SetItem(
                    0,
                    item.Fields[0] with
                    {
                        InstanceId = taken.Fields[0].InstanceId,
                    }
                ),
            },
            _ => item with { Id = taken.Id },
        };

        (
            await Owner.Post(
                $"vault/{scene.Vault.Id}/items",
                Owner.CreateItemBody(scene.Vault, item)
            )
        ).ShouldBeRefused(409, "id_conflict");
    }

    [Fact]
    public async Task Item_with_201_fields_is_invalid()
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = new ItemState
        {
            VaultId = scene.Vault.Id,
            Fields =
            [
                .. Enumerable
                    .Range(0, 201)
                    .Select(i => new FieldState
                    {
                        Name = $"field {i}",
                        Type = "TEXT",
                        Order = i,
                    }),
            ],
        };

        await scene.Refuse(
            () =>
                Owner.Post(
                    $"vault/{scene.Vault.Id}/items",
                    Owner.CreateItemBody(scene.Vault, item)
                ),
            400,
            "invalid_request"
        );
    }

    [Fact]
    public async Task Vault_with_2000_items_takes_no_more()
    {
        var vault = await Owner.CreateVault();
        for (var i = 0; i < 2_000; i++)
        {
            vault = await Owner.CreateItem(
                vault,
                new ItemState { VaultId = vault.Id, Name = $"i{i}" }
            );
        }

        var answer = await Owner.Post(
            $"vault/{vault.Id}/items",
            Owner.CreateItemBody(vault, new ItemState { VaultId = vault.Id })
        );

        answer.ShouldBeRefused(400, "invalid_request");
    }

    [Fact]
    public async Task Item_that_is_deleted_is_in_no_list_and_keeps_its_id()
    {
        var scene = await Scene.MakeAsync(Owner);

        (
            await Owner.Delete(
                $"vault/{scene.Vault.Id}/items/{scene.Item.Id}",
                Owner.DeleteItemBody(scene.Vault, scene.Item.Id)
            )
        )
            .ShouldSucceed(204)
            .ShouldHaveNoBody();

        (await Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}")).ShouldBeRefused(
            404,
            "vault_item_not_found"
        );
        (await Owner.Get($"vault/{scene.Vault.Id}/fields/{scene.Username.Id}")).ShouldBeRefused(
            404,
            "field_not_found"
        );
        var items = (await Owner.Get($"vault/{scene.Vault.Id}/items")).Json;
        ((int)items["count"]!).ShouldBe(0);
        Json.Text(items.At("/summaryCheckpoint/checkpoint/items")).ShouldBe("[]");
        ((int)items.At("/summaryCheckpoint/checkpoint/version")!).ShouldBe(3);
    }

    [Fact]
    public async Task Item_delete_whose_summary_still_names_it_is_a_mismatch()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = new JsonObject { ["summaryCheckpoint"] = Signer.Wrap(scene.Vault.Summary(3)) };

        await scene.Refuse(
            () => Owner.Delete($"vault/{scene.Vault.Id}/items/{scene.Item.Id}", body),
            400,
            "checkpoint_mismatch",
            "*/items*"
        );
    }

    [Fact]
    public async Task Item_delete_without_its_summary_is_invalid()
    {
        var scene = await Scene.MakeAsync(Owner);

        await scene.Refuse(
            () => Owner.Delete($"vault/{scene.Vault.Id}/items/{scene.Item.Id}", new JsonObject()),
            400,
            "invalid_request",
            "/summaryCheckpoint"
        );
    }

    [Fact]
    public async Task Item_delete_with_a_stale_summary_is_a_conflict()
    {
        var scene = await Scene.MakeAsync(Owner);
        var stale = scene.Vault with { SummaryVersion = 1 };

        await scene.Refuse(
            () =>
                Owner.Delete(
                    $"vault/{scene.Vault.Id}/items/{scene.Item.Id}",
                    Owner.DeleteItemBody(stale, scene.Item.Id)
                ),
            409,
            "checkpoint_version_conflict"
        );
    }

    [Fact]
    public async Task Item_of_another_vault_is_not_found_under_this_one()
    {
        var scene = await Scene.MakeAsync(Owner);
        var other = await Scene.MakeAsync(Owner);

        (await Owner.Get($"vault/{scene.Vault.Id}/items/{other.Item.Id}")).ShouldBeRefused(
            404,
            "vault_item_not_found"
        );
        (
            await Owner.Delete(
                $"vault/{scene.Vault.Id}/items/{other.Item.Id}",
                Owner.DeleteItemBody(scene.Vault, other.Item.Id)
            )
        ).ShouldBeRefused(404, "vault_item_not_found");
    }

    [Fact]
    public async Task Vault_that_is_archived_is_not_found_and_not_listed()
    {
        var scene = await Scene.MakeAsync(Owner);

        (await Owner.Delete($"vault/{scene.Vault.Id}", Owner.ArchiveVaultBody(scene.Vault)))
            .ShouldSucceed(204)
            .ShouldHaveNoBody();

        (await Owner.Get($"vault/{scene.Vault.Id}")).ShouldBeRefused(404, "vault_not_found");
        (await Owner.Get($"vault/{scene.Vault.Id}/items")).ShouldBeRefused(404, "vault_not_found");
        (await Owner.Get("vault")).Text.ShouldNotContain(scene.Vault.Id);
        (await Owner.Patch(scene.VaultPath, scene.VaultUpdate())).ShouldBeRefused(
            404,
            "vault_not_found"
        );
    }

    [Theory]
    [InlineData("other state")]
    [InlineData("other version")]
    [InlineData("a checkpoint's signature")]
    [InlineData("not base64")]
    public async Task Vault_archive_needs_its_statement(string fault)
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = Owner.ArchiveVaultBody(scene.Vault);
        body["statementSignature"] = fault switch
        {
            "other state" => Owner.ArchiveVaultBody(scene.Vault, "active")[
                "statementSignature"
            ]!.DeepClone(),
            "other version" => Owner.ArchiveVaultBody(scene.Vault with { DirectoryVersion = 5 })[
                "statementSignature"
            ]!.DeepClone(),
            "a checkpoint's signature" => body.At("/directoryCheckpoint/signature")!.DeepClone(),
            _ => "base64-signature",
        };

        await scene.Refuse(
            () => Owner.Delete($"vault/{scene.Vault.Id}", body),
            400,
            "checkpoint_invalid_signature"
        );
    }

    [Theory]
    [InlineData("directoryCheckpoint")]
    [InlineData("statementSignature")]
    public async Task Vault_archive_without_a_member_is_invalid(string member)
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = Owner.ArchiveVaultBody(scene.Vault);
        body.Remove(member);

        await scene.Refuse(
            () => Owner.Delete($"vault/{scene.Vault.Id}", body),
            400,
            "invalid_request",
            "/" + member
        );
    }
}
