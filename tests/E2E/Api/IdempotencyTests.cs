using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary><c>Idempotency-Key</c> (machine.md section 8).</summary>
[Collection(PortalCollection.Name)]
public sealed class IdempotencyTests(Portal portal)
{
    private MachineClient Owner => portal.Owner;

    [Fact]
    public async Task Same_request_again_gets_the_first_answer()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Add().Body(Owner.Signer);
        var key = Guid.NewGuid().ToString();

        var first = await Owner.Patch(scene.ItemPath, body, key);
        var second = await Owner.Patch(scene.ItemPath, body, key);

        first.ShouldSucceed().Headers.ShouldNotContainKey("Idempotency-Replayed");
        second.ShouldSucceed().Headers["Idempotency-Replayed"].ShouldBe("true");
        var item = await Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}");
        ((int)item.Json.At("/detailCheckpoint/checkpoint/version")!).ShouldBe(2);
    }

    [Fact]
    public async Task Creation_again_gets_the_same_status_and_body()
    {
        var body = Owner.CreateVaultBody(new VaultState());
        var key = Guid.NewGuid().ToString();
        var first = (await Owner.Post("vault", body, key)).ShouldSucceed(201);

        var second = (await Owner.Post("vault", body, key)).ShouldSucceed(201);

        second.Text.ShouldBe(first.Text);
        second.Headers["Idempotency-Replayed"].ShouldBe("true");
    }

    [Fact]
    public async Task Other_body_with_the_same_key_is_refused()
    {
        var scene = await Scene.MakeAsync(Owner);
        var key = Guid.NewGuid().ToString();
        (
            await Owner.Patch(scene.ItemPath, scene.Change().Add().Body(Owner.Signer), key)
        ).ShouldSucceed();

        await scene.Refuse(
            () => Owner.Patch(scene.ItemPath, scene.Change().Add().Body(Owner.Signer), key),
            422,
            "idempotency_key_reused"
        );
    }

    [Fact]
    public async Task Same_key_on_another_path_is_another_request()
    {
        var first = await Scene.MakeAsync(Owner);
        var second = await Scene.MakeAsync(Owner);
        var key = Guid.NewGuid().ToString();

        (
            await Owner.Patch(first.ItemPath, first.Change().Add().Body(Owner.Signer), key)
        ).ShouldSucceed();
        var other = await Owner.Patch(
            second.ItemPath,
            second.Change().Add().Body(Owner.Signer),
            key
        );

        other.ShouldSucceed().Headers.ShouldNotContainKey("Idempotency-Replayed");
    }

    [Fact]
    public async Task Same_key_of_another_principal_is_another_request()
    {
        using var other = await portal.Stranger(signer: Signer.Ed25519());
        var key = Guid.NewGuid().ToString();
        (await Owner.Post("vault", Owner.CreateVaultBody(new VaultState()), key)).ShouldSucceed(
            201
        );

        var answer = await other.Post("vault", other.CreateVaultBody(new VaultState()), key);

        answer.ShouldSucceed(201).Headers.ShouldNotContainKey("Idempotency-Replayed");
    }

    [Fact]
    public async Task Delete_of_an_item_is_replayed()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = Owner.DeleteItemBody(scene.Vault, scene.Item.Id);
        var path = $"vault/{scene.Vault.Id}/items/{scene.Item.Id}";
        var key = Guid.NewGuid().ToString();
        (await Owner.Delete(path, body, key)).ShouldSucceed(204);

        (await Owner.Delete(path, body, key))
            .ShouldSucceed(204)
            .Headers["Idempotency-Replayed"]
            .ShouldBe("true");
        (await Owner.Delete(path, body)).ShouldBeRefused(404, "vault_item_not_found");
    }

    [Fact]
    public async Task Delete_of_a_vault_is_replayed()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = Owner.ArchiveVaultBody(scene.Vault);
        var key = Guid.NewGuid().ToString();
        (await Owner.Delete($"vault/{scene.Vault.Id}", body, key)).ShouldSucceed(204);

        (await Owner.Delete($"vault/{scene.Vault.Id}", body, key)).ShouldSucceed(204);
    }

    [Fact]
    public async Task Refusal_is_decided_anew()
    {
        var scene = await Scene.MakeAsync(Owner);
        // Two detail versions ahead: refused now, right after one more write.
        var ahead = scene.Item with
        {
            DetailVersion = 2,
        };
        var first = scene
            .Change()
            .Add(
                new FieldState
                {
                    Name = "x",
                    Type = "TEXT",
                    Order = 2,
                }
            );
        var second = new ItemChange(scene.Vault, ahead with { Fields = first.After.Fields }).Add();
        var body = second.Body(Owner.Signer);
        var key = Guid.NewGuid().ToString();

        (await Owner.Patch(scene.ItemPath, body, key)).ShouldBeRefused(
            409,
            "checkpoint_version_conflict"
        );
        (await Owner.Patch(scene.ItemPath, first.Body(Owner.Signer))).ShouldSucceed();
        (await Owner.Patch(scene.ItemPath, body, key))
            .ShouldSucceed()
            .Headers.ShouldNotContainKey("Idempotency-Replayed");
    }

    [Fact]
    public async Task Answer_is_kept_over_a_restart()
    {
        await using var process = await PortalProcess.StartAsync();
        var id = await process.Commands.CreateAccount(Portal.OwnerEmail);
        using var machine = new MachineClient(
            process.Address,
            await process.Commands.CreateApiKey(Portal.OwnerEmail),
            id
        );
        await machine.Register(Signer.Ed25519());
        var body = machine.CreateVaultBody(new VaultState());
        var key = Guid.NewGuid().ToString();
        (await machine.Post("vault", body, key)).ShouldSucceed(201);

        process.Kill();
        await process.StartAgainAsync();

        (await machine.Post("vault", body, key))
            .ShouldSucceed(201)
            .Headers["Idempotency-Replayed"]
            .ShouldBe("true");
    }

    [Fact]
    public async Task Key_that_was_revoked_gets_no_replay()
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());
        var body = machine.CreateVaultBody(new VaultState());
        var key = Guid.NewGuid().ToString();
        (await machine.Post("vault", body, key)).ShouldSucceed(201);

        portal
            .Execute(
                "UPDATE api_key SET revoked_at = 1 WHERE access_key = $key",
                ("$key", machine.Key![3..19])
            )
            .ShouldBe(1);

        (await machine.Post("vault", body, key)).ShouldBeRefused(401, "unauthorized");
    }

    [Fact]
    public async Task Key_that_lost_its_permission_gets_no_replay()
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());
        var body = machine.CreateVaultBody(new VaultState());
        var key = Guid.NewGuid().ToString();
        (await machine.Post("vault", body, key)).ShouldSucceed(201);

        portal.Execute(
            "UPDATE api_key SET permissions = 1 WHERE access_key = $key",
            ("$key", machine.Key![3..19])
        );

        (await machine.Post("vault", body, key)).ShouldBeRefused(403, "forbidden");
    }

    [Fact]
    public async Task Access_that_was_lost_gets_no_replay()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Add().Body(Owner.Signer);
        var key = Guid.NewGuid().ToString();
        (await Owner.Patch(scene.ItemPath, body, key)).ShouldSucceed();

        portal.Execute(
            "DELETE FROM access_grant WHERE asset_kind = 1 AND asset_id = (SELECT id FROM vault WHERE public_id = $id)",
            ("$id", Convert.FromHexString(scene.Vault.Id))
        );

        (await Owner.Patch(scene.ItemPath, body, key)).ShouldBeRefused(404, "vault_item_not_found");
    }

    [Theory]
    [InlineData(255, 200)]
    [InlineData(256, 400)]
    public async Task Key_of_255_characters_is_the_limit(int length, int status)
    {
        var scene = await Scene.MakeAsync(Owner);
        var key = Guid.NewGuid().ToString().PadRight(length, '~');

        var answer = await Owner.Patch(
            scene.ItemPath,
            scene.Change().Add().Body(Owner.Signer),
            key
        );

        answer.Status.ShouldBe(status, answer.ToString());
    }

    [Fact]
    public async Task Key_with_other_characters_is_invalid()
    {
        var scene = await Scene.MakeAsync(Owner);

        await scene.Refuse(
            () => Owner.Patch(scene.ItemPath, scene.Change().Add().Body(Owner.Signer), "two words"),
            400,
            "invalid_request"
        );
    }

    [Fact]
    public async Task Two_at_once_take_effect_once()
    {
        for (var round = 0; round < 30; round++)
        {
            var scene = await Scene.MakeAsync(Owner);
            var body = scene.Change().Add().Body(Owner.Signer);
            var key = Guid.NewGuid().ToString();

            var answers = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(_ => Owner.Patch(scene.ItemPath, body, key))
            );

            answers
                .Count(answer =>
                    answer.Status == 200 && !answer.Headers.ContainsKey("Idempotency-Replayed")
                )
                .ShouldBe(1);
            foreach (var answer in answers.Where(answer => answer.Status != 200))
            {
                answer.ShouldBeRefused(409, "idempotency_in_progress");
                answer.Headers.ShouldContainKey("Retry-After");
            }
        }
    }
}
