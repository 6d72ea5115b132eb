using System.Text;
using System.Text.Json;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;

namespace VaultPortal.Api.Machine;

/// <summary>Reads the bodies of item calls (machine.md section 6): everything about their form, nothing about the state.</summary>
internal static class VaultItemReader
{
    private const int MaxEntries = 200;
    private static readonly string[] UpdateMembers =
    [
        "detailCheckpoint",
        "summaryCheckpoint",
        "name",
        "type",
        "websites",
        "updates",
    ];
    private static readonly string[] EntryMembers =
    [
        "action",
        "fieldId",
        "fieldInstanceId",
        "name",
        "type",
        "value",
        "assetId",
        "order",
        "dekVersion",
    ];
    private static readonly string[] CreateMembers =
    [
        "id",
        "name",
        "type",
        "fields",
        "summaryCheckpoint",
        "detailCheckpoint",
        "websites",
    ];
    private static readonly string[] NewFieldMembers =
    [
        "id",
        "fieldInstanceId",
        "name",
        "type",
        "encryptedValue",
        "dekVersion",
    ];
    private static readonly string[] ArchiveMembers = ["summaryCheckpoint"];
    private static readonly string[] RestoreMembers = ["summaryCheckpoint", "detailCheckpoint"];

    public static VaultItemUpdate Update(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, UpdateMembers);
        var changes = input.List(m[5], JsonPointer.Root.Member("updates"), MaxEntries, Entry);
        RefuseRepeated(input, changes);
        return new VaultItemUpdate
        {
            Detail = CheckpointReader.Detail(
                input,
                m[0],
                JsonPointer.Root.Member("detailCheckpoint")
            ),
            Summary = IsAbsent(m[1])
                ? null
                : CheckpointReader.Summary(
                    input,
                    m[1],
                    JsonPointer.Root.Member("summaryCheckpoint")
                ),
            Name = IsAbsent(m[2]) ? null : Name(input, m[2], JsonPointer.Root),
            Type = IsAbsent(m[3])
                ? null
                : CheckpointReader.ItemTypeOf(input, m[3], JsonPointer.Root),
            Websites = IsAbsent(m[4]) ? null : Websites(input, m[4], JsonPointer.Root),
            Changes = changes,
        };
    }

    public static NewVaultItem Create(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, CreateMembers);
        var fields = input.List(m[3], JsonPointer.Root.Member("fields"), MaxEntries, NewField);
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = fields[i] with { Order = i };
        }

        RefuseRepeated(input, fields);
        return new NewVaultItem
        {
            Id = input.Id(m[0], JsonPointer.Root.Member("id")),
            Name = Name(input, m[1], JsonPointer.Root),
            Type = CheckpointReader.ItemTypeOf(input, m[2], JsonPointer.Root),
            Fields = fields,
            Summary = CheckpointReader.Summary(
                input,
                m[4],
                JsonPointer.Root.Member("summaryCheckpoint")
            ),
            Detail = CheckpointReader.Detail(
                input,
                m[5],
                JsonPointer.Root.Member("detailCheckpoint")
            ),
            Websites = IsAbsent(m[6]) ? [] : Websites(input, m[6], JsonPointer.Root),
        };
    }

    public static SignedInput<SummaryContent> Archive(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, ArchiveMembers);
        return CheckpointReader.Summary(input, m[0], JsonPointer.Root.Member("summaryCheckpoint"));
    }

    public static ItemRestore Restore(JsonInput input, JsonElement body)
    {
        var root = JsonPointer.Root;
        var m = input.Members(body, root, RestoreMembers);
        return new ItemRestore(
            CheckpointReader.Summary(input, m[0], root.Member("summaryCheckpoint")),
            CheckpointReader.Detail(input, m[1], root.Member("detailCheckpoint"))
        );
    }

    /// <summary>A name under the rules of machine.md section 3.</summary>
    public static string Name(JsonInput input, JsonElement element, JsonPointer parent)
    {
        var at = parent.Member("name");
        var name = input.Text(element, at);
        if (TextRules.ProblemOfName(name) is { } problem)
        {
            input.Fail(at, problem);
        }

        return name;
    }

    public static bool IsAbsent(JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined;

    private static FieldChange Entry(JsonInput input, JsonElement element, JsonPointer at)
    {
        var m = input.Members(element, at, EntryMembers);
        var action = input.Text(m[0], at.Member("action")) switch
        {
            "add" => FieldAction.Add,
            "update" => FieldAction.Update,
            "delete" => FieldAction.Delete,
            _ => default,
        };
        if (action == default)
        {
            input.Fail(at.Member("action"), "An action is add, update or delete.");
        }

        var fieldId = input.Id(m[1], at.Member("fieldId"));
        if (action == FieldAction.Delete)
        {
            return Deletion(input, m, fieldId, at);
        }

        var name = action == FieldAction.Add || !IsAbsent(m[3]) ? Name(input, m[3], at) : null;
        return new FieldChange
        {
            Action = action,
            FieldId = fieldId,
            InstanceId = input.Id(m[2], at.Member("fieldInstanceId")),
            Name = name,
            Type = CheckpointReader.FieldTypeOf(input, m[4], at),
            SaysValue = !IsAbsent(m[5]),
            Value = Value(input, m[5], at.Member("value")),
            AssetId = input.OptionalId(m[6], at.Member("assetId")),
            Order = IsAbsent(m[7])
                ? null
                : (int)input.WholeNumber(m[7], at.Member("order"), 0, int.MaxValue),
            DekVersion = DekVersion(input, m[8], at),
            At = at,
        };
    }

    /// <summary>A deletion says which field, and may repeat its instance; a value or label on it would be lost, so it is refused.</summary>
    private static FieldChange Deletion(
        JsonInput input,
        JsonElement[] members,
        PublicId fieldId,
        JsonPointer at
    )
    {
        for (var i = 3; i < members.Length; i++)
        {
            if (!IsAbsent(members[i]))
            {
                input.Fail(at.Member(EntryMembers[i]), "A delete takes no such member.");
            }
        }

        input.OptionalId(members[2], at.Member("fieldInstanceId"));
        return new FieldChange
        {
            Action = FieldAction.Delete,
            FieldId = fieldId,
            At = at,
        };
    }

    private static FieldChange NewField(JsonInput input, JsonElement element, JsonPointer at)
    {
        var m = input.Members(element, at, NewFieldMembers);
        return new FieldChange
        {
            Action = FieldAction.Add,
            FieldId = input.Id(m[0], at.Member("id")),
            InstanceId = input.Id(m[1], at.Member("fieldInstanceId")),
            Name = Name(input, m[2], at),
            Type = CheckpointReader.FieldTypeOf(input, m[3], at),
            SaysValue = !IsAbsent(m[4]),
            Value = Value(input, m[4], at.Member("encryptedValue")),
            DekVersion = DekVersion(input, m[5], at),
            At = at,
        };
    }

    private static byte[]? Value(JsonInput input, JsonElement element, JsonPointer at)
    {
        if (element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        var value = Encoding.UTF8.GetBytes(input.Text(element, at));
        if (!Envelope.TryInspect(value, out _))
        {
            input.Fail(
                at,
                "A value has to be a v3 envelope, encrypted by the client: the text of {\"v\":3,\"iv\":…,\"t\":…,\"d\":…}, at most 64 KiB."
            );
        }

        return value;
    }

    private static int? DekVersion(JsonInput input, JsonElement element, JsonPointer at) =>
        IsAbsent(element)
            ? null
            : (int)input.WholeNumber(element, at.Member("dekVersion"), 1, int.MaxValue);

    private static string[] Websites(JsonInput input, JsonElement element, JsonPointer parent)
    {
        var at = parent.Member("websites");
        var websites = CheckpointReader.Websites(input, element, at);
        for (var i = 0; i < websites.Length; i++)
        {
            if (TextRules.ProblemOfWebsite(websites[i]) is { } problem)
            {
                input.Fail(at.Element(i), problem);
            }
        }

        return websites;
    }

    private static void RefuseRepeated(JsonInput input, FieldChange[] changes)
    {
        var fields = new HashSet<PublicId>(changes.Length);
        var instances = new HashSet<PublicId>(changes.Length);
        foreach (var change in changes)
        {
            if (!fields.Add(change.FieldId))
            {
                input.Fail(change.At, "There is one entry for each field.");
            }

            if (change.Action != FieldAction.Delete && !instances.Add(change.InstanceId))
            {
                input.Fail(change.At, "Each entry makes an instance of its own.");
            }
        }
    }
}
