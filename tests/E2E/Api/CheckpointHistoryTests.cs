using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>GET /vault/{id}/checkpoints: everything that was ever accepted, as it was signed (machine.md sections 4 and 7).</summary>
[Collection(PortalCollection.Name)]
public sealed class CheckpointHistoryTests(Portal portal)
{
    private MachineClient Owner => portal.Owner;

    [Fact]
    public async Task All_kinds_are_listed_oldest_first()
    {
        var scene = await Scene.MakeAsync(Owner);
        scene.Vault = await Owner.Apply(scene.Change().Update(scene.Password), scene.Vault);

        var answer = (await Owner.Get($"vault/{scene.Vault.Id}/checkpoints")).ShouldSucceed();

        answer.Json.ShouldHaveMembers("checkpoints pagination");
        Json.Text(answer.Json["pagination"])
            .ShouldBe("""{"page":1,"limit":50,"total":6,"totalPages":1}""");
        Entries(answer)
            .ShouldBe([
                ("directory", null, 1),
                ("summary", null, 1),
                ("permission", null, 1),
                ("detail", scene.Item.Id, 1),
                ("summary", null, 2),
                ("detail", scene.Item.Id, 2),
            ]);
        foreach (var entry in answer.Json["checkpoints"]!.AsArray())
        {
            entry.ShouldHaveMembers(
                "kind itemId checkpoint signerUserKeyPairId signature acceptedAt"
            );
        }
    }

    [Theory]
    [InlineData("kind=summary", 2)]
    [InlineData("kind=detail", 2)]
    [InlineData("kind=directory", 1)]
    [InlineData("kind=permission", 1)]
    [InlineData("itemId=$item", 2)]
    [InlineData("kind=detail&itemId=$item", 2)]
    [InlineData("kind=summary&itemId=$item", 0)]
    [InlineData("page=2&limit=4", 2)]
    [InlineData("page=3&limit=4", 0)]
    public async Task Checkpoints_are_filtered_and_paged(string query, int expected)
    {
        var scene = await Scene.MakeAsync(Owner);
        scene.Vault = await Owner.Apply(scene.Change().Update(scene.Password), scene.Vault);
        query = query.Replace("$item", scene.Item.Id, StringComparison.Ordinal);

        var answer = await Owner.Get($"vault/{scene.Vault.Id}/checkpoints?{query}");

        Entries(answer.ShouldSucceed()).Count().ShouldBe(expected);
    }

    [Theory]
    [InlineData("kind=other", "/kind")]
    [InlineData("kind=", "/kind")]
    [InlineData("itemId=xyz", "/itemId")]
    [InlineData("page=0", "/page")]
    [InlineData("limit=101", "/limit")]
    public async Task Query_out_of_form_is_invalid(string query, string path)
    {
        var scene = await Scene.MakeAsync(Owner);

        (await Owner.Get($"vault/{scene.Vault.Id}/checkpoints?{query}")).ShouldBeRefused(
            400,
            "invalid_request",
            path
        );
    }

    [Fact]
    public async Task Older_summaries_are_kept_short_and_rebuilt_as_they_were_signed()
    {
        const int versions = 205;
        var scene = await Scene.MakeAsync(Owner);
        for (var i = 0; i < 4; i++)
        {
            scene.Vault = await Owner.CreateItem(scene.Vault, MachineClient.NewItem(scene.Vault));
        }

        var first = scene.Vault.SummaryVersion;
        var signed = new List<string>();
        for (var i = scene.Vault.SummaryVersion; i < versions; i++)
        {
            // Items in another order each time: the list is a set.
            var change = scene.Change().Name($"Name {i}");
            var body = change.Body(Owner.Signer);
            signed.Add(Json.Text(body["summaryCheckpoint"]));
            (await Owner.Patch(scene.ItemPath, body)).ShouldSucceed();
            scene.Vault = change.Vault with { SummaryVersion = scene.Vault.SummaryVersion + 1 };
        }

        var wholeOnes = Number(
            """
            SELECT count(*) FROM checkpoint c JOIN vault v ON v.id = c.object_id
            WHERE c.kind = 2 AND c.hash IS NULL AND v.public_id = $id
            """,
            scene
        );
        var read = new List<JsonNode>();
        for (var page = 1; page <= 3; page++)
        {
            var answer = await Owner.Get(
                $"vault/{scene.Vault.Id}/checkpoints?kind=summary&limit=100&page={page}"
            );
            read.AddRange(answer.ShouldSucceed().Json["checkpoints"]!.AsArray()!);
        }

        // 100, 200 and the newest; and the first ones, which are shorter than their difference.
        wholeOnes.ShouldBeInRange(3, 6);
        read.Select(entry => (long)entry.At("/checkpoint/version")!)
            .ShouldBe(Enumerable.Range(1, versions).Select(i => (long)i));
        read.Skip((int)first)
            .Select(Wrapper)
            .ShouldBe(signed.Select(text => Wrapper(JsonNode.Parse(text)!)));
    }

    [Fact]
    public async Task Summary_that_cannot_be_rebuilt_is_an_error_and_never_another_text()
    {
        var scene = await Scene.MakeAsync(Owner);
        portal
            .Execute(
                """
                UPDATE checkpoint SET hash = zeroblob(32)
                WHERE kind = 2 AND version = 1 AND object_id = (SELECT id FROM vault WHERE public_id = $id)
                """,
                ("$id", Convert.FromHexString(scene.Vault.Id))
            )
            .ShouldBe(1);

        (await Owner.Get($"vault/{scene.Vault.Id}/checkpoints?kind=summary")).ShouldBeRefused(
            500,
            "internal_error"
        );
        (await Owner.Get($"vault/{scene.Vault.Id}/checkpoints?kind=detail")).ShouldSucceed();
    }

    [Fact]
    public async Task Archived_item_keeps_its_details_for_those_who_may_read()
    {
        using var stranger = await portal.Stranger();
        var scene = await Scene.MakeAsync(Owner);
        var item = await scene.ArchiveItem();
        var path = $"vault/{scene.Vault.Id}/checkpoints?itemId={item.Id}";

        Entries((await Owner.Get(path)).ShouldSucceed()).ShouldBe([("detail", item.Id, 1)]);
        (await stranger.Get(path)).ShouldBeRefused(404, "vault_not_found");
    }

    [Fact]
    public async Task Item_of_another_vault_is_not_found()
    {
        var scene = await Scene.MakeAsync(Owner);
        var other = await Scene.MakeAsync(Owner);
        var absent = await Owner.Get(
            $"vault/{scene.Vault.Id}/checkpoints?itemId={VaultState.NewId()}"
        );

        var foreign = await Owner.Get($"vault/{scene.Vault.Id}/checkpoints?itemId={other.Item.Id}");

        foreign.ShouldBeRefused(404, "vault_item_not_found").Text.ShouldBe(absent.Text);
    }

    [Fact]
    public async Task Member_with_item_grants_gets_the_directory_and_his_items()
    {
        using var member = await portal.Stranger(signer: Signer.Ed25519());
        var scene = await Scene.MakeAsync(Owner);
        portal.Grant(member, "item 1", scene);
        scene.Vault = await Owner.CreateItem(scene.Vault, MachineClient.NewItem(scene.Vault));

        var path = $"vault/{scene.Vault.Id}/checkpoints";
        Entries((await member.Get(path)).ShouldSucceed())
            .ShouldBe([("directory", null, 1), ("detail", scene.Item.Id, 1)]);
        Entries((await member.Get($"{path}?kind=summary")).ShouldSucceed()).ShouldBeEmpty();
        (await member.Get($"{path}?itemId={scene.Vault.Items[1].Id}")).ShouldBeRefused(
            404,
            "vault_item_not_found"
        );
    }

    [Fact]
    public async Task Absent_foreign_and_archived_cannot_be_told_apart()
    {
        using var stranger = await portal.Stranger();
        var foreign = await Scene.MakeAsync(Owner);
        var archived = await Scene.MakeAsync(Owner);
        await archived.ArchiveVault();

        var answers = new[]
        {
            await stranger.Get($"vault/{foreign.Vault.Id}/checkpoints"),
            await stranger.Get($"vault/{VaultState.NewId()}/checkpoints"),
            await Owner.Get($"vault/{archived.Vault.Id}/checkpoints"),
        };

        answers.ShouldAllBe(answer => answer.Code == "vault_not_found");
        answers.Select(answer => answer.Text).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Auditor_lists_them_and_a_key_without_the_permission_does_not()
    {
        using var auditor = await portal.Stranger(role: "Auditor");
        using var writer = await portal.OwnerWith("machine.vault.write");
        var scene = await Scene.MakeAsync(Owner);

        Entries((await auditor.Get($"vaults/{scene.Vault.Id}/checkpoints")).ShouldSucceed())
            .Count()
            .ShouldBe(5);
        (await writer.Get($"vault/{scene.Vault.Id}/checkpoints")).ShouldBeRefused(403, "forbidden");
    }

    /// <summary>An item's permission checkpoint is a permission to whoever lists it.</summary>
    [Fact]
    public async Task Permission_of_an_item_is_listed_with_its_item()
    {
        var scene = await Scene.MakeAsync(Owner);
        portal.Execute(
            """
            INSERT INTO checkpoint (kind, object_id, version, text, signer_key_id, signature, accepted_at, previous)
            SELECT 5, i.id, 1, CAST('{"version":1}' AS BLOB), k.id, zeroblob(64), 0, 0
            FROM vault_item i, registered_key k WHERE i.public_id = $item AND k.public_id = $key
            """,
            ("$item", Convert.FromHexString(scene.Item.Id)),
            ("$key", Convert.FromHexString(Owner.Signer.Id))
        );
        portal.Execute(
            """
            UPDATE vault_item SET permission_version = 1,
                permission_checkpoint = (SELECT max(sequence) FROM checkpoint WHERE kind = 5)
            WHERE public_id = $item
            """,
            ("$item", Convert.FromHexString(scene.Item.Id))
        );

        var listed = await Owner.Get($"vault/{scene.Vault.Id}/checkpoints?kind=permission");

        Entries(listed.ShouldSucceed())
            .ShouldBe([("permission", null, 1), ("permission", scene.Item.Id, 1)]);
    }

    private static IEnumerable<(string Kind, string? Item, long Version)> Entries(Answer answer) =>
        answer.Json["checkpoints"]!
            .AsArray()
            .Select(entry =>
                (
                    (string)entry!["kind"]!,
                    (string?)entry["itemId"],
                    (long)entry.At("/checkpoint/version")!
                )
            );

    /// <summary>Checkpoint in canonical form, signer and signature.</summary>
    private static string Wrapper(JsonNode wrapper) =>
        System.Text.Encoding.UTF8.GetString(Signer.Canonical(wrapper["checkpoint"]!))
        + (string?)wrapper["signerUserKeyPairId"]
        + (string?)wrapper["signature"];

    private long Number(string sql, Scene scene) => portal.Number(sql, scene.Vault.Id);
}
