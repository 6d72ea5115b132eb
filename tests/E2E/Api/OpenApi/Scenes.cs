using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.OpenApi;

/// <summary>
/// Objects that refusals need, made once: a vault with an item and groups, one that is archived, an archived item. Every request made
/// here is good but for one fault, so it is refused and the objects stay as they are.
/// </summary>
internal sealed class Scenes
{
    private const string Absent = "0123456789abcdef01234567";

    private readonly MachineClient _owner;
    private readonly VaultState _vault;
    private readonly string _empty;
    private readonly string _full;
    private readonly VaultState _archived;
    private readonly VaultState _without;
    private readonly ItemState _gone;
    private readonly Scene _expired;

    private Scenes(
        MachineClient owner,
        VaultState vault,
        (string Empty, string Full) groups,
        VaultState archived,
        (VaultState Without, ItemState Item) gone,
        Scene expired
    )
    {
        (_owner, _vault, _archived, _expired) = (owner, vault, archived, expired);
        (_empty, _full) = groups;
        (_without, _gone) = gone;
    }

    private ItemState Item => _vault.Items[0];

    public static async Task<Scenes> MakeAsync(Portal portal)
    {
        var owner = portal.Owner;
        var vault = (await Scene.MakeAsync(owner)).Vault;
        var (empty, full) = (
            new GroupState(VaultState.NewId(), "Empty"),
            new GroupState(VaultState.NewId(), "Full")
        );
        vault = await owner.CreateGroup(await owner.CreateGroup(vault, empty), full);
        MachineClient.Expect(
            await owner.Put(
                $"vault/{vault.Id}/groups/{full.Id}/items",
                owner.GroupItemsBody(vault, full.Id, vault.Items[0])
            ),
            200
        );
        vault = ObjectRequests.AfterGrouping(vault, full.Id, vault.Items[0]);

        var archived = (await Scene.MakeAsync(owner)).Vault;
        MachineClient.Expect(
            await owner.Delete($"vault/{archived.Id}", owner.ArchiveVaultBody(archived)),
            204
        );
        var before = (await Scene.MakeAsync(owner)).Vault;
        var gone = before.Items[0];
        MachineClient.Expect(
            await owner.Delete(
                $"vault/{before.Id}/items/{gone.Id}",
                owner.DeleteItemBody(before, gone.Id)
            ),
            204
        );
        var without = before with { Items = [], SummaryVersion = before.SummaryVersion + 1 };
        var expired = await Scene.MakeAsync(owner);
        portal.Execute(
            $"UPDATE vault_item SET expires_at = 1 WHERE public_id = x'{expired.Item.Id}'"
        );
        return new Scenes(
            owner,
            vault,
            (empty.Id, full.Id),
            archived with
            {
                DirectoryVersion = archived.DirectoryVersion + 1,
            },
            (without, gone),
            expired
        );
    }

    /// <summary>The refusal of an almost good request; null when this operation and code need none of these objects.</summary>
    public async Task<Answer?> Provoke(Declared one)
    {
        if (Special(one) is { } special)
        {
            return await Send(one, special.Path, special.Body);
        }

        if (Good(one.Operation, Later(one)) is not { } good)
        {
            return null;
        }

        var wrappers = Wrappers(good.Body).ToArray();
        switch (one.Code)
        {
            case "checkpoint_signer_required":
                wrappers.ForEach(wrapper => wrapper["signerUserKeyPairId"] = Absent);
                break;
            case "checkpoint_invalid_signature"
            or "vault_creation_failed"
            or "vault_item_creation_failed":
                wrappers.ForEach(wrapper =>
                    wrapper["signature"] = Convert.ToBase64String(new byte[64])
                );
                break;
            case "checkpoint_version_conflict" when !IsOfState(one):
                wrappers.ForEach(wrapper =>
                    Change(wrapper, checkpoint => checkpoint["version"] = 77)
                );
                break;
            case "checkpoint_version_conflict":
                break;
            case "checkpoint_mismatch":
                wrappers.ForEach(wrapper => Change(wrapper, Differ));
                break;
            default:
                return null;
        }

        return await Send(one, good.Path, good.Body);
    }

    /// <summary>What an operation would take, if nothing were wrong with it.</summary>
    private (string Path, JsonObject Body)? Good(string operation, long later) =>
        operation switch
        {
            "createVault" => ("vault", _owner.CreateVaultBody(new VaultState())),
            "updateVault" => (
                $"vault/{_vault.Id}/update",
                _owner.UpdateVaultBody(_vault with { Name = "Renamed" })
            ),
            "archiveVault" => (
                $"vault/{_vault.Id}",
                _owner.ArchiveVaultBody(
                    _vault with
                    {
                        DirectoryVersion = _vault.DirectoryVersion + later,
                    }
                )
            ),
            "restoreVault" => (
                $"vault/{_archived.Id}/restore",
                _owner.ArchiveVaultBody(
                    _archived with
                    {
                        DirectoryVersion = _archived.DirectoryVersion + later,
                    },
                    "active"
                )
            ),
            "createItem" => (
                $"vault/{_vault.Id}/items",
                _owner.CreateItemBody(_vault, MachineClient.NewItem(_vault))
            ),
            "archiveItem" => (
                $"vault/{_vault.Id}/items/{Item.Id}",
                _owner.DeleteItemBody(_vault, Item.Id)
            ),
            "restoreItem" => (
                $"vault/{_without.Id}/items/{_gone.Id}/restore",
                _owner.RestoreItemBody(_without, _gone)
            ),
            "updateItem" => (
                $"vault-item/{Item.Id}/update",
                new ItemChange(_vault, Item).Update(Item.Fields[0]).Body(_owner.Signer)
            ),
            "createGroup" => (
                $"vault/{_vault.Id}/groups",
                _owner.NewGroupBody(_vault, new GroupState(VaultState.NewId(), "Third"))
            ),
            "renameGroup" => (
                $"vault/{_vault.Id}/groups/{_empty}",
                _owner.RenameGroupBody(
                    _vault,
                    _vault.Groups.Single(g => g.Id == _empty) with
                    {
                        Name = "Renamed",
                    }
                )
            ),
            "deleteGroup" => (
                $"vault/{_vault.Id}/groups/{_empty}",
                _owner.DeleteGroupBody(_vault, _empty)
            ),
            "putGroupItems" => (
                $"vault/{_vault.Id}/groups/{_empty}/items",
                _owner.GroupItemsBody(_vault, _empty, Item)
            ),
            "setPermissions" => (
                $"permissions/VAULT/{_vault.Id}/set-permissions",
                Permissions(_owner.CreatorPermission(_vault))
            ),
            "registerKeyPair" => (
                "user-key-pair",
                WithMember(
                    _owner.RegisterBody(Signer.Ed25519()),
                    "proof",
                    Convert.ToBase64String(new byte[64])
                )
            ),
            _ => null,
        };

    /// <summary>Requests whose fault is of one operation only.</summary>
    private (string Path, JsonNode? Body)? Special(Declared one) =>
        (one.Operation, one.Code) switch
        {
            ("createVault", "id_conflict") => ("vault", _owner.CreateVaultBody(_vault)),
            ("createItem", "id_conflict") => (
                $"vault/{_vault.Id}/items",
                _owner.CreateItemBody(_vault, MachineClient.NewItem(_vault) with { Id = Item.Id })
            ),
            ("createGroup", "id_conflict") => (
                $"vault/{_vault.Id}/groups",
                WithMember(
                    _owner.NewGroupBody(_vault, new GroupState(VaultState.NewId(), "Third")),
                    "id",
                    _empty
                )
            ),
            ("updateItem", "id_conflict") => Update(entry =>
                entry["fieldInstanceId"] = Item.Fields[1].InstanceId
            ),
            ("updateItem", "dek_version_conflict") => Update(entry => entry["dekVersion"] = 9),
            ("updateItem", "field_not_found") => Update(entry => entry["fieldId"] = Absent),
            ("createItem", "dek_version_conflict") => OldKey(),
            ("storeAsset", "dek_version_conflict") => (
                $"vault/{_vault.Id}/assets/{Absent}?dekVersion=9",
                null
            ),
            ("setExpiry", "field_not_found") => (
                $"vault-item/{Item.Id}/expiry",
                JsonNode.Parse($$"""{"fields":[{"fieldId":"{{Absent}}","expiresAt":null}]}""")
            ),
            ("deleteGroup", "group_not_empty") => (
                $"vault/{_vault.Id}/groups/{_full}",
                _owner.DeleteGroupBody(_vault, _full)
            ),
            ("renameGroup" or "deleteGroup" or "putGroupItems", "not_found") => (
                $"vault/{_vault.Id}/groups/{Absent}"
                    + (one.Operation == "putGroupItems" ? "/items" : ""),
                Good(one.Operation, 0)!.Value.Body
            ),
            ("putGroupItems", "vault_item_not_found") => (
                $"vault/{_vault.Id}/groups/{_empty}/items",
                WithMember(_owner.GroupItemsBody(_vault, _empty), "itemIds", new JsonArray(Absent))
            ),
            ("listCheckpoints", "vault_item_not_found") => (
                $"vault/{_vault.Id}/checkpoints?itemId={Absent}",
                null
            ),
            ("getAsset", "not_found") => ($"vault/{_vault.Id}/assets/{Absent}", null),
            ("getField", "vault_item_expired") => (
                $"vault/{_expired.Vault.Id}/fields/{_expired.Password.Id}",
                null
            ),
            ("setPermissions", "last_admin") => (
                $"permissions/VAULT/{_vault.Id}/set-permissions",
                Nobody()
            ),
            _ => null,
        };

    private (string, JsonNode?) Update(Action<JsonObject> fault)
    {
        var (path, body) = Good("updateItem", 0)!.Value;
        fault(body["updates"]![0]!.AsObject());
        return (path, body);
    }

    private (string, JsonNode?) OldKey()
    {
        var (path, body) = Good("createItem", 0)!.Value;
        body["fields"]![0]!["dekVersion"] = 9;
        return (path, body);
    }

    private JsonObject Nobody()
    {
        var none = _owner.CreatorPermission(_vault);
        none["permissions"] = new JsonArray();
        return Permissions(none);
    }

    /// <summary>The body of set-permissions that grants what the checkpoint says.</summary>
    private JsonObject Permissions(JsonObject checkpoint)
    {
        checkpoint["version"] = 2;
        var grants = checkpoint["permissions"]!.DeepClone().AsArray();
        grants.ForEach(grant => grant!.AsObject().Remove("keyFingerprints"));
        return new JsonObject
        {
            ["permissions"] = grants,
            ["permissionCheckpoint"] = _owner.Signer.Wrap(checkpoint),
        };
    }

    /// <summary>Says something else than the state: whatever the kind of the checkpoint, one of these members is in it.</summary>
    private static void Differ(JsonObject checkpoint)
    {
        if (checkpoint["permissions"] is { } permissions)
        {
            permissions[0]!["accessLevel"] = "READ";
        }
        else if (checkpoint["vaultItemId"] is not null)
        {
            checkpoint["type"] = "SSH_KEY";
        }
        else
        {
            checkpoint["dataClassification"] = "CUI";
        }
    }

    private void Change(JsonObject wrapper, Action<JsonObject> change)
    {
        change(wrapper["checkpoint"]!.AsObject());
        _owner.Signer.SignAgain(wrapper);
    }

    /// <summary>What archives or restores a vault signs the version twice: there it has to be wrong from the beginning.</summary>
    private static bool IsOfState(Declared one) =>
        one.Operation is "archiveVault" or "restoreVault";

    private static long Later(Declared one) =>
        one.Code == "checkpoint_version_conflict" && IsOfState(one) ? 70 : 0;

    private static IEnumerable<JsonObject> Wrappers(JsonNode? node) =>
        node switch
        {
            JsonObject one when one.ContainsKey("checkpoint") => [one],
            JsonObject one => one.Select(member => member.Value).SelectMany(Wrappers),
            JsonArray many => many.SelectMany(Wrappers),
            _ => [],
        };

    private static JsonObject WithMember(JsonObject body, string member, JsonNode value)
    {
        body[member] = value;
        return body;
    }

    private Task<Answer> Send(Declared one, string path, JsonNode? body) =>
        one.BodyType == "application/octet-stream" && one.Method == "POST"
            ? _owner.Send(HttpMethod.Post, path, MachineClient.Content(new byte[28], one.BodyType))
            : _owner.Send(new HttpMethod(one.Method), path, body);
}

internal static class EachOf
{
    public static void ForEach<T>(this IEnumerable<T> all, Action<T> act)
    {
        foreach (var one in all)
        {
            act(one);
        }
    }
}
