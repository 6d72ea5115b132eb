using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>GET /vault/{id}/items/{itemId}/history (machine.md section 7).</summary>
[Collection(PortalCollection.Name)]
public sealed class FieldHistoryTests(Portal portal)
{
    private const string Members =
        "fieldId fieldName fieldType fieldInstanceId dekVersion assetId createdAt createdBy archivedAt detailVersion";

    private MachineClient Owner => portal.Owner;

    [Fact]
    public async Task Every_instance_is_listed_newest_first_with_who_and_when()
    {
        var scene = await Scene.MakeAsync(Owner);
        var first = scene.Password;
        scene.Vault = await Owner.Apply(
            scene.Change().Update(scene.Password, field => field with { Name = "PIN" }),
            scene.Vault
        );
        var second = scene.Item.Fields.Single(field => field.Id == first.Id);

        var answer = (await Owner.Get(Path(scene))).ShouldSucceed();

        answer.Json.ShouldHaveMembers("instances pagination");
        var instances = answer.Json["instances"]!.AsArray();
        instances.Count.ShouldBe(3);
        instances[0].ShouldHaveMembers($"{Members} value");
        instances
            .Where(entry => (string?)entry!["fieldId"] == first.Id)
            .Select(entry =>
                (
                    (string?)entry!["fieldInstanceId"],
                    (string?)entry["fieldName"],
                    (string?)entry["value"],
                    (long)entry["detailVersion"]!
                )
            )
            .ShouldBe([
                (second.InstanceId, "PIN", second.Value, 2),
                (first.InstanceId, first.Name, first.Value, 1),
            ]);
        instances[0]!["archivedAt"].ShouldBeNull();
        ((string?)instances[^2]!["archivedAt"] ?? (string?)instances[^1]!["archivedAt"]).ShouldBe(
            (string?)instances[0]!["createdAt"]
        );
        Json.Text(instances[0]!["createdBy"])
            .ShouldBe(
                $$"""{"type":"USER","id":"{{Owner.OwnerId}}","name":"{{Portal.OwnerEmail}}"}"""
            );
    }

    [Fact]
    public async Task Deleted_field_stays_in_the_history()
    {
        var scene = await Scene.MakeAsync(Owner);
        var gone = scene.Password;
        scene.Vault = await Owner.Apply(scene.Change().Delete(gone), scene.Vault);

        var instances = (await Owner.Get(Path(scene))).ShouldSucceed().Json["instances"]!.AsArray();

        var archived = instances.Single(entry => (string?)entry!["fieldId"] == gone.Id)!;
        ((string?)archived["value"]).ShouldBe(gone.Value);
        archived["archivedAt"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Instance_of_an_agent_names_the_agent()
    {
        using var agent = await portal.Agent("historian");
        var scene = await Scene.MakeAsync(Owner);
        portal.Grant(agent, "vault 2", scene);
        scene.Vault = await agent.Apply(scene.Change().Update(scene.Username), scene.Vault);

        var newest = (await Owner.Get(Path(scene)))
            .ShouldSucceed()
            .Json.At("/instances/0/createdBy");

        Json.Text(newest)
            .ShouldBe($$"""{"type":"AGENT","id":"{{agent.OwnerId}}","name":"historian"}""");
    }

    [Fact]
    public async Task History_is_paged()
    {
        var scene = await Scene.MakeAsync(Owner);
        for (var i = 0; i < 3; i++)
        {
            scene.Vault = await Owner.Apply(scene.Change().Update(scene.Username), scene.Vault);
        }

        var all = (await Owner.Get(Path(scene))).Json["instances"]!.AsArray();
        var page = (await Owner.Get($"{Path(scene)}?page=2&limit=2")).ShouldSucceed().Json;

        Json.Text(page["pagination"]).ShouldBe("""{"page":2,"limit":2,"total":5,"totalPages":3}""");
        page["instances"]!
            .AsArray()
            .Select(Json.Text)
            .ShouldBe(all.Skip(2).Take(2).Select(Json.Text));
        (await Owner.Get($"{Path(scene)}?limit=0")).ShouldBeRefused(400, "invalid_request");
    }

    [Fact]
    public async Task Values_need_the_permission_and_are_audited_before_they_leave()
    {
        var scene = await Scene.MakeAsync(Owner);
        using var reader = await portal.OwnerWith("machine.vault.read");
        using var auditor = await portal.Stranger(role: "Auditor");

        foreach (var client in new[] { reader, auditor })
        {
            var instances = (await client.Get(Path(scene))).ShouldSucceed().Json["instances"]!;
            instances.AsArray().ToList().ForEach(entry => entry.ShouldHaveMembers(Members));
        }

        Audited(scene).ShouldBe(0);
        (await Owner.Get(Path(scene))).ShouldSucceed();
        Audited(scene).ShouldBe(1);
    }

    [Fact]
    public async Task Expired_field_gives_no_value_of_its_past_either()
    {
        var scene = await Scene.MakeAsync(Owner);
        scene.Vault = await Owner.Apply(scene.Change().Update(scene.Password), scene.Vault);
        portal
            .Execute(
                "UPDATE field SET expires_at = 1 WHERE public_id = $id",
                ("$id", Convert.FromHexString(scene.Password.Id))
            )
            .ShouldBe(1);

        var instances = (await Owner.Get(Path(scene))).ShouldSucceed().Json["instances"]!.AsArray();

        foreach (var entry in instances)
        {
            entry.ShouldHaveMembers(
                (string?)entry!["fieldId"] == scene.Password.Id
                    ? $"{Members} expired"
                    : $"{Members} value"
            );
        }
    }

    [Theory]
    // none, READ on the vault, READ on the item alone.
    [InlineData("none", 404)]
    [InlineData("vault 1", 200)]
    [InlineData("item 1", 200)]
    public async Task Level_decides_who_reads_it(string level, int status)
    {
        using var member = await portal.Stranger(signer: Signer.Ed25519());
        var scene = await Scene.MakeAsync(Owner);
        portal.Grant(member, level, scene);

        (await member.Get(Path(scene))).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Absent_foreign_archived_and_misplaced_cannot_be_told_apart()
    {
        using var stranger = await portal.Stranger();
        var foreign = await Scene.MakeAsync(Owner);
        var archived = await Scene.MakeAsync(Owner);
        var path = Path(archived);
        await archived.ArchiveItem();

        var answers = new[]
        {
            await stranger.Get(Path(foreign)),
            await stranger.Get($"vault/{foreign.Vault.Id}/items/{VaultState.NewId()}/history"),
            await Owner.Get(path),
            await Owner.Get($"vault/{archived.Vault.Id}/items/{foreign.Item.Id}/history"),
        };

        answers.ShouldAllBe(answer => answer.Code == "vault_item_not_found");
        answers.Select(answer => answer.Text).Distinct().Count().ShouldBe(1);
    }

    private static string Path(Scene scene) =>
        $"vault/{scene.Vault.Id}/items/{scene.Item.Id}/history";

    private long Audited(Scene scene) =>
        portal.Audited("vault_item.read_history_values", $"vault_item:{scene.Item.Id}");
}
