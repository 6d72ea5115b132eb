using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>A vault of its own with one item (user name, password) for one test, and the checks that a refusal left it alone.</summary>
public sealed class Scene
{
    private Scene(MachineClient client, VaultState vault) => (Client, Vault) = (client, vault);

    public MachineClient Client { get; }

    public VaultState Vault { get; set; }

    public ItemState Item => Vault.Items[0];

    public FieldState Username => Item.Fields[0];

    public FieldState Password => Item.Fields[1];

    public string ItemPath => $"vault-item/{Item.Id}/update";

    public string VaultPath => $"vault/{Vault.Id}/update";

    public static async Task<Scene> MakeAsync(MachineClient client, VaultState? vault = null) =>
        new(client, await client.CreateVaultWithItem(vault));

    public ItemChange Change() => new(Vault, Item);

    /// <summary>One of everything that a PATCH of an item can carry: entries 0 add, 1 update, 2 delete, and new metadata with its summary.</summary>
    public ItemChange FullChange() =>
        Change()
            .Add("Note", "SECRET", order: 7)
            .Update(Username, field => field with { Name = "Login" })
            .Delete(Password)
            .Name("Staging Database")
            .Type("DATABASE")
            .Websites("https://a.example.com", "b.example.com");

    /// <summary>The vault's next update: a new name and a first classification.</summary>
    public JsonObject VaultUpdate() =>
        Client.UpdateVaultBody(
            Vault with
            {
                Name = "Renamed",
                Classification = "CONFIDENTIAL",
            },
            withClassification: true
        );

    public async Task<string> Stored()
    {
        var item = await Client.Get($"vault/{Vault.Id}/items/{Item.Id}");
        var vault = await Client.Get($"vault/{Vault.Id}");
        var items = await Client.Get($"vault/{Vault.Id}/items");
        return $"{item}\n{vault}\n{items}";
    }

    /// <summary>Sends a request that has to be refused, and shows that it left nothing behind.</summary>
    public async Task<Answer> Refuse(
        Func<Task<Answer>> send,
        int status,
        string code,
        string? path = null
    )
    {
        var before = await Stored();
        var answer = (await send()).ShouldBeRefused(status, code, path);
        (await Stored()).ShouldBe(before);
        return answer;
    }

    public Task<Answer> RefusePatch(
        string target,
        JsonNode body,
        int status,
        string code,
        string? path = null
    ) => Refuse(() => Client.Patch(target, body), status, code, path);
}
