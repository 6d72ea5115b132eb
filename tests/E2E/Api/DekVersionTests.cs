using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>Each instance names the data key that it was sealed under; a vault says how many are behind (machine.md section 5).</summary>
[Collection(PortalCollection.Name)]
public sealed class DekVersionTests(Portal portal)
{
    private MachineClient Owner => portal.Owner;

    [Fact]
    public async Task New_instance_is_of_the_current_version_and_no_longer_stale()
    {
        var scene = await Rekeyed();
        (await Stale(scene)).ShouldBe(2);

        var body = scene.Change().Update(scene.Password).Body(Owner.Signer);
        body["updates"]![0]!["dekVersion"] = 2;
        (await Owner.Patch(scene.ItemPath, body)).ShouldSucceed();

        (await Stale(scene)).ShouldBe(1);
        var item = (await Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}")).Json;
        item["fields"]!.AsArray().Select(field => (int)field!["dekVersion"]!).ShouldBe([1, 2]);
        var history = await Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}/history");
        history.Json["instances"]!
            .AsArray()
            .Select(entry => (int)entry!["dekVersion"]!)
            .ShouldBe([2, 1, 1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Value_of_another_version_is_a_conflict(int version)
    {
        var scene = await Rekeyed();
        var body = scene.Change().Update(scene.Password).Body(Owner.Signer);
        body["updates"]![0]!["dekVersion"] = version;

        await scene.RefusePatch(scene.ItemPath, body, 409, "dek_version_conflict", "/updates/0");
    }

    [Fact]
    public async Task Deleted_and_empty_fields_are_not_stale()
    {
        var scene = await Rekeyed();
        scene.Vault = await Owner.Apply(
            scene
                .Change()
                .Delete(scene.Password)
                .Update(scene.Username, field => field with { Value = null }),
            scene.Vault
        );

        (await Stale(scene)).ShouldBe(0);
    }

    [Fact]
    public async Task Archived_item_is_stale_again_when_it_comes_back()
    {
        var scene = await Rekeyed();
        var item = await scene.ArchiveItem();
        (await Stale(scene)).ShouldBe(0);

        (
            await Owner.Post(
                $"vault/{scene.Vault.Id}/items/{item.Id}/restore",
                Owner.RestoreItemBody(scene.Vault, item)
            )
        ).ShouldSucceed();

        (await Stale(scene)).ShouldBe(2);
    }

    [Fact]
    public async Task Summary_names_the_current_version()
    {
        var scene = await Rekeyed();
        var stale = scene.Vault with { DekVersion = 1 };

        (
            await Owner.Post(
                $"vault/{scene.Vault.Id}/items",
                Owner.CreateItemBody(stale, MachineClient.NewItem(stale))
            )
        ).ShouldBeRefused(
            400,
            "vault_item_creation_failed",
            "/summaryCheckpoint/checkpoint/currentDekVersion"
        );
        await Owner.CreateItem(scene.Vault, MachineClient.NewItem(scene.Vault));
        (await Stale(scene)).ShouldBe(2);
    }

    /// <summary>A vault whose data key was replaced after its item was made.</summary>
    private async Task<Scene> Rekeyed()
    {
        var scene = await Scene.MakeAsync(Owner);
        portal
            .Execute(
                "UPDATE vault SET current_dek_version = 2 WHERE public_id = $id",
                ("$id", Convert.FromHexString(scene.Vault.Id))
            )
            .ShouldBe(1);
        scene.Vault = scene.Vault with { DekVersion = 2 };
        return scene;
    }

    private async Task<int> Stale(Scene scene) =>
        (int)(await Owner.Get($"vault/{scene.Vault.Id}")).Json["staleInstances"]!;
}
