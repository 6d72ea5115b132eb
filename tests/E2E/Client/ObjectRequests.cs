using System.Text.Json.Nodes;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>The signed bodies of restoring and grouping.</summary>
public static class ObjectRequests
{
    public static Task<Answer> Put(
        this MachineClient client,
        string path,
        JsonNode body,
        string? idempotencyKey = null
    ) => client.Send(HttpMethod.Put, path, body, idempotencyKey);

    /// <summary>A summary of this state under the next version.</summary>
    public static JsonObject NextSummary(this MachineClient client, VaultState after) =>
        client.Signer.Wrap(after.Summary(after.SummaryVersion + 1));

    /// <summary>The body that brings an item back into a vault that is without it.</summary>
    public static JsonObject RestoreItemBody(
        this MachineClient client,
        VaultState vault,
        ItemState item
    ) =>
        new()
        {
            ["summaryCheckpoint"] = client.NextSummary(vault.With(item)),
            ["detailCheckpoint"] = client.Signer.Wrap(item.Detail(item.DetailVersion + 1)),
        };

    public static JsonObject NewGroupBody(
        this MachineClient client,
        VaultState vault,
        GroupState group
    ) =>
        new()
        {
            ["id"] = group.Id,
            ["name"] = group.Name,
            ["summaryCheckpoint"] = client.NextSummary(
                vault with
                {
                    Groups = vault.Groups.Add(group),
                }
            ),
        };

    /// <summary>Makes a group; answers the vault as it then is.</summary>
    public static async Task<VaultState> CreateGroup(
        this MachineClient client,
        VaultState vault,
        GroupState group
    )
    {
        MachineClient.Expect(
            await client.Post($"vault/{vault.Id}/groups", client.NewGroupBody(vault, group)),
            201
        );
        return vault with
        {
            Groups = vault.Groups.Add(group),
            SummaryVersion = vault.SummaryVersion + 1,
        };
    }

    public static JsonObject RenameGroupBody(
        this MachineClient client,
        VaultState vault,
        GroupState renamed
    ) =>
        new()
        {
            ["name"] = renamed.Name,
            ["summaryCheckpoint"] = client.NextSummary(
                vault with
                {
                    Groups = vault.Groups.Replace(
                        vault.Groups.Single(group => group.Id == renamed.Id),
                        renamed
                    ),
                }
            ),
        };

    public static JsonObject DeleteGroupBody(
        this MachineClient client,
        VaultState vault,
        string groupId
    ) =>
        new()
        {
            ["summaryCheckpoint"] = client.NextSummary(
                vault with
                {
                    Groups = vault.Groups.RemoveAll(group => group.Id == groupId),
                }
            ),
        };

    /// <summary>The body that puts items into a group, or takes them out, with the detail checkpoints of those that change.</summary>
    public static JsonObject GroupItemsBody(
        this MachineClient client,
        VaultState vault,
        string? groupId,
        params ItemState[] items
    )
    {
        var after = Grouped(vault, groupId, items);
        return new JsonObject
        {
            ["itemIds"] = Json.Strings(items.Select(item => item.Id)),
            ["summaryCheckpoint"] = client.NextSummary(after),
            ["detailCheckpoints"] = new JsonArray([
                .. items
                    .Where(item => item.GroupId != groupId)
                    .Select(item =>
                        client.Signer.Wrap(
                            (item with { GroupId = groupId }).Detail(item.DetailVersion + 1)
                        )
                    ),
            ]),
        };
    }

    /// <summary>The vault after <see cref="GroupItemsBody"/> was taken.</summary>
    public static VaultState AfterGrouping(
        VaultState vault,
        string? groupId,
        params ItemState[] items
    ) =>
        Grouped(
            vault,
            groupId,
            [
                .. items.Select(item =>
                    item with
                    {
                        DetailVersion = item.DetailVersion + (item.GroupId == groupId ? 0 : 1),
                    }
                ),
            ]
        ) with
        {
            SummaryVersion = vault.SummaryVersion + 1,
        };

    private static VaultState Grouped(VaultState vault, string? groupId, ItemState[] items) =>
        items.Aggregate(vault, (state, item) => state.With(item with { GroupId = groupId }));
}
