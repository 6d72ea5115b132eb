using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>Groups of a vault's items (machine.md section 6, Others).</summary>
[Collection(PortalCollection.Name)]
public sealed class ItemGroupTests(Portal portal)
{
    private static readonly string[] Calls = ["POST", "PATCH", "DELETE", "PUT"];

    private MachineClient Owner => portal.Owner;

    [Fact]
    public async Task Group_is_made_and_stands_in_the_summary_and_the_list()
    {
        var scene = await Scene.MakeAsync(Owner);
        var group = new GroupState(VaultState.NewId(), "Databases");

        var answer = await Owner.Post(
            $"vault/{scene.Vault.Id}/groups",
            Owner.NewGroupBody(scene.Vault, group)
        );

        answer.ShouldSucceed(201).Text.ShouldBe($$"""{"id":"{{group.Id}}"}""");
        var items = (await Owner.Get($"vault/{scene.Vault.Id}/items")).Json;
        var expected = $$"""[{"id":"{{group.Id}}","name":"Databases"}]""";
        Json.Text(items["vaultItemGroups"]).ShouldBe(expected);
        Json.Text(items.At("/summaryCheckpoint/checkpoint/groups")).ShouldBe(expected);
    }

    [Fact]
    public async Task Group_is_renamed_and_deleted()
    {
        var (scene, group) = await WithGroup();
        var renamed = group with { Name = "Renamed" };

        (
            await Owner.Patch(
                $"vault/{scene.Vault.Id}/groups/{group.Id}",
                Owner.RenameGroupBody(scene.Vault, renamed)
            )
        )
            .ShouldSucceed()
            .ShouldHaveNoBody();
        scene.Vault = scene.Vault with
        {
            Groups = [renamed],
            SummaryVersion = scene.Vault.SummaryVersion + 1,
        };
        (await Groups(scene)).ShouldContain("Renamed");
        (
            await Owner.Delete(
                $"vault/{scene.Vault.Id}/groups/{group.Id}",
                Owner.DeleteGroupBody(scene.Vault, group.Id)
            )
        )
            .ShouldSucceed(204)
            .ShouldHaveNoBody();

        (await Groups(scene)).ShouldBe("[]");
    }

    [Fact]
    public async Task Items_are_put_into_a_group_and_taken_out()
    {
        var (scene, group) = await WithGroup(items: 2);
        var path = $"vault/{scene.Vault.Id}/groups";
        var items = scene.Vault.Items.ToArray();

        (
            await Owner.Put(
                $"{path}/{group.Id}/items",
                Owner.GroupItemsBody(scene.Vault, group.Id, items)
            )
        )
            .ShouldSucceed()
            .ShouldHaveNoBody();
        scene.Vault = ObjectRequests.AfterGrouping(scene.Vault, group.Id, items);
        (await GroupsOfItems(scene)).ShouldBe([group.Id, group.Id]);
        var item = (await Owner.Get($"vault/{scene.Vault.Id}/items/{items[0].Id}")).Json;
        ((string?)item["groupId"]).ShouldBe(group.Id);
        ((string?)item.At("/detailCheckpoint/checkpoint/groupId")).ShouldBe(group.Id);
        ((long)item.At("/detailCheckpoint/checkpoint/version")!).ShouldBe(2);

        var one = scene.Vault.Items[0];
        (
            await Owner.Put($"{path}/none/items", Owner.GroupItemsBody(scene.Vault, null, one))
        ).ShouldSucceed();
        (await GroupsOfItems(scene)).ShouldBe([null, group.Id], ignoreOrder: true);
    }

    [Fact]
    public async Task Item_in_a_group_is_updated_archived_and_restored_with_it()
    {
        var (scene, group) = await Grouped();

        scene.Vault = await Owner.Apply(scene.Change().Name("In a group"), scene.Vault);
        var item = await scene.ArchiveItem();
        (
            await Owner.Post(
                $"vault/{scene.Vault.Id}/items/{item.Id}/restore",
                Owner.RestoreItemBody(scene.Vault, item)
            )
        ).ShouldSucceed();

        (await GroupsOfItems(scene)).ShouldBe([group.Id]);
    }

    [Fact]
    public async Task Item_whose_group_has_gone_comes_back_without_one()
    {
        var (scene, group) = await Grouped();
        var item = await scene.ArchiveItem();
        (
            await Owner.Delete(
                $"vault/{scene.Vault.Id}/groups/{group.Id}",
                Owner.DeleteGroupBody(scene.Vault, group.Id)
            )
        ).ShouldSucceed(204);
        scene.Vault = scene.Vault with
        {
            Groups = [],
            SummaryVersion = scene.Vault.SummaryVersion + 1,
        };

        (
            await Owner.Post(
                $"vault/{scene.Vault.Id}/items/{item.Id}/restore",
                Owner.RestoreItemBody(scene.Vault, item with { GroupId = null })
            )
        ).ShouldSucceed();

        (await GroupsOfItems(scene)).ShouldBe([null]);
    }

    [Fact]
    public async Task Group_with_items_is_not_deleted()
    {
        var (scene, group) = await Grouped();

        await scene.Refuse(
            () =>
                Owner.Delete(
                    $"vault/{scene.Vault.Id}/groups/{group.Id}",
                    Owner.DeleteGroupBody(scene.Vault, group.Id)
                ),
            409,
            "group_not_empty"
        );
    }

    [Theory]
    [InlineData("active")]
    [InlineData("deleted")]
    [InlineData("foreign")]
    public async Task Group_id_that_is_taken_is_a_conflict(string which)
    {
        var (scene, group) = await WithGroup();
        if (which == "foreign")
        {
            scene = await Scene.MakeAsync(Owner);
        }
        else if (which == "deleted")
        {
            (
                await Owner.Delete(
                    $"vault/{scene.Vault.Id}/groups/{group.Id}",
                    Owner.DeleteGroupBody(scene.Vault, group.Id)
                )
            ).ShouldSucceed(204);
            scene.Vault = scene.Vault with
            {
                Groups = [],
                SummaryVersion = scene.Vault.SummaryVersion + 1,
            };
        }

        (
            await Owner.Post(
                $"vault/{scene.Vault.Id}/groups",
                Owner.NewGroupBody(scene.Vault, group)
            )
        ).ShouldBeRefused(409, "id_conflict", "/id");
    }

    [Theory]
    [InlineData("/id", "absent", "/id")]
    [InlineData("/id", "\"none\"", "/id")]
    [InlineData("/name", "absent", "/name")]
    [InlineData("/name", "\" \"", "/name")]
    [InlineData("/name", "\"a\\nb\"", "/name")]
    [InlineData("/summaryCheckpoint", "absent", "/summaryCheckpoint")]
    [InlineData("/extra", "1", "/extra")]
    public async Task Group_out_of_form_is_invalid(string pointer, string json, string path)
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = Owner.NewGroupBody(scene.Vault, new(VaultState.NewId(), "Group"));
        body.Set(pointer, json == "absent" ? Json.Absent : JsonNode.Parse(json));

        await scene.Refuse(
            () => Owner.Post($"vault/{scene.Vault.Id}/groups", body),
            400,
            "invalid_request",
            path
        );
    }

    [Theory]
    [InlineData("missing detail", 400, "invalid_request", "/detailCheckpoints")]
    [InlineData("detail of another", 400, "invalid_request", "/detailCheckpoints/0*")]
    [InlineData("detail twice", 400, "invalid_request", "/detailCheckpoints/1*")]
    [InlineData("item twice", 400, "invalid_request", "/itemIds/1")]
    [InlineData("no list", 400, "invalid_request", "/itemIds")]
    [InlineData("absent item", 404, "vault_item_not_found", "/itemIds/0")]
    [InlineData("foreign item", 404, "vault_item_not_found", "/itemIds/0")]
    [InlineData("old detail", 409, "checkpoint_version_conflict", null)]
    [InlineData(
        "wrong detail",
        400,
        "checkpoint_mismatch",
        "/detailCheckpoints/0/checkpoint/groupId"
    )]
    [InlineData(
        "wrong summary",
        400,
        "checkpoint_mismatch",
        "/summaryCheckpoint/checkpoint/items*"
    )]
    [InlineData(
        "broken detail",
        400,
        "checkpoint_invalid_signature",
        "/detailCheckpoints/0/signature"
    )]
    public async Task Grouping_that_is_not_right_changes_nothing(
        string fault,
        int status,
        string code,
        string? path
    )
    {
        var (scene, group) = await WithGroup(items: 2);
        var body = Owner.GroupItemsBody(scene.Vault, group.Id, scene.Item);
        await Spoil(body, fault, scene);

        await scene.Refuse(
            () => Owner.Put($"vault/{scene.Vault.Id}/groups/{group.Id}/items", body),
            status,
            code,
            path
        );
    }

    [Fact]
    public async Task Grouping_of_what_stands_there_takes_a_summary_and_no_detail()
    {
        var (scene, group) = await Grouped();
        var path = $"vault/{scene.Vault.Id}/groups/{group.Id}/items";

        (
            await Owner.Put(path, Owner.GroupItemsBody(scene.Vault, group.Id, scene.Item))
        ).ShouldSucceed();
        scene.Vault = scene.Vault with { SummaryVersion = scene.Vault.SummaryVersion + 1 };
        var body = Owner.GroupItemsBody(scene.Vault, group.Id, scene.Item);
        body["detailCheckpoints"]!
            .AsArray()
            .Add(Owner.Signer.Wrap(scene.Item.Detail(scene.Item.DetailVersion + 1)));

        (await Owner.Put(path, body)).ShouldBeRefused(
            400,
            "invalid_request",
            "/detailCheckpoints/0"
        );
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("foreign")]
    [InlineData("no id")]
    public async Task Group_that_is_not_here_is_not_found(string which)
    {
        var (scene, group) = await WithGroup();
        var (other, foreign) = await WithGroup();
        _ = other;
        var id = which switch
        {
            "foreign" => foreign.Id,
            "absent" => VaultState.NewId(),
            _ => "xyz",
        };
        var path = $"vault/{scene.Vault.Id}/groups/{id}";

        foreach (var call in Calls.Skip(1))
        {
            (await Send(Owner, call, scene, group, path)).ShouldBeRefused(404, "not_found");
        }
    }

    [Theory]
    // none, READ, WRITE on the vault, WRITE on the item alone.
    [InlineData("POST", 404, 403, 201, 403)]
    [InlineData("PATCH", 404, 403, 200, 403)]
    [InlineData("DELETE", 404, 403, 204, 403)]
    [InlineData("PUT", 404, 403, 200, 403)]
    public async Task Level_decides_who_may_group(string call, params int[] expected)
    {
        using var member = await portal.Stranger(signer: Signer.Ed25519());
        var answers = new List<int>();
        foreach (var level in new[] { "none", "vault 1", "vault 2", "item 2" })
        {
            var (scene, group) = await WithGroup();
            portal.Grant(member, level, scene);

            answers.Add((await Send(member, call, scene, group)).Status);
        }

        answers.ShouldBe(expected);
    }

    [Fact]
    public async Task Foreign_archived_and_absent_vaults_cannot_be_told_apart()
    {
        using var stranger = await portal.Stranger(signer: Signer.Ed25519());
        foreach (var call in Calls)
        {
            var (foreign, group) = await WithGroup();
            var (archived, other) = await WithGroup();
            await archived.ArchiveVault();

            var answers = new[]
            {
                await Send(stranger, call, foreign, group),
                await Send(stranger, call, archived, other),
                await Send(
                    stranger,
                    call,
                    foreign,
                    group,
                    $"vault/{VaultState.NewId()}/groups/{group.Id}"
                ),
                await Send(Owner, call, archived, other),
            };

            answers.ShouldAllBe(answer => answer.Code == "vault_not_found");
            answers.Select(answer => answer.Text).Distinct().Count().ShouldBe(1);
        }
    }

    [Fact]
    public async Task Agent_signs_no_group()
    {
        using var agent = await portal.Agent("sorter");
        var (scene, group) = await WithGroup();
        portal.Grant(agent, "vault 3", scene);

        foreach (var call in Calls)
        {
            await scene.Refuse(
                () => Send(agent, call, scene, group),
                403,
                "checkpoint_signer_required"
            );
        }
    }

    [Fact]
    public async Task Auditor_and_key_without_the_permission_change_no_group()
    {
        using var auditor = await portal.Stranger(role: "Auditor");
        auditor.Signer = Signer.Ed25519();
        auditor.Signer.Id = VaultState.NewId();
        using var reader = await portal.OwnerWith("machine.vault.read");
        var (scene, group) = await WithGroup();
        portal.Grant(auditor, "vault 3", scene);

        foreach (var call in Calls)
        {
            await scene.Refuse(() => Send(auditor, call, scene, group), 403, "forbidden");
            await scene.Refuse(() => Send(reader, call, scene, group), 403, "forbidden");
        }
    }

    [Fact]
    public async Task Group_calls_are_replayed()
    {
        var (scene, group) = await WithGroup();
        var path = $"vault/{scene.Vault.Id}/groups/{group.Id}";
        var key = VaultState.NewId();
        var body = Owner.DeleteGroupBody(scene.Vault, group.Id);
        (await Owner.Delete(path, body, key)).ShouldSucceed(204);

        var again = await Owner.Delete(path, body, key);

        again.ShouldSucceed(204).Headers["Idempotency-Replayed"].ShouldBe("true");
        (await Owner.Delete(path, body)).ShouldBeRefused(404, "not_found");
    }

    [Fact]
    public async Task Two_groupings_at_once_exactly_one_succeeds()
    {
        var (scene, group) = await WithGroup(items: 2);
        var path = $"vault/{scene.Vault.Id}/groups/{group.Id}/items";

        var answers = await Task.WhenAll(
            scene.Vault.Items.Select(item =>
                Owner.Put(path, Owner.GroupItemsBody(scene.Vault, group.Id, item))
            )
        );

        answers.Select(answer => answer.Status).Order().ShouldBe([200, 409]);
        (await GroupsOfItems(scene)).Count(id => id == group.Id).ShouldBe(1);
    }

    [Fact]
    public async Task Two_hundred_items_move_at_once_and_one_more_is_refused()
    {
        var vault = await Owner.CreateVault();
        for (var i = 0; i < 200; i++)
        {
            vault = await Owner.CreateItem(
                vault,
                new ItemState { VaultId = vault.Id, Name = $"{i}" }
            );
        }

        var group = new GroupState(VaultState.NewId(), "All");
        vault = await Owner.CreateGroup(vault, group);
        var path = $"vault/{vault.Id}/groups/{group.Id}/items";
        var body = Owner.GroupItemsBody(vault, group.Id, [.. vault.Items]);
        var tooMany = body.Copy();
        tooMany["itemIds"]!.AsArray().Add(VaultState.NewId());

        (await Owner.Put(path, tooMany)).ShouldBeRefused(400, "invalid_request", "/itemIds");
        (await Owner.Put(path, body)).ShouldSucceed();
    }

    private async Task<(Scene Scene, GroupState Group)> WithGroup(int items = 1)
    {
        var scene = await Scene.MakeAsync(Owner);
        for (var i = 1; i < items; i++)
        {
            scene.Vault = await Owner.CreateItem(scene.Vault, MachineClient.NewItem(scene.Vault));
        }

        var group = new GroupState(VaultState.NewId(), "Group");
        scene.Vault = await Owner.CreateGroup(scene.Vault, group);
        return (scene, group);
    }

    private async Task<(Scene Scene, GroupState Group)> Grouped()
    {
        var (scene, group) = await WithGroup();
        (
            await Owner.Put(
                $"vault/{scene.Vault.Id}/groups/{group.Id}/items",
                Owner.GroupItemsBody(scene.Vault, group.Id, scene.Item)
            )
        ).ShouldSucceed();
        scene.Vault = ObjectRequests.AfterGrouping(scene.Vault, group.Id, scene.Item);
        return (scene, group);
    }

    private async Task<string> Groups(Scene scene) =>
        Json.Text((await Owner.Get($"vault/{scene.Vault.Id}/items")).Json["vaultItemGroups"]);

    private async Task<IEnumerable<string?>> GroupsOfItems(Scene scene) =>
        (await Owner.Get($"vault/{scene.Vault.Id}/items")).Json["items"]!
            .AsArray()
            .Select(item => (string?)item!["groupId"]);

    private static Task<Answer> Send(
        MachineClient client,
        string call,
        Scene scene,
        GroupState group,
        string? path = null
    )
    {
        path ??= $"vault/{scene.Vault.Id}/groups/{group.Id}";
        return call switch
        {
            "POST" => client.Post(
                path[..path.LastIndexOf('/')],
                client.NewGroupBody(scene.Vault, new(VaultState.NewId(), "Another"))
            ),
            "PATCH" => client.Patch(
                path,
                client.RenameGroupBody(scene.Vault, group with { Name = "Renamed" })
            ),
            "DELETE" => client.Delete(path, client.DeleteGroupBody(scene.Vault, group.Id)),
            "PUT" => client.Put(
                $"{path}/items",
                client.GroupItemsBody(scene.Vault, group.Id, scene.Item)
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(call), call, null),
        };
    }

    private async Task Spoil(JsonObject body, string fault, Scene scene)
    {
        var details = body["detailCheckpoints"]!.AsArray();
        var ids = body["itemIds"]!.AsArray();
        var signer = Owner.Signer;
        switch (fault)
        {
            case "missing detail":
                details.Clear();
                break;
            case "detail of another":
                details[0] = signer.Wrap(scene.Vault.Items[1].Detail(2));
                break;
            case "detail twice":
                details.Add(details[0]!.DeepClone());
                break;
            case "item twice":
                ids.Add(ids[0]!.DeepClone());
                break;
            case "no list":
                body.Remove("itemIds");
                break;
            case "absent item":
                ids[0] = VaultState.NewId();
                details.Clear();
                break;
            case "foreign item":
                ids[0] = (await Scene.MakeAsync(Owner)).Item.Id;
                details.Clear();
                break;
            case "old detail":
                details[0] = signer.Wrap(scene.Item.Detail(1));
                break;
            case "wrong detail":
                details[0] = signer.Wrap(scene.Item.Detail(2));
                break;
            case "wrong summary":
                body["summaryCheckpoint"] = Owner.NextSummary(scene.Vault);
                break;
            case "broken detail":
                details[0]!["signature"] = "AAAA";
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, null);
        }
    }
}
