using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>Other people and agents on a vault of a scene, put there as the database keeps them.</summary>
public static class Members
{
    /// <summary>Grants a level: <c>none</c>, or <c>vault</c> or <c>item</c> with 1 READ, 2 WRITE, 3 ADMIN.</summary>
    public static void Grant(this Portal portal, MachineClient member, string level, Scene scene)
    {
        if (level == "none")
        {
            return;
        }

        var (kind, table, id) = level.StartsWith("vault", StringComparison.Ordinal)
            ? (1, "vault", scene.Vault.Id)
            : (2, "vault_item", scene.Item.Id);
        var (principal, accounts) = member.Signer is { IsAgent: true }
            ? (2, "agent")
            : (1, "account");
        portal
            .Execute(
                $"""
                INSERT INTO access_grant (asset_kind, asset_id, principal_kind, principal_id, level, created_at)
                VALUES ($kind, (SELECT id FROM {table} WHERE public_id = $id), $principal,
                        (SELECT id FROM {accounts} WHERE public_id = $member), $level, 0)
                """,
                ("$kind", kind),
                ("$id", Convert.FromHexString(id)),
                ("$principal", principal),
                ("$member", Convert.FromHexString(member.OwnerId)),
                ("$level", level[^1] - '0')
            )
            .ShouldBe(1);
    }

    /// <summary>An agent of the owner, with a key of scope AGENT and an active signing key of its own.</summary>
    public static async Task<MachineClient> Agent(this Portal portal, string name)
    {
        var commands = portal.Process.Commands;
        var agent = (string)
            (
                await commands.RunJson([
                    "agent",
                    "create",
                    "--owner",
                    Portal.OwnerEmail,
                    "--name",
                    name,
                ])
            )["id"]!;
        var key = await commands.CreateApiKey(
            Portal.OwnerEmail,
            "machine.all",
            "--scope",
            "AGENT",
            "--agent",
            agent
        );
        var signer = Signer.Ed25519(agent: true);
        signer.Id = VaultState.NewId();
        portal
            .Execute(
                """
                INSERT INTO registered_key (public_id, owner_kind, owner_id, algorithm, spki, fingerprint, state, created_at)
                VALUES ($id, 2, (SELECT id FROM agent WHERE public_id = $agent),
                        (SELECT algorithm FROM registered_key WHERE public_id = $like), $spki, $print, 1, 0)
                """,
                ("$id", Convert.FromHexString(signer.Id)),
                ("$agent", Convert.FromHexString(agent)),
                ("$like", Convert.FromHexString(portal.Owner.Signer.Id)),
                ("$spki", signer.PublicKey),
                ("$print", Convert.FromHexString(signer.Fingerprint))
            )
            .ShouldBe(1);
        return portal.Client(key, agent, signer);
    }

    /// <summary>Archives the scene's item; <see cref="Scene.Vault"/> then is the vault without it.</summary>
    public static async Task<ItemState> ArchiveItem(this Scene scene)
    {
        var item = scene.Item;
        (
            await scene.Client.Delete(
                $"vault/{scene.Vault.Id}/items/{item.Id}",
                scene.Client.DeleteItemBody(scene.Vault, item.Id)
            )
        ).ShouldSucceed(204);
        scene.Vault = scene.Vault with
        {
            Items = scene.Vault.Items.Remove(item),
            SummaryVersion = scene.Vault.SummaryVersion + 1,
        };
        return item;
    }

    public static async Task ArchiveVault(this Scene scene)
    {
        (
            await scene.Client.Delete(
                $"vault/{scene.Vault.Id}",
                scene.Client.ArchiveVaultBody(scene.Vault)
            )
        ).ShouldSucceed(204);
        scene.Vault = scene.Vault with { DirectoryVersion = scene.Vault.DirectoryVersion + 1 };
    }
}
