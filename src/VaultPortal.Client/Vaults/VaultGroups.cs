using System.Text.Json.Nodes;

namespace VaultPortal.Client;

/// <summary>Groups of items in a vault.</summary>
public sealed class VaultGroups
{
    private readonly VaultContext vault;

    internal VaultGroups(VaultContext vault) => this.vault = vault;

    /// <summary>Makes a group; answers its id.</summary>
    public async Task<string> CreateAsync(string name, CancellationToken cancellation = default)
    {
        var group = new ItemGroup(PublicId.New(), name);
        var body = new JsonObject { ["id"] = group.Id, ["name"] = name };
        await SendAsync(HttpMethod.Post, "", body, [.. vault.Summary.Groups, group], cancellation);
        return group.Id;
    }

    /// <summary>Gives a group another name.</summary>
    public Task RenameAsync(string id, string name, CancellationToken cancellation = default) =>
        SendAsync(
            HttpMethod.Patch,
            $"/{id}",
            new JsonObject { ["name"] = name },
            [
                .. vault.Summary.Groups.Select(group =>
                    group.Id == id ? group with { Name = name } : group
                ),
            ],
            cancellation
        );

    /// <summary>Deletes an empty group.</summary>
    public Task DeleteAsync(string id, CancellationToken cancellation = default) =>
        SendAsync(
            HttpMethod.Delete,
            $"/{id}",
            [],
            [.. vault.Summary.Groups.Where(group => group.Id != id)],
            cancellation
        );

    /// <summary>Puts items (at most 200) into a group, or out of theirs where it is null.</summary>
    public async Task MoveAsync(
        string? groupId,
        IReadOnlyCollection<string> itemIds,
        CancellationToken cancellation = default
    )
    {
        var details = new List<DetailCheckpoint>();
        foreach (var itemId in itemIds)
        {
            var item = await OpenItemReader.ReadAsync(vault, itemId, cancellation);
            if (item.GroupId != groupId)
            {
                details.Add(item.Detail with { Version = item.Version + 1, GroupId = groupId });
            }
        }

        var summary = vault.Summary with
        {
            Version = vault.Summary.Version + 1,
            Items =
            [
                .. vault.Summary.Items.Select(item =>
                    itemIds.Contains(item.Id) ? item with { GroupId = groupId } : item
                ),
            ],
        };
        await vault.SendAsync(
            HttpMethod.Put,
            $"vault/{vault.Id}/groups/{groupId ?? "none"}/items",
            new JsonObject
            {
                ["itemIds"] = WireJson.Node(itemIds),
                ["summaryCheckpoint"] = vault.Sign(summary),
                ["detailCheckpoints"] = new JsonArray([.. details.Select(vault.Sign)]),
            },
            cancellation
        );
        await vault.AcceptAsync(summary, cancellation);
        foreach (var detail in details)
        {
            await vault.AcceptAsync(detail, cancellation);
        }
    }

    private async Task SendAsync(
        HttpMethod method,
        string path,
        JsonObject body,
        IReadOnlyList<ItemGroup> groups,
        CancellationToken cancellation
    )
    {
        var summary = vault.Summary with { Version = vault.Summary.Version + 1, Groups = groups };
        body["summaryCheckpoint"] = vault.Sign(summary);
        await vault.SendAsync(method, $"vault/{vault.Id}/groups{path}", body, cancellation);
        await vault.AcceptAsync(summary, cancellation);
    }
}
