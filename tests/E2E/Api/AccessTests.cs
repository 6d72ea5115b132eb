using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>Who may call what (machine.md section 9): permission by permission and level by level.</summary>
[Collection(PortalCollection.Name)]
public sealed class AccessTests(Portal portal)
{
    private const string Read = "machine.vault.read";
    private const string SecretRead = "machine.vault.read,machine.vault.secret.read";
    private const string Write = "machine.vault.write";

    private static readonly string[] Calls =
    [
        "GET vault",
        "GET items",
        "GET item",
        "GET field",
        "PATCH item",
        "PATCH item with summary",
        "PATCH vault",
        "POST item",
        "DELETE item",
        "DELETE vault",
    ];

    [Theory]
    [InlineData("GET vault", Write)]
    [InlineData("GET items", Write)]
    [InlineData("GET item", Write)]
    [InlineData("GET field", Write)]
    [InlineData("PATCH item", SecretRead)]
    [InlineData("PATCH vault", SecretRead)]
    [InlineData("POST item", SecretRead)]
    [InlineData("POST vault", SecretRead)]
    [InlineData("DELETE item", SecretRead)]
    [InlineData("DELETE vault", SecretRead)]
    [InlineData(
        "PATCH item",
        "machine.permissions.all,machine.user_key_pair.all,machine.search.all"
    )]
    public async Task Key_without_the_permission_is_forbidden(string call, string permissions)
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        using var machine = await portal.OwnerWith(permissions);

        await scene.Refuse(() => Send(machine, call, scene), 403, "forbidden");
    }

    [Theory]
    [InlineData("GET vault", Read, 200)]
    [InlineData("GET items", Read, 200)]
    [InlineData("GET item", Read, 200)]
    [InlineData("GET field", SecretRead, 200)]
    [InlineData("PATCH item", Write, 200)]
    [InlineData("PATCH vault", Write, 200)]
    [InlineData("POST vault", Write, 201)]
    [InlineData("POST item", Write, 201)]
    [InlineData("DELETE item", Write, 204)]
    [InlineData("DELETE vault", Write, 204)]
    [InlineData("PATCH item", "machine.vault.all", 200)]
    [InlineData("GET field", "machine.vault.all", 200)]
    public async Task Key_with_just_the_permission_is_served(
        string call,
        string permissions,
        int status
    )
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        using var machine = await portal.OwnerWith(permissions);

        (await Send(machine, call, scene)).ShouldSucceed(status);
    }

    [Theory]
    // none, READ, WRITE, ADMIN on the vault; READ, WRITE on the item alone.
    [InlineData("GET vault", 404, 200, 200, 200, 200, 200)]
    [InlineData("GET items", 404, 200, 200, 200, 200, 200)]
    [InlineData("GET item", 404, 200, 200, 200, 200, 200)]
    [InlineData("GET field", 404, 200, 200, 200, 200, 200)]
    [InlineData("PATCH item", 404, 403, 200, 200, 403, 200)]
    [InlineData("PATCH item with summary", 404, 403, 200, 200, 403, 403)]
    [InlineData("PATCH vault", 404, 403, 403, 200, 403, 403)]
    [InlineData("POST item", 404, 403, 201, 201, 403, 403)]
    [InlineData("DELETE item", 404, 403, 204, 204, 403, 403)]
    [InlineData("DELETE vault", 404, 403, 403, 204, 403, 403)]
    public async Task Level_decides_what_a_member_may(string call, params int[] expected)
    {
        using var member = await portal.Stranger(signer: Signer.Ed25519());
        var answers = new List<int>();
        foreach (var level in new[] { "none", "vault 1", "vault 2", "vault 3", "item 1", "item 2" })
        {
            var scene = await Scene.MakeAsync(portal.Owner);
            Grant(member, level, scene);

            var answer = await Send(member, call, scene);

            if (answer.Status == 403)
            {
                answer.ShouldBeRefused(403, "forbidden");
            }

            answers.Add(answer.Status);
        }

        answers.ShouldBe(expected);
    }

    [Fact]
    public async Task Grants_on_vault_and_item_give_the_higher_of_both()
    {
        using var member = await portal.Stranger(signer: Signer.Ed25519());
        var scene = await Scene.MakeAsync(portal.Owner);
        Grant(member, "vault 1", scene);
        Grant(member, "item 2", scene);

        (await Send(member, "PATCH item with summary", scene)).ShouldSucceed();
    }

    [Fact]
    public async Task Member_with_item_grants_sees_only_his_items_and_no_summary()
    {
        using var member = await portal.Stranger(signer: Signer.Ed25519());
        var scene = await Scene.MakeAsync(portal.Owner);
        scene.Vault = await portal.Owner.CreateItem(
            scene.Vault,
            MachineClient.NewItem(scene.Vault) with
            {
                Name = "Not his",
            }
        );
        Grant(member, "item 1", scene);

        var vault = (await member.Get($"vault/{scene.Vault.Id}")).ShouldSucceed();
        var items = (await member.Get($"vault/{scene.Vault.Id}/items")).ShouldSucceed();
        var list = (await member.Get("vault")).ShouldSucceed();

        foreach (var member0 in new[] { "summaryCheckpoint", "permissionCheckpoint", "itemCount" })
        {
            vault.Json.AsObject().ContainsKey(member0).ShouldBeFalse($"{member0} in {vault}");
        }

        foreach (var member0 in new[] { "summaryCheckpoint", "vaultItemGroups", "count" })
        {
            items.Json.AsObject().ContainsKey(member0).ShouldBeFalse($"{member0} in {items}");
        }

        items.Json["items"]!
            .AsArray()
            .Select(item => (string?)item!["id"])
            .ShouldBe([scene.Item.Id]);
        items.Text.ShouldNotContain("Not his");
        list.Json["vaults"]!
            .AsArray()
            .Single()!
            .AsObject()
            .ContainsKey("itemCount")
            .ShouldBeFalse(list.ToString());
        (
            await member.Get($"vault/{scene.Vault.Id}/items/{scene.Vault.Items[1].Id}")
        ).ShouldBeRefused(404, "vault_item_not_found");
    }

    [Fact]
    public async Task Absent_foreign_and_archived_cannot_be_told_apart()
    {
        using var stranger = await portal.Stranger(signer: Signer.Ed25519());
        foreach (var call in Calls)
        {
            var foreign = await Scene.MakeAsync(portal.Owner);
            var archived = await Scene.MakeAsync(stranger);
            var body = stranger.ArchiveVaultBody(archived.Vault);
            (await stranger.Delete($"vault/{archived.Vault.Id}", body)).ShouldSucceed(204);
            var absent = await Scene.MakeAsync(portal.Owner);
            absent.Vault = absent.Vault with
            {
                Id = VaultState.NewId(),
                Items = [MachineClient.NewItem(absent.Vault) with { DetailVersion = 1 }],
            };

            var answers = new[]
            {
                await Send(stranger, call, foreign),
                await Send(stranger, call, archived),
                await Send(stranger, call, absent),
            };

            answers
                .Select(answer => answer.Text)
                .Distinct()
                .Count()
                .ShouldBe(1, $"{call}: {string.Join(" | ", answers.Select(a => a.ToString()))}");
            answers[0].Status.ShouldBe(404, call);
        }
    }

    [Fact]
    public async Task Vault_of_another_is_not_listed_even_for_an_administrator()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        using var administrator = await portal.Stranger(role: "Administrator");

        (await administrator.Get("vault")).ShouldSucceed().Text.ShouldNotContain(scene.Vault.Id);
        (await administrator.Get($"vault/{scene.Vault.Id}")).ShouldBeRefused(
            404,
            "vault_not_found"
        );
    }

    [Fact]
    public async Task Auditor_reads_metadata_of_everything_and_never_a_value()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        using var auditor = await portal.Stranger(role: "Auditor");

        (await auditor.Get("vault")).ShouldSucceed().Text.ShouldContain(scene.Vault.Id);
        var item = (
            await auditor.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}")
        ).ShouldSucceed();
        foreach (var field in item.Json["fields"]!.AsArray())
        {
            field!.AsObject().ContainsKey("value").ShouldBeFalse();
        }

        (
            await auditor.Get($"vault/{scene.Vault.Id}/fields/{scene.Password.Id}")
        ).Text.ShouldNotContain("\\u0022v\\u0022:3");
        item.Text.ShouldNotContain(scene.Password.Value![..20]);
    }

    /// <summary>An agent acts for itself, with its own grants (machine.md section 1), whoever owns it.</summary>
    [Fact]
    public async Task Agent_of_an_auditor_sees_nothing_without_a_grant()
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        const string owner = "auditor-with-agent@example.com";
        await portal.Process.Commands.CreateAccount(owner, "Auditor");
        var agent = (string)
            (
                await portal.Process.Commands.RunJson([
                    "agent",
                    "create",
                    "--owner",
                    owner,
                    "--name",
                    "collector",
                ])
            )["id"]!;
        using var machine = portal.Client(
            await portal.Process.Commands.CreateApiKey(
                owner,
                "machine.all",
                "--scope",
                "AGENT",
                "--agent",
                agent
            )
        );

        (await machine.Get("vault")).ShouldSucceed().Json["vaults"]!.AsArray().ShouldBeEmpty();
        (await machine.Get($"vault/{scene.Vault.Id}")).ShouldBeRefused(404, "vault_not_found");
        (await machine.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}")).ShouldBeRefused(
            404,
            "vault_item_not_found"
        );
    }

    [Theory]
    [InlineData("PATCH item")]
    [InlineData("PATCH vault")]
    [InlineData("POST item")]
    [InlineData("DELETE vault")]
    public async Task Auditor_changes_nothing_even_where_granted(string call)
    {
        var scene = await Scene.MakeAsync(portal.Owner);
        using var auditor = await portal.Stranger(role: "Auditor");
        auditor.Signer = Signer.Ed25519();
        auditor.Signer.Id = VaultState.NewId();
        Grant(auditor, "vault 3", scene);

        await scene.Refuse(() => Send(auditor, call, scene), 403, "forbidden");
    }

    [Fact]
    public async Task Agent_key_sees_nothing_and_signs_nothing_without_grant_and_key()
    {
        var agent = (string)
            (
                await portal.Process.Commands.RunJson([
                    "agent",
                    "create",
                    "--owner",
                    Portal.OwnerEmail,
                    "--name",
                    "builder",
                ])
            )["id"]!;
        var key = await portal.Process.Commands.CreateApiKey(
            Portal.OwnerEmail,
            "machine.all",
            "--scope",
            "AGENT",
            "--agent",
            agent
        );
        var signer = Signer.Ed25519(agent: true);
        signer.Id = VaultState.NewId();
        using var machine = portal.Client(key, agent, signer);

        (await machine.Get("vault")).ShouldSucceed().Json["vaults"]!.AsArray().ShouldBeEmpty();
        (
            await machine.Post("vault", machine.CreateVaultBody(new VaultState(), full: false))
        ).ShouldBeRefused(403, "checkpoint_signer_required");
        (await machine.Get("user-key-pair")).ShouldBeRefused(403, "forbidden");
        ((string?)(await machine.Get("me")).Json["scope"]).ShouldBe("AGENT");
    }

    [Fact]
    public async Task Revoked_grant_takes_effect_at_once()
    {
        using var member = await portal.Stranger(signer: Signer.Ed25519());
        var scene = await Scene.MakeAsync(portal.Owner);
        Grant(member, "vault 2", scene);
        (await Send(member, "GET item", scene)).ShouldSucceed();

        portal.Execute("DELETE FROM access_grant WHERE asset_kind = 1 AND level = 2");

        (await Send(member, "PATCH item", scene)).ShouldBeRefused(404, "vault_item_not_found");
    }

    private void Grant(MachineClient member, string level, Scene scene) =>
        portal.Grant(member, level, scene);

    private static Task<Answer> Send(MachineClient client, string call, Scene scene)
    {
        // Whoever has no key pair of his own names one that does not exist.
        var signer = client.Signer ?? Signer.Ed25519();
        if (client.Signer is null)
        {
            signer.Id = VaultState.NewId();
            client.Signer = signer;
        }

        var vault = scene.Vault;
        var item = vault.Items[0];
        return call switch
        {
            "GET vault" => client.Get($"vault/{vault.Id}"),
            "GET items" => client.Get($"vault/{vault.Id}/items"),
            "GET item" => client.Get($"vault/{vault.Id}/items/{item.Id}"),
            "GET field" => client.Get($"vault/{vault.Id}/fields/{item.Fields[0].Id}"),
            "PATCH item" => client.Patch(scene.ItemPath, scene.Change().Add().Body(signer)),
            "PATCH item with summary" => client.Patch(
                scene.ItemPath,
                scene.FullChange().Body(signer)
            ),
            "PATCH vault" => client.Patch(
                scene.VaultPath,
                client.UpdateVaultBody(vault with { Name = "Renamed" })
            ),
            "POST vault" => client.Post("vault", client.CreateVaultBody(new VaultState())),
            "POST item" => client.Post(
                $"vault/{vault.Id}/items",
                client.CreateItemBody(vault, MachineClient.NewItem(vault))
            ),
            "DELETE item" => client.Delete(
                $"vault/{vault.Id}/items/{item.Id}",
                client.DeleteItemBody(vault, item.Id)
            ),
            "DELETE vault" => client.Delete($"vault/{vault.Id}", client.ArchiveVaultBody(vault)),
            _ => throw new ArgumentOutOfRangeException(nameof(call), call, null),
        };
    }
}
