using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>POST …/restore of items and vaults (machine.md section 6, Others).</summary>
[Collection(PortalCollection.Name)]
public sealed class RestoreTests(Portal portal)
{
    private MachineClient Owner => portal.Owner;

    [Fact]
    public async Task Archived_item_comes_back_with_its_fields_and_values()
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = await scene.ArchiveItem();

        (await Owner.Post(ItemPath(scene, item), Owner.RestoreItemBody(scene.Vault, item)))
            .ShouldSucceed()
            .ShouldHaveNoBody();

        var read = (await Owner.Get($"vault/{scene.Vault.Id}/items/{item.Id}"))
            .ShouldSucceed()
            .Json;
        read["fields"]!
            .AsArray()
            .Select(field => (string?)field!["value"])
            .ShouldBe(item.Fields.Select(field => field.Value));
        ((long)read.At("/detailCheckpoint/checkpoint/version")!).ShouldBe(2);
        var vault = (await Owner.Get($"vault/{scene.Vault.Id}")).Json;
        ((int)vault["itemCount"]!).ShouldBe(1);
        ((long)vault.At("/summaryCheckpoint/checkpoint/version")!).ShouldBe(4);
    }

    [Theory]
    [InlineData("/summaryCheckpoint", "absent", "/summaryCheckpoint")]
    [InlineData("/detailCheckpoint", "absent", "/detailCheckpoint")]
    [InlineData("/detailCheckpoint", "null", "/detailCheckpoint*")]
    [InlineData("/extra", "1", "/extra")]
    public async Task Restore_out_of_form_is_invalid(string pointer, string json, string path)
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = await scene.ArchiveItem();
        var body = Owner.RestoreItemBody(scene.Vault, item);
        body.Set(pointer, json == "absent" ? Json.Absent : JsonNode.Parse(json));

        (await Owner.Post(ItemPath(scene, item), body)).ShouldBeRefused(
            400,
            "invalid_request",
            path
        );
    }

    [Theory]
    [InlineData("/summaryCheckpoint/checkpoint/items", "[]", "checkpoint_mismatch")]
    [InlineData("/detailCheckpoint/checkpoint/name", "\"Other\"", "checkpoint_mismatch")]
    [InlineData("/detailCheckpoint/checkpoint/fields", "[]", "checkpoint_mismatch")]
    [InlineData("/detailCheckpoint/signature", "\"AAAA\"", "checkpoint_invalid_signature")]
    public async Task Restore_with_a_wrong_checkpoint_leaves_the_item_away(
        string pointer,
        string json,
        string code
    )
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = await scene.ArchiveItem();
        var body = Owner.RestoreItemBody(scene.Vault, item);
        body.Set(pointer, JsonNode.Parse(json));
        if (!pointer.EndsWith("signature", StringComparison.Ordinal))
        {
            Owner.Signer.SignAgain(body[pointer.Split('/')[1]]!);
        }

        (await Owner.Post(ItemPath(scene, item), body)).ShouldBeRefused(400, code, pointer);
        (await Owner.Get($"vault/{scene.Vault.Id}/items/{item.Id}")).ShouldBeRefused(
            404,
            "vault_item_not_found"
        );
        ((int)(await Owner.Get($"vault/{scene.Vault.Id}")).Json["itemCount"]!).ShouldBe(0);
    }

    [Fact]
    public async Task Restore_that_comes_twice_is_a_version_conflict()
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = await scene.ArchiveItem();
        var body = Owner.RestoreItemBody(scene.Vault, item);
        (await Owner.Post(ItemPath(scene, item), body)).ShouldSucceed();

        var again = await Owner.Post(ItemPath(scene, item), body);

        again.ShouldBeRefused(409, "checkpoint_version_conflict");
        ((int)(await Owner.Get($"vault/{scene.Vault.Id}")).Json["itemCount"]!).ShouldBe(1);
    }

    [Fact]
    public async Task Restore_of_an_item_that_is_there_signs_its_state_anew()
    {
        var scene = await Scene.MakeAsync(Owner);

        (
            await Owner.Post(
                ItemPath(scene, scene.Item),
                Owner.RestoreItemBody(scene.Vault, scene.Item)
            )
        ).ShouldSucceed();

        var vault = (await Owner.Get($"vault/{scene.Vault.Id}")).Json;
        ((int)vault["itemCount"]!).ShouldBe(1);
        ((long)vault.At("/summaryCheckpoint/checkpoint/version")!).ShouldBe(3);
    }

    [Fact]
    public async Task Restore_is_replayed()
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = await scene.ArchiveItem();
        var body = Owner.RestoreItemBody(scene.Vault, item);
        var key = VaultState.NewId();
        (await Owner.Post(ItemPath(scene, item), body, key)).ShouldSucceed();

        var again = await Owner.Post(ItemPath(scene, item), body, key);

        again.ShouldSucceed().Headers["Idempotency-Replayed"].ShouldBe("true");
    }

    [Fact]
    public async Task Two_restores_at_once_bring_the_item_back_once()
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = await scene.ArchiveItem();
        var body = Owner.RestoreItemBody(scene.Vault, item);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Owner.Post(ItemPath(scene, item), body))
        );

        answers.Select(a => a.Status).Order().ShouldBe([200, 409, 409, 409]);
        ((int)(await Owner.Get($"vault/{scene.Vault.Id}")).Json["itemCount"]!).ShouldBe(1);
    }

    [Fact]
    public async Task Full_vault_takes_no_item_back()
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = await scene.ArchiveItem();
        Full(scene, 2_000);

        (
            await Owner.Post(ItemPath(scene, item), Owner.RestoreItemBody(scene.Vault, item))
        ).ShouldBeRefused(400, "invalid_request", "/summaryCheckpoint/checkpoint/items");

        Full(scene, 0);
        (
            await Owner.Post(ItemPath(scene, item), Owner.RestoreItemBody(scene.Vault, item))
        ).ShouldSucceed();
    }

    [Theory]
    // none, READ, WRITE, ADMIN on the vault; READ, WRITE on the item alone.
    [InlineData("item", 404, 404, 200, 200, 404, 403)]
    [InlineData("vault", 404, 404, 404, 200, 404, 404)]
    public async Task Level_decides_who_may_restore(string what, params int[] expected)
    {
        using var member = await portal.Stranger(signer: Signer.Ed25519());
        var answers = new List<int>();
        foreach (var level in new[] { "none", "vault 1", "vault 2", "vault 3", "item 1", "item 2" })
        {
            var scene = await Scene.MakeAsync(Owner);
            portal.Grant(member, level, scene);

            answers.Add((await Restore(member, what, scene)).Status);
        }

        answers.ShouldBe(expected);
    }

    [Theory]
    [InlineData("item", "vault_item_not_found")]
    [InlineData("vault", "vault_not_found")]
    public async Task Foreign_and_absent_cannot_be_told_apart(string what, string code)
    {
        using var stranger = await portal.Stranger(signer: Signer.Ed25519());
        var foreign = await Scene.MakeAsync(Owner);
        var absent = await Scene.MakeAsync(Owner);
        var item = absent.Item;

        var one = await Restore(stranger, what, foreign);
        absent.Vault = absent.Vault with { Id = VaultState.NewId() };
        var other = await stranger.Post(
            what == "item"
                ? $"vault/{absent.Vault.Id}/items/{VaultState.NewId()}/restore"
                : $"vault/{absent.Vault.Id}/restore",
            what == "item"
                ? stranger.RestoreItemBody(absent.Vault with { Items = [] }, item)
                : stranger.ArchiveVaultBody(absent.Vault, "active")
        );

        one.ShouldBeRefused(404, code);
        other.Text.ShouldBe(one.Text);
    }

    [Fact]
    public async Task Item_of_another_vault_is_not_found()
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = await scene.ArchiveItem();
        var other = await Owner.CreateVault();

        (
            await Owner.Post(
                $"vault/{other.Id}/items/{item.Id}/restore",
                Owner.RestoreItemBody(scene.Vault, item)
            )
        ).ShouldBeRefused(404, "vault_item_not_found");
    }

    [Fact]
    public async Task Item_of_an_archived_vault_is_not_found()
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = await scene.ArchiveItem();
        await scene.ArchiveVault();

        (
            await Owner.Post(ItemPath(scene, item), Owner.RestoreItemBody(scene.Vault, item))
        ).ShouldBeRefused(404, "vault_item_not_found");
    }

    [Fact]
    public async Task Agent_restores_an_item_but_no_vault()
    {
        using var agent = await portal.Agent("restorer");
        var scene = await Scene.MakeAsync(Owner);
        portal.Grant(agent, "vault 3", scene);
        var item = await scene.ArchiveItem();

        var restored = await agent.Post(
            ItemPath(scene, item),
            agent.RestoreItemBody(scene.Vault, item)
        );
        await scene.ArchiveVault();
        var vault = await agent.Post(
            $"vault/{scene.Vault.Id}/restore",
            agent.ArchiveVaultBody(scene.Vault, "active")
        );

        restored.ShouldSucceed();
        vault.ShouldBeRefused(403, "checkpoint_signer_required");
    }

    [Theory]
    [InlineData("item")]
    [InlineData("vault")]
    public async Task Key_without_the_permission_is_forbidden(string what)
    {
        var scene = await Scene.MakeAsync(Owner);
        using var reader = await portal.OwnerWith("machine.vault.read,machine.vault.secret.read");

        (await Restore(reader, what, scene)).ShouldBeRefused(403, "forbidden");
    }

    [Fact]
    public async Task Archived_vault_comes_back_with_everything()
    {
        var scene = await Scene.MakeAsync(Owner);
        var before = await scene.Stored();
        await scene.ArchiveVault();

        (
            await Owner.Post(
                $"vault/{scene.Vault.Id}/restore",
                Owner.ArchiveVaultBody(scene.Vault, "active")
            )
        )
            .ShouldSucceed()
            .ShouldHaveNoBody();

        var item = (
            await Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}")
        ).ShouldSucceed();
        before.ShouldContain(item.Text);
        (
            (long)
                (await Owner.Get($"vault/{scene.Vault.Id}")).Json.At(
                    "/directoryCheckpoint/checkpoint/version"
                )!
        ).ShouldBe(3);
    }

    [Theory]
    [InlineData("archived", "/statementSignature")]
    [InlineData("garbage", "/statementSignature")]
    public async Task Vault_needs_a_statement_that_says_active(string state, string path)
    {
        var scene = await Scene.MakeAsync(Owner);
        await scene.ArchiveVault();
        var body = Owner.ArchiveVaultBody(scene.Vault, state);
        if (state == "garbage")
        {
            body["statementSignature"] = "AAAA";
        }

        (await Owner.Post($"vault/{scene.Vault.Id}/restore", body)).ShouldBeRefused(
            400,
            "checkpoint_invalid_signature",
            path
        );
        (await Owner.Get($"vault/{scene.Vault.Id}")).ShouldBeRefused(404, "vault_not_found");
    }

    [Fact]
    public async Task Vault_restore_that_comes_twice_is_a_version_conflict_and_its_retry_a_replay()
    {
        var scene = await Scene.MakeAsync(Owner);
        await scene.ArchiveVault();
        var body = Owner.ArchiveVaultBody(scene.Vault, "active");
        var key = VaultState.NewId();
        var path = $"vault/{scene.Vault.Id}/restore";
        (await Owner.Post(path, body, key)).ShouldSucceed();

        (await Owner.Post(path, body)).ShouldBeRefused(409, "checkpoint_version_conflict");
        (await Owner.Post(path, body, key)).Headers["Idempotency-Replayed"].ShouldBe("true");
    }

    private static string ItemPath(Scene scene, ItemState item) =>
        $"vault/{scene.Vault.Id}/items/{item.Id}/restore";

    /// <summary>Archives as the owner, restores as somebody.</summary>
    private static async Task<Answer> Restore(MachineClient member, string what, Scene scene)
    {
        if (what == "item")
        {
            var item = await scene.ArchiveItem();
            return await member.Post(
                ItemPath(scene, item),
                member.RestoreItemBody(scene.Vault, item)
            );
        }

        await scene.ArchiveVault();
        return await member.Post(
            $"vault/{scene.Vault.Id}/restore",
            member.ArchiveVaultBody(scene.Vault, "active")
        );
    }

    private void Full(Scene scene, int items) =>
        portal
            .Execute(
                "UPDATE vault SET item_count = $count WHERE public_id = $id",
                ("$count", items),
                ("$id", Convert.FromHexString(scene.Vault.Id))
            )
            .ShouldBe(1);
}
