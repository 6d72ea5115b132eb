using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>Every call of the machine API: machine.md sections 6, 7 and 9 as a table.</summary>
public static class Operations
{
    private static readonly HttpMethod Get = HttpMethod.Get;
    private static readonly HttpMethod Post = HttpMethod.Post;
    private static readonly HttpMethod Put = HttpMethod.Put;
    private static readonly HttpMethod Patch = HttpMethod.Patch;
    private static readonly HttpMethod Delete = HttpMethod.Delete;

    public static IReadOnlyList<Operation> All { get; } =
    [
        new("POST vault", Post, "vault")
        {
            Shape = "newVault",
            Body = (party, _) =>
                party.Client.CreateVaultBody(new VaultState(), full: !party.IsAgent),
            Sample = (party, _) =>
            {
                var vault = new VaultState { Classification = "INTERNAL" };
                var body = party.Client.CreateVaultBody(vault);
                body["wrappedDeks"] = new JsonArray(party.Wrap(vault.Id, party));
                return body;
            },
            Success = 201,
            Signs = Signs.Anybody,
            CreationCode = "vault_creation_failed",
        },
        new("PATCH vault", Patch, "vault/{vault}/update")
        {
            Shape = "vaultUpdate",
            Body = (party, stage) =>
                party.Client.UpdateVaultBody(
                    stage.Vault with
                    {
                        Name = "Renamed",
                        Classification = "CONFIDENTIAL",
                    },
                    withClassification: true
                ),
            Needs = Needs.VaultAdmin,
            Signs = Signs.User,
        },
        new("DELETE vault", Delete, "vault/{vault}")
        {
            Shape = "vaultState",
            Body = (party, stage) => party.Client.ArchiveVaultBody(stage.Vault),
            Success = 204,
            Needs = Needs.VaultAdmin,
            Signs = Signs.User,
        },
        new("restore vault", Post, "vault/{vault}/restore")
        {
            Shape = "vaultState",
            Body = (party, stage) => party.Client.ArchiveVaultBody(stage.Vault, "active"),
            Needs = Needs.VaultAdmin,
            Signs = Signs.User,
            Prepare = stage => stage.ArchiveVault(),
            Restores = true,
        },
        new("POST item", Post, "vault/{vault}/items")
        {
            Shape = "newItem",
            Body = (party, stage) =>
                party.Client.CreateItemBody(stage.Vault, MachineClient.NewItem(stage.Vault)),
            Sample = (party, stage) =>
            {
                var body = party.Client.CreateItemBody(
                    stage.Vault,
                    MachineClient.NewItem(stage.Vault)
                );
                body.Set("/fields/0/dekVersion", 1);
                Full(body["summaryCheckpoint"]!, party.Signer);
                Full(body["detailCheckpoint"]!, party.Signer);
                return body;
            },
            Success = 201,
            Needs = Needs.VaultWrite,
            Signs = Signs.Anybody,
            CreationCode = "vault_item_creation_failed",
        },
        new("PATCH item", Patch, "vault-item/{item}/update")
        {
            Shape = "itemUpdate",
            Body = (party, stage) =>
                stage.Change().Add().Update(stage.Item.Fields[0]).Body(party.Signer),
            Needs = Needs.ItemWrite,
            Signs = Signs.Anybody,
            NotFound = "vault_item_not_found",
        },
        new("PATCH item with summary", Patch, "vault-item/{item}/update")
        {
            Shape = "itemUpdate",
            Body = (party, stage) => Renaming(stage).Body(party.Signer),
            Sample = (party, stage) =>
            {
                var body = Renaming(stage).Body(party.Signer);
                body.Set("/updates/0/assetId", VaultState.NewId());
                body.Set("/updates/0/dekVersion", 1);
                Full(body["summaryCheckpoint"]!, party.Signer);
                Full(body["detailCheckpoint"]!, party.Signer);
                return body;
            },
            Needs = Needs.ItemWriteAndVaultRead,
            Signs = Signs.Anybody,
            NotFound = "vault_item_not_found",
        },
        new("DELETE item", Delete, "vault/{vault}/items/{item}")
        {
            Shape = "summaryOnly",
            Body = (party, stage) => party.Client.DeleteItemBody(stage.Vault, stage.Item.Id),
            Success = 204,
            Needs = Needs.ItemWriteAndVaultRead,
            Signs = Signs.Anybody,
            NotFound = "vault_item_not_found",
        },
        new("restore item", Post, "vault/{vault}/items/{item}/restore")
        {
            Shape = "itemRestore",
            Body = (party, stage) =>
                party.Client.RestoreItemBody(stage.Vault, stage.Item with { DetailVersion = 1 }),
            Needs = Needs.ItemWriteAndVaultRead,
            Signs = Signs.Anybody,
            NotFound = "vault_item_not_found",
            Prepare = stage => stage.ArchiveItem(),
            Restores = true,
        },
        new("PUT expiry", Put, "vault-item/{item}/expiry")
        {
            Shape = "expiry",
            Body = (_, stage) =>
                new JsonObject
                {
                    ["expiresAt"] = "2031-01-31T10:00:00Z",
                    ["fields"] = new JsonArray(
                        new JsonObject
                        {
                            ["fieldId"] = stage.Item.Fields[0].Id,
                            ["expiresAt"] = "2030-12-31T23:59:59.999+01:00",
                        }
                    ),
                },
            Needs = Needs.ItemWrite,
            NotFound = "vault_item_not_found",
        },
        new("POST group", Post, "vault/{vault}/groups")
        {
            Shape = "newGroup",
            Body = (party, stage) =>
                party.Client.NewGroupBody(
                    stage.Vault,
                    new GroupState(VaultState.NewId(), "Servers")
                ),
            Success = 201,
            Needs = Needs.VaultWrite,
            Signs = Signs.User,
        },
        new("PATCH group", Patch, "vault/{vault}/groups/{group}")
        {
            Shape = "groupUpdate",
            Body = (party, stage) =>
                party.Client.RenameGroupBody(stage.Vault, stage.Group with { Name = "Renamed" }),
            Needs = Needs.VaultWrite,
            Signs = Signs.User,
        },
        new("DELETE group", Delete, "vault/{vault}/groups/{group}")
        {
            Shape = "summaryOnly",
            Body = (party, stage) => party.Client.DeleteGroupBody(stage.Vault, stage.Group.Id),
            Success = 204,
            Needs = Needs.VaultWrite,
            Signs = Signs.User,
        },
        new("PUT group items", Put, "vault/{vault}/groups/{group}/items")
        {
            Shape = "groupItems",
            // Of a stage whose item is archived the request is still well-formed.
            Body = (party, stage) =>
                party.Client.GroupItemsBody(
                    stage.Vault,
                    stage.Group.Id,
                    stage.Item with
                    {
                        DetailVersion = 1,
                    }
                ),
            Needs = Needs.VaultWrite,
            Signs = Signs.User,
        },
        new("set-permissions VAULT", Post, "permissions/VAULT/{vault}/set-permissions")
        {
            Shape = "permissions",
            Body = (party, stage) => party.SetBody("VAULT", stage.Vault.Id, 2, (party, "ADMIN")),
            Permission = Permissions.PermissionsWrite,
            Needs = Needs.VaultAdmin,
            Signs = Signs.User,
        },
        new("set-permissions VAULT_ITEM", Post, "permissions/VAULT_ITEM/{item}/set-permissions")
        {
            Shape = "permissions",
            Body = (party, stage) =>
                party.SetBody("VAULT_ITEM", stage.Item.Id, 1, (party, "ADMIN")),
            Permission = Permissions.PermissionsWrite,
            Needs = Needs.ItemAdmin,
            Signs = Signs.User,
            NotFound = "vault_item_not_found",
        },
        new("POST user-key-pair", Post, "user-key-pair")
        {
            Shape = "newKeyPair",
            Body = (party, _) => party.RegisterBody(Signer.Ed25519(), Party.NewEncryptionKey()),
            Sample = (party, _) =>
            {
                var body = party.RegisterBody(Signer.Ed25519(), Party.NewEncryptionKey());
                body["wrappedPrivateKey"] = "blob";
                body["endorsement"] = Convert.ToBase64String(new byte[64]);
                return body;
            },
            Success = 201,
            Permission = Permissions.UserKeyPair,
            Needs = Needs.Own,
        },
        new("retire user-key-pair", Post, "user-key-pair/{key}/retire")
        {
            Shape = "retire",
            Body = (_, _) => new JsonObject { ["reason"] = "lost" },
            Permission = Permissions.UserKeyPair,
            Needs = Needs.Own,
            NotFound = "not_found",
        },
        new("POST agent", Post, "agent")
        {
            Shape = "newAgent",
            Body = (_, _) => new JsonObject { ["name"] = "builder" },
            Success = 201,
            Permission = Permissions.AgentWrite,
            Needs = Needs.Own,
        },
        new("archive agent", Patch, "agent/{agent}/archive")
        {
            Permission = Permissions.AgentWrite,
            Needs = Needs.Own,
            NotFound = "not_found",
        },
        new("regenerate agent key", Post, "agent/{agent}/regenerate-api-key")
        {
            Permission = Permissions.AgentWrite,
            Needs = Needs.Own,
            NotFound = "not_found",
        },
        new("POST asset", Post, "vault/{vault}/assets/{newAsset}")
        {
            Bytes = () => Attachment.Bytes(1),
            Success = 201,
            Needs = Needs.AnyItemWrite,
        },
        new("POST wrapped-keys", Post, "vault/{vault}/wrapped-keys")
        {
            Shape = "wraps",
            Body = (party, stage) =>
                new JsonObject
                {
                    ["wrappedDeks"] = new JsonArray(party.Wrap(stage.Vault.Id, party)),
                },
            Success = 201,
            Permission = Permissions.WrappedKey,
            Needs = Needs.VaultAdmin,
            Signs = Signs.User,
        },
        new("POST rekey", Post, "vault/{vault}/rekey")
        {
            Shape = "rekey",
            Body = (party, stage) =>
                new JsonObject
                {
                    ["wrappedDeks"] = new JsonArray([
                        .. new[] { party, stage.Owner }
                            .DistinctBy(member => member.Id)
                            .Select(member => party.Wrap(stage.Vault.Id, member, 2)),
                    ]),
                    ["summaryCheckpoint"] = party.Client.NextSummary(
                        stage.Vault with
                        {
                            DekVersion = 2,
                        }
                    ),
                },
            Permission = Permissions.WrappedKey,
            Needs = Needs.VaultAdmin,
            Signs = Signs.User,
        },
        new("POST public-key", Post, "vault/public-key")
        {
            Shape = "newAgentKey",
            Body = (party, _) =>
                party.RegisterBody(Signer.Ed25519(agent: true), Party.NewEncryptionKey()),
            Sample = (party, stage) =>
            {
                var body = party.RegisterBody(
                    Signer.Ed25519(agent: true),
                    Party.NewEncryptionKey()
                );
                body["encryptionKeyId"] = VaultState.NewId();
                body["previousEncryptionKeyId"] = VaultState.NewId();
                body["rotationSignature"] = Convert.ToBase64String(new byte[64]);
                body["rewrappedVaultKeys"] = new JsonArray(
                    new JsonObject
                    {
                        ["vaultId"] = stage.Vault.Id,
                        ["encryptionKeyId"] = VaultState.NewId(),
                        ["signerEncryptionKeyId"] = VaultState.NewId(),
                        ["signerType"] = "AGENT_ENCRYPTION_KEY",
                        ["dekVersion"] = 1,
                        ["wrappedDek"] = Convert.ToBase64String(new byte[80]),
                        ["wrappedDekSignature"] = Convert.ToBase64String(new byte[64]),
                    }
                );
                return body;
            },
            Success = 201,
            Permission = Permissions.None,
            Needs = Needs.AgentKey,
        },
        new("POST search", Post, "search")
        {
            Shape = "search",
            Body = (_, _) => new JsonObject { ["q"] = "Database" },
            Sample = (_, stage) =>
                new JsonObject
                {
                    ["q"] = "Database",
                    ["types"] = Json.Strings(["LOGIN"]),
                    ["vaultIds"] = Json.Strings([stage.Vault.Id]),
                    ["expiresBefore"] = "2031-01-31T10:00:00Z",
                    ["page"] = 1,
                    ["limit"] = 50,
                },
            Permission = Permissions.Search,
            IsQuery = true,
        },
        Read("GET asset", "vault/{vault}/assets/{asset}", Needs.WholeVaultRead) with
        {
            Permission = Permissions.VaultSecretRead,
            Prepare = stage => stage.Attach(),
        },
        Read("GET wrapped-key", "vault/{vault}/wrapped-key", Needs.VaultOrAnyItem),
        Read("GET public-keys", "vault/{vault}/public-keys", Needs.VaultOrAnyItem),
        Read("GET vaults", "vault", Needs.Nothing),
        Read("GET sync", "vault/sync", Needs.Nothing),
        Read("GET vault", "vault/{vault}", Needs.VaultOrAnyItem),
        Read("GET vault, plural", "vaults/{vault}", Needs.VaultOrAnyItem),
        Read("GET items", "vault/{vault}/items", Needs.VaultOrAnyItem),
        Read("GET checkpoints", "vault/{vault}/checkpoints", Needs.VaultOrAnyItem),
        Read("GET item", "vault/{vault}/items/{item}", Needs.ItemRead) with
        {
            NotFound = "vault_item_not_found",
        },
        Read("GET history", "vault/{vault}/items/{item}/history", Needs.ItemRead) with
        {
            NotFound = "vault_item_not_found",
        },
        Read("GET field", "vault/{vault}/fields/{field}", Needs.ItemRead) with
        {
            NotFound = "field_not_found",
        },
        Read("GET permissions VAULT", "permissions/VAULT/{vault}/permissions", Needs.VaultRead) with
        {
            Permission = Permissions.PermissionsRead,
        },
        Read(
            "GET permissions VAULT_ITEM",
            "permissions/VAULT_ITEM/{item}/permissions",
            Needs.ItemRead
        ) with
        {
            Permission = Permissions.PermissionsRead,
            NotFound = "vault_item_not_found",
        },
        Read(
            "resolved-access VAULT",
            "permissions/VAULT/{vault}/resolved-access",
            Needs.VaultRead
        ) with
        {
            Permission = Permissions.PermissionsRead,
        },
        Read(
            "resolved-access VAULT_ITEM",
            "permissions/VAULT_ITEM/{item}/resolved-access",
            Needs.ItemRead
        ) with
        {
            Permission = Permissions.PermissionsRead,
            NotFound = "vault_item_not_found",
        },
        Read("GET user-key-pair", "user-key-pair", Needs.Own) with
        {
            Permission = Permissions.UserKeyPair,
        },
        Read("GET agent", "agent", Needs.Own) with
        {
            Permission = Permissions.AgentRead,
        },
        Read("GET me", "me", Needs.Nothing) with
        {
            Permission = Permissions.None,
        },
    ];

    /// <summary>Those whose body is to be altered, by name, because that is what test runners show.</summary>
    public static TheoryData<string> WithBodies =>
        [.. All.Where(o => o.Body is not null && o.Name != "PATCH item").Select(o => o.Name)];

    public static Operation Named(string name) => All.Single(o => o.Name == name);

    private static Operation Read(string name, string path, Needs needs) =>
        new(name, Get, path) { Permission = Permissions.VaultRead, Needs = needs };

    /// <summary>Entries 0 add, 1 update, 2 delete, and new metadata.</summary>
    private static ItemChange Renaming(Stage stage) =>
        stage
            .Change()
            .Add("Note", "SECRET", order: 7)
            .Update(stage.Item.Fields[0], field => field with { Name = "Login" })
            .Delete(stage.Item.Fields[1])
            .Name("Staging Database")
            .Type("DATABASE")
            .Websites("https://a.example.com", "b.example.com");

    /// <summary>Gives a checkpoint one of everything that its form allows, whether it is so or not.</summary>
    private static void Full(JsonNode wrapper, Signer signer)
    {
        var checkpoint = wrapper["checkpoint"]!;
        if (checkpoint["fields"] is JsonArray fields)
        {
            fields[0]!["assetIds"] = Json.Strings([VaultState.NewId()]);
            checkpoint["groupId"] = VaultState.NewId();
        }
        else
        {
            checkpoint["items"]![0]!["groupId"] = VaultState.NewId();
            checkpoint["dataClassification"] = "CUI";
        }

        signer.SignAgain(wrapper);
    }
}
