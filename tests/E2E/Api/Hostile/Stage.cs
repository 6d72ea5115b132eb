using System.Text.RegularExpressions;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>What a request can be about: a vault with an item of two fields and an empty group, made and signed by one owner.</summary>
public sealed partial class Stage
{
    private Stage(Party owner, VaultState vault) =>
        (Owner, Vault, Item) = (owner, vault, vault.Items[0]);

    public Party Owner { get; }

    /// <summary>The vault as the server has it; an archived item is not in it.</summary>
    public VaultState Vault { get; private set; }

    public ItemState Item { get; }

    public GroupState Group => Vault.Groups[0];

    /// <summary>An agent of the caller's owner, where a call is about one.</summary>
    public string Agent { get; set; } = VaultState.NewId();

    /// <summary>An attachment that no field names, once <see cref="Attach"/> made it.</summary>
    public string Asset { get; } = VaultState.NewId();

    /// <summary>A key pair of the caller's owner, where a call is about one.</summary>
    public string KeyPair { get; set; } = VaultState.NewId();

    public static async Task<Stage> MakeAsync(Party owner)
    {
        var vault = await owner.Client.CreateVaultWithItem();
        vault = await owner.Client.CreateGroup(
            vault,
            new GroupState(VaultState.NewId(), "Databases")
        );
        return new Stage(owner, vault);
    }

    public async Task<Stage> ArchiveItem()
    {
        MachineClient.Expect(
            await Owner.Client.Delete(
                $"vault/{Vault.Id}/items/{Item.Id}",
                Owner.Client.DeleteItemBody(Vault, Item.Id)
            ),
            204
        );
        Vault = Vault with
        {
            Items = Vault.Items.RemoveAll(item => item.Id == Item.Id),
            SummaryVersion = Vault.SummaryVersion + 1,
        };
        return this;
    }

    public async Task<Stage> ArchiveVault()
    {
        MachineClient.Expect(
            await Owner.Client.Delete($"vault/{Vault.Id}", Owner.Client.ArchiveVaultBody(Vault)),
            204
        );
        Vault = Vault with { DirectoryVersion = Vault.DirectoryVersion + 1 };
        return this;
    }

    public async Task<Stage> Attach()
    {
        MachineClient.Expect(await Owner.Client.Upload(Vault.Id, Asset, Attachment.Bytes(1)), 201);
        return this;
    }

    public ItemChange Change() => new(Vault, Item);

    /// <summary>A path with the ids of this stage in it: <c>vault/{vault}/items/{item}</c>.</summary>
    public string Path(string template) =>
        Placeholder().Replace(template, match => IdOf(match.Groups[1].Value));

    /// <summary>The same path with ids that nothing has.</summary>
    public static string AbsentPath(string template) =>
        Placeholder().Replace(template, _ => VaultState.NewId());

    private string IdOf(string name) =>
        name switch
        {
            "vault" => Vault.Id,
            "item" => Item.Id,
            "field" => Item.Fields[1].Id,
            "group" => Group.Id,
            "agent" => Agent,
            "key" => KeyPair,
            "asset" => Asset,
            "newAsset" => VaultState.NewId(),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
