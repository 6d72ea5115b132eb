using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>PATCH /vault-item/{id}/update: what the entries do, and the rules between them (machine.md section 6).</summary>
[Collection(PortalCollection.Name)]
public sealed class ItemUpdateRuleTests(Portal portal)
{
    private MachineClient Owner => portal.Owner;

    private Signer Signer => portal.Owner.Signer;

    [Fact]
    public async Task Add_update_and_delete_take_effect_together()
    {
        var scene = await Scene.MakeAsync(Owner);
        var change = scene.FullChange();

        (await Owner.Patch(scene.ItemPath, change.Body(Signer))).ShouldSucceed().ShouldHaveNoBody();

        var item = (await Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}")).Json;
        ((string?)item["name"]).ShouldBe("Staging Database");
        ((string?)item["type"]).ShouldBe("DATABASE");
        Json.Text(item["websites"]).ShouldBe("""["https://a.example.com","b.example.com"]""");
        item["fields"]!
            .AsArray()
            .Select(field =>
                ((string?)field!["id"], (string?)field["name"], (string?)field["value"])
            )
            .ShouldBe(
                change.After.Fields.Select(field =>
                    ((string?)field.Id, (string?)field.Name, field.Value)
                ),
                ignoreOrder: true
            );
        ((int)item.At("/detailCheckpoint/checkpoint/version")!).ShouldBe(2);
    }

    [Fact]
    public async Task Add_without_order_goes_last()
    {
        var scene = await Scene.MakeAsync(Owner);
        scene.Vault = await Owner.Apply(scene.Change().Add(order: 40), scene.Vault);
        var field = new FieldState
        {
            Name = "Last",
            Type = "TEXT",
            Order = 41,
        };

        (
            await Owner.Patch(
                scene.ItemPath,
                scene.Change().Add(field, withOrder: false).Body(Signer)
            )
        ).ShouldSucceed();

        (await Order(scene, field.Id)).ShouldBe(41);
    }

    [Fact]
    public async Task Add_without_order_in_an_item_without_fields_goes_first()
    {
        var vault = await Owner.CreateVault();
        vault = await Owner.CreateItem(vault, new ItemState { VaultId = vault.Id });
        var field = new FieldState
        {
            Name = "First",
            Type = "TEXT",
            Order = 0,
        };
        var change = new ItemChange(vault, vault.Items[0]).Add(field, withOrder: false);

        (await Owner.Patch(change.Path, change.Body(Signer))).ShouldSucceed();
    }

    [Fact]
    public async Task Order_that_stands_already_is_allowed()
    {
        var scene = await Scene.MakeAsync(Owner);

        scene.Vault = await Owner.Apply(scene.Change().Add(order: 0).Add(order: 0), scene.Vault);

        (await Order(scene, scene.Item.Fields[^1].Id)).ShouldBe(0);
    }

    [Fact]
    public async Task Update_keeps_name_and_order_unless_given()
    {
        var scene = await Scene.MakeAsync(Owner);

        scene.Vault = await Owner.Apply(scene.Change().Update(scene.Password), scene.Vault);

        var field = (await Field(scene, scene.Password.Id)).Json;
        ((string?)field["name"]).ShouldBe("Password");
        ((int)field["order"]!).ShouldBe(1);
        ((string?)field["fieldInstanceId"]).ShouldBe(scene.Password.InstanceId);
    }

    [Fact]
    public async Task Update_changes_label_type_and_order()
    {
        var scene = await Scene.MakeAsync(Owner);

        scene.Vault = await Owner.Apply(
            scene
                .Change()
                .Update(
                    scene.Password,
                    field => field with { Name = "Key", Type = "SECRET", Order = 12 }
                ),
            scene.Vault
        );

        var field = (await Field(scene, scene.Password.Id)).Json;
        ((string?)field["name"], (string?)field["type"], (int)field["order"]!).ShouldBe(
            ("Key", "SECRET", 12)
        );
    }

    [Fact]
    public async Task Update_with_null_empties_the_field()
    {
        var scene = await Scene.MakeAsync(Owner);

        scene.Vault = await Owner.Apply(
            scene.Change().Update(scene.Password, field => field with { Value = null }),
            scene.Vault
        );

        var field = (await Field(scene, scene.Password.Id)).Json.AsObject();
        field.ContainsKey("value").ShouldBeTrue();
        field["value"].ShouldBeNull();
    }

    [Fact]
    public async Task Update_of_an_empty_field_needs_no_value()
    {
        var scene = await Scene.MakeAsync(Owner);
        scene.Vault = await Owner.Apply(
            scene
                .Change()
                .Add(
                    new FieldState
                    {
                        Name = "Empty",
                        Type = "TEXT",
                        Order = 2,
                    }
                ),
            scene.Vault
        );
        var empty = scene.Item.Fields[^1];
        var body = scene
            .Change()
            .Update(empty, field => field with { Value = null, Name = "Still empty" })
            .Body(Signer);
        body.Set("/updates/0/value", Json.Absent);

        (await Owner.Patch(scene.ItemPath, body)).ShouldSucceed();
    }

    [Fact]
    public async Task Add_without_value_makes_an_empty_field()
    {
        var scene = await Scene.MakeAsync(Owner);
        var field = new FieldState
        {
            Name = "Empty",
            Type = "TEXT",
            Order = 2,
        };

        scene.Vault = await Owner.Apply(scene.Change().Add(field), scene.Vault);

        var read = (await Field(scene, field.Id)).Json.AsObject();
        read.ContainsKey("value").ShouldBeTrue();
        read["value"].ShouldBeNull();
    }

    [Fact]
    public async Task Asset_is_bound_to_the_new_instance()
    {
        var scene = await Scene.MakeAsync(Owner);
        var asset = VaultState.NewId();
        (await Owner.Upload(scene.Vault.Id, asset, Attachment.Bytes(100))).ShouldSucceed(201);
        var field = new FieldState
        {
            Name = "File",
            Type = "FILE",
            Order = 2,
            AssetId = asset,
            Value = Json.Envelope(),
        };

        scene.Vault = await Owner.Apply(scene.Change().Add(field), scene.Vault);

        var read = (await Field(scene, field.Id)).Json;
        ((string?)read["assetId"]).ShouldBe(asset);
        Json.Text(read["assetIds"]).ShouldBe($"""["{asset}"]""");
    }

    [Fact]
    public async Task Updates_empty_without_new_metadata_are_invalid()
    {
        var scene = await Scene.MakeAsync(Owner);

        await scene.RefusePatch(
            scene.ItemPath,
            scene.Change().Body(Signer),
            400,
            "invalid_request",
            "/updates"
        );
    }

    [Fact]
    public async Task Updates_empty_with_equal_metadata_are_invalid()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Name(scene.Item.Name).Body(Signer);

        await scene.RefusePatch(scene.ItemPath, body, 400, "invalid_request", "/updates");
    }

    [Fact]
    public async Task Updates_empty_with_new_metadata_are_accepted()
    {
        var scene = await Scene.MakeAsync(Owner);

        (
            await Owner.Patch(scene.ItemPath, scene.Change().Name("Renamed").Body(Signer))
        ).ShouldSucceed();

        var items = (await Owner.Get($"vault/{scene.Vault.Id}/items")).Json;
        ((string?)items.At("/items/0/name")).ShouldBe("Renamed");
        ((int)items.At("/summaryCheckpoint/checkpoint/version")!).ShouldBe(3);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("type")]
    [InlineData("websites")]
    [InlineData("websites order")]
    public async Task Summary_is_required_when_metadata_changes(string what)
    {
        var scene = await Scene.MakeAsync(Owner);
        scene.Vault = await Owner.Apply(
            scene.Change().Websites("a.example.com", "b.example.com"),
            scene.Vault
        );
        var change = what switch
        {
            "name" => scene.Change().Name("Other"),
            "type" => scene.Change().Type("SERVER"),
            "websites" => scene.Change().Websites(),
            _ => scene.Change().Websites("b.example.com", "a.example.com"),
        };

        await scene.RefusePatch(
            scene.ItemPath,
            change.Add().Body(Signer, summary: false),
            400,
            "invalid_request",
            "/summaryCheckpoint"
        );
    }

    [Fact]
    public async Task Summary_is_not_required_when_metadata_is_sent_but_equal()
    {
        var scene = await Scene.MakeAsync(Owner);
        var change = scene
            .Change()
            .Add()
            .Name(scene.Item.Name)
            .Type(scene.Item.Type)
            .Websites([.. scene.Item.Websites]);

        (await Owner.Patch(scene.ItemPath, change.Body(Signer, summary: false))).ShouldSucceed();
    }

    [Theory]
    [InlineData("update")]
    [InlineData("delete")]
    public async Task Field_that_is_unknown_is_not_found(string action)
    {
        var scene = await Scene.MakeAsync(Owner);
        var change = scene.Change();
        _ = action == "update" ? change.Update(scene.Username) : change.Delete(scene.Username);
        var body = change.Add().Body(Signer);
        body.Set("/updates/0/fieldId", VaultState.NewId());

        await scene.RefusePatch(scene.ItemPath, body, 404, "field_not_found", "/updates/0");
    }

    [Theory]
    [InlineData("update")]
    [InlineData("delete")]
    public async Task Field_that_is_archived_is_not_found(string action)
    {
        var scene = await Scene.MakeAsync(Owner);
        var archived = scene.Username;
        var before = scene.Item;
        scene.Vault = await Owner.Apply(scene.Change().Delete(archived), scene.Vault);
        var stale = before with { DetailVersion = scene.Item.DetailVersion };
        var change = new ItemChange(scene.Vault, stale);
        _ = action == "update" ? change.Update(archived) : change.Delete(archived);

        await scene.RefusePatch(
            scene.ItemPath,
            change.Body(Signer),
            404,
            "field_not_found",
            "/updates/0"
        );
    }

    [Fact]
    public async Task Field_of_another_item_is_not_found()
    {
        var scene = await Scene.MakeAsync(Owner);
        var other = await Scene.MakeAsync(Owner);
        var body = scene.Change().Update(scene.Username).Body(Signer);
        body.Set("/updates/0/fieldId", other.Username.Id);

        await scene.RefusePatch(scene.ItemPath, body, 404, "field_not_found", "/updates/0");
    }

    [Theory]
    [InlineData("active")]
    [InlineData("archived")]
    [InlineData("in another item")]
    public async Task Add_of_a_field_that_stands_is_a_conflict(string where)
    {
        var scene = await Scene.MakeAsync(Owner);
        var taken = scene.Username.Id;
        if (where == "archived")
        {
            scene.Vault = await Owner.Apply(scene.Change().Delete(scene.Username), scene.Vault);
        }
        else if (where == "in another item")
        {
            taken = (await Scene.MakeAsync(Owner)).Username.Id;
        }

        var body = scene
            .Change()
            .Add(
                new FieldState
                {
                    Id = taken,
                    Name = "x",
                    Type = "TEXT",
                    Order = 9,
                }
            )
            .Body(Signer);

        // A field that is active in this very item makes the signed set doubtful too: the id decides first.
        await scene.RefusePatch(scene.ItemPath, body, 409, "id_conflict", "/updates/0");
    }

    [Theory]
    [InlineData("add", "active")]
    [InlineData("update", "active")]
    [InlineData("update", "own")]
    [InlineData("add", "archived")]
    [InlineData("update", "archived")]
    [InlineData("update", "in another item")]
    public async Task Instance_that_was_used_is_a_conflict(string action, string where)
    {
        var scene = await Scene.MakeAsync(Owner);
        var used = scene.Password.InstanceId;
        if (where == "own")
        {
            used = scene.Username.InstanceId;
        }
        else if (where == "archived")
        {
            scene.Vault = await Owner.Apply(scene.Change().Update(scene.Password), scene.Vault);
        }
        else if (where == "in another item")
        {
            used = (await Scene.MakeAsync(Owner)).Password.InstanceId;
        }

        var change =
            action == "add"
                ? scene
                    .Change()
                    .Add(
                        new FieldState
                        {
                            Name = "x",
                            Type = "TEXT",
                            Order = 9,
                            InstanceId = used,
                        }
                    )
                : scene.Change().Update(scene.Username, field => field with { InstanceId = used });

        await scene.RefusePatch(
            scene.ItemPath,
            change.Body(Signer),
            409,
            "id_conflict",
            "/updates/0"
        );
    }

    [Fact]
    public async Task Instance_used_twice_in_one_request_is_refused()
    {
        var scene = await Scene.MakeAsync(Owner);
        var id = VaultState.NewId();
        var body = scene
            .Change()
            .Update(scene.Username, field => field with { InstanceId = id })
            .Update(scene.Password, field => field with { InstanceId = id })
            .Body(Signer);

        var before = await scene.Stored();
        var answer = await Owner.Patch(scene.ItemPath, body);

        answer.Status.ShouldBeOneOf(400, 409);
        answer.ShouldBeRefused(
            answer.Status,
            answer.Status == 400 ? "invalid_request" : "id_conflict",
            "/updates/1*"
        );
        (await scene.Stored()).ShouldBe(before);
    }

    [Theory]
    [InlineData("update", "update")]
    [InlineData("update", "delete")]
    [InlineData("delete", "delete")]
    [InlineData("add", "update")]
    [InlineData("add", "add")]
    public async Task Entries_two_for_one_field_are_invalid(string first, string second)
    {
        var scene = await Scene.MakeAsync(Owner);
        var id = first == "add" ? VaultState.NewId() : scene.Username.Id;
        var body = scene.Change().Add().Body(Signer);
        body["updates"] = new JsonArray(Entry(first, id), Entry(second, id));

        await scene.RefusePatch(scene.ItemPath, body, 400, "invalid_request", "/updates/1*");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public async Task DekVersion_that_is_not_current_is_a_conflict(int version)
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Update(scene.Password).Body(Signer);
        body.Set("/updates/0/dekVersion", version);

        var before = await scene.Stored();
        var answer = await Owner.Patch(scene.ItemPath, body);

        // 0 is no version at all, so that its form may be refused first.
        if (version == 0 && answer.Status == 400)
        {
            answer.ShouldBeRefused(400, "invalid_request", "/updates/0*");
        }
        else
        {
            answer.ShouldBeRefused(409, "dek_version_conflict");
        }

        (await scene.Stored()).ShouldBe(before);
    }

    [Fact]
    public async Task DekVersion_that_is_current_is_recorded()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Update(scene.Password).Body(Signer);
        body.Set("/updates/0/dekVersion", 1);

        (await Owner.Patch(scene.ItemPath, body)).ShouldSucceed();

        ((int)(await Field(scene, scene.Password.Id)).Json["dekVersion"]!).ShouldBe(1);
    }

    [Fact]
    public async Task Entry_at_fault_takes_the_others_with_it()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Update(scene.Username).Add().Delete(scene.Password).Body(Signer);
        body.Set("/updates/2/fieldId", VaultState.NewId());

        await scene.RefusePatch(scene.ItemPath, body, 404, "field_not_found", "/updates/2");
    }

    [Fact]
    public async Task Item_that_is_archived_is_not_found()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Add().Body(Signer);
        (
            await Owner.Delete(
                $"vault/{scene.Vault.Id}/items/{scene.Item.Id}",
                Owner.DeleteItemBody(scene.Vault, scene.Item.Id)
            )
        ).ShouldSucceed(204);

        (await Owner.Patch(scene.ItemPath, body)).ShouldBeRefused(404, "vault_item_not_found");
    }

    [Fact]
    public async Task Item_of_an_archived_vault_is_not_found()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Add().Body(Signer);
        (
            await Owner.Delete($"vault/{scene.Vault.Id}", Owner.ArchiveVaultBody(scene.Vault))
        ).ShouldSucceed(204);

        (await Owner.Patch(scene.ItemPath, body)).ShouldBeRefused(404, "vault_item_not_found");
    }

    private static JsonObject Entry(string action, string fieldId) =>
        action == "delete"
            ? new JsonObject { ["action"] = action, ["fieldId"] = fieldId }
            : new JsonObject
            {
                ["action"] = action,
                ["fieldId"] = fieldId,
                ["fieldInstanceId"] = VaultState.NewId(),
                ["name"] = "x",
                ["type"] = "TEXT",
                ["value"] = Json.Envelope(),
            };

    private Task<Answer> Field(Scene scene, string id) =>
        Owner.Get($"vault/{scene.Vault.Id}/fields/{id}");

    private async Task<int> Order(Scene scene, string id) =>
        (int)(await Field(scene, id)).Json["order"]!;
}
