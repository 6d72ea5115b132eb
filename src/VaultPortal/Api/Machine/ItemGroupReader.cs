using System.Text.Json;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>Reads the bodies of group calls (machine.md section 6).</summary>
internal static class ItemGroupReader
{
    private const int MaxItems = 200;
    private static readonly string[] CreateMembers = ["id", "name", "summaryCheckpoint"];
    private static readonly string[] RenameMembers = ["name", "summaryCheckpoint"];
    private static readonly string[] ItemsMembers =
    [
        "itemIds",
        "summaryCheckpoint",
        "detailCheckpoints",
    ];

    public static NewItemGroup Create(JsonInput input, JsonElement body)
    {
        var root = JsonPointer.Root;
        var m = input.Members(body, root, CreateMembers);
        return new NewItemGroup(
            input.Id(m[0], root.Member("id")),
            VaultItemReader.Name(input, m[1], root),
            CheckpointReader.Summary(input, m[2], root.Member("summaryCheckpoint"))
        );
    }

    public static ItemGroupUpdate Rename(JsonInput input, JsonElement body)
    {
        var root = JsonPointer.Root;
        var m = input.Members(body, root, RenameMembers);
        return new ItemGroupUpdate(
            VaultItemReader.Name(input, m[0], root),
            CheckpointReader.Summary(input, m[1], root.Member("summaryCheckpoint"))
        );
    }

    public static ItemGrouping Items(JsonInput input, JsonElement body)
    {
        var root = JsonPointer.Root;
        var m = input.Members(body, root, ItemsMembers);
        var named = new HashSet<PublicId>();
        var ids = input.List(
            m[0],
            root.Member("itemIds"),
            MaxItems,
            (reading, element, at) => Once(reading, reading.Id(element, at), at, named)
        );
        var summary = CheckpointReader.Summary(input, m[1], root.Member("summaryCheckpoint"));
        var details = input.List(
            m[2],
            root.Member("detailCheckpoints"),
            MaxItems,
            (reading, element, at) => Detail(reading, element, at, named)
        );
        return new ItemGrouping(ids, summary, details);
    }

    private static PublicId Once(
        JsonInput input,
        PublicId id,
        JsonPointer at,
        HashSet<PublicId> named
    )
    {
        if (!named.Add(id))
        {
            input.Fail(at, "Each item is named once.");
        }

        return id;
    }

    /// <summary>A checkpoint of an item that was named, and of each one at most: what is taken leaves the set.</summary>
    private static SignedInput<DetailContent> Detail(
        JsonInput input,
        JsonElement element,
        JsonPointer at,
        HashSet<PublicId> named
    )
    {
        var detail = CheckpointReader.Detail(input, element, at);
        if (input.Error is null && !named.Remove(detail.Content.ItemId))
        {
            input.Fail(
                at.Member("checkpoint").Member("vaultItemId"),
                "One checkpoint is expected for an item, and for none that itemIds does not name."
            );
        }

        return detail;
    }
}
