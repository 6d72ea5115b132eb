using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace VaultPortal.Client;

/// <summary>
/// Edits of one item, collected and then sent as one signed update: all take effect, or none. Fields are named by their name or
/// id; each may be edited once.
/// </summary>
public sealed class ItemEditor
{
    private readonly VaultContext vault;
    private readonly OpenItem item;
    private readonly JsonArray updates = [];
    private readonly HashSet<string> edited = [];
    private readonly Dictionary<string, OpenField> fields;

    internal ItemEditor(VaultContext vault, OpenItem item)
    {
        (this.vault, this.item) = (vault, item);
        fields = item.Fields.ToDictionary(field => field.Id);
        Next = item.Detail with { Version = item.Detail.Version + 1 };
    }

    internal DetailCheckpoint Next { get; private set; }

    internal bool ChangesMetadata =>
        Next.Name != item.Name
        || Next.Type != item.Type
        || !Next.Websites.SequenceEqual(item.Websites);

    internal bool IsEmpty => !ChangesMetadata && updates.Count == 0;

    /// <summary>Another name for the item.</summary>
    public ItemEditor Rename(string name)
    {
        Next = Next with { Name = name };
        return this;
    }

    /// <summary>Another type of item.</summary>
    public ItemEditor ChangeType(ItemType type)
    {
        Next = Next with { Type = type };
        return this;
    }

    /// <summary>Replaces the list of websites.</summary>
    public ItemEditor SetWebsites(params IReadOnlyList<string> websites)
    {
        Next = Next with { Websites = websites };
        return this;
    }

    /// <summary>Adds a field, last unless an order is given.</summary>
    public ItemEditor Add(string name, FieldType type, string? value, int? order = null) =>
        Add(name, type, value, null, order);

    /// <summary>Adds a field with an attachment that was uploaded.</summary>
    public ItemEditor Attach(string name, Attachment attachment, int? order = null) =>
        Add(
            name,
            FieldType.File,
            Encoding.UTF8.GetString(WireJson.Canonical(attachment.Description)),
            attachment.AssetId,
            order
        );

    /// <summary>Gives a field a new value; null empties it.</summary>
    public ItemEditor Set(string field, string? value) =>
        Replace(field, current => current, value is null ? null : Encoding.UTF8.GetBytes(value));

    /// <summary>Gives a field another label, type or place; its value is sealed anew.</summary>
    public ItemEditor Change(
        string field,
        string? name = null,
        FieldType? type = null,
        int? order = null
    )
    {
        var current = item.Field(field);
        return Replace(
            field,
            detail =>
                detail with
                {
                    Name = name ?? detail.Name,
                    Type = type ?? detail.Type,
                    Order = order ?? detail.Order,
                },
            current.Stored switch
            {
                // A null would empty the field.
                { Withheld: true } => throw new InvalidOperationException(
                    "The field's value was not given, so it cannot be sealed anew."
                ),
                { Envelope: null } => null,
                _ => current.RevealBytes(),
            }
        );
    }

    /// <summary>Takes a field away; what it held stays in the history.</summary>
    public ItemEditor Delete(string field)
    {
        var current = Take(field);
        updates.Add(new JsonObject { ["action"] = "delete", ["fieldId"] = current.Id });
        fields.Remove(current.Id);
        Next = Next with { Fields = [.. Next.Fields.Where(other => other.Id != current.Id)] };
        return this;
    }

    /// <summary>The same value under the vault's current data key, and the same attachment or its new copy.</summary>
    internal ItemEditor Reseal(OpenField field, Attachment? copy) =>
        Replace(
            field.Id,
            detail => copy is null ? detail : detail with { AssetIds = [copy.AssetId] },
            copy is null ? field.RevealBytes() : WireJson.Canonical(copy.Description)
        );

    internal JsonObject Body()
    {
        var body = new JsonObject
        {
            ["detailCheckpoint"] = vault.Sign(Next),
            ["updates"] = updates,
        };
        if (Next.Name != item.Name)
        {
            body["name"] = Next.Name;
        }

        if (Next.Type != item.Type)
        {
            body["type"] = WireJson.Node(Next.Type);
        }

        if (!Next.Websites.SequenceEqual(item.Websites))
        {
            body["websites"] = WireJson.Node(Next.Websites);
        }

        return body;
    }

    internal OpenItem Result() =>
        new(Next, [.. OpenItemReader.InOrder(Next.Fields).Select(field => fields[field.Id])]);

    private ItemEditor Add(string name, FieldType type, string? value, string? assetId, int? order)
    {
        var last = Next.Fields.Count == 0 ? -1 : Next.Fields.Max(field => field.Order);
        var detail = new DetailField(
            PublicId.New(),
            name,
            type,
            order ?? last + 1,
            [PublicId.New()],
            assetId is null ? [] : [assetId]
        );
        edited.Add(detail.Id);
        Next = Next with { Fields = [.. Next.Fields, detail] };
        Put("add", detail, value is null ? null : Encoding.UTF8.GetBytes(value));
        return this;
    }

    private ItemEditor Replace(string field, Func<DetailField, DetailField> edit, byte[]? value)
    {
        var current = Take(field);
        var fresh = edit(current.Detail) with { FieldInstanceIds = [PublicId.New()] };
        Next = Next with
        {
            Fields = [.. Next.Fields.Select(other => other.Id == fresh.Id ? fresh : other)],
        };
        Put("update", fresh, value);
        return this;
    }

    private OpenField Take(string field)
    {
        var current = item.Field(field);
        return edited.Add(current.Id)
            ? current
            : throw new InvalidOperationException("A field is edited once in an update.");
    }

    private void Put(string action, DetailField detail, byte[]? value)
    {
        var envelope = value is null
            ? null
            : FieldSeal.Seal(vault, item.Id, detail.Id, detail.InstanceId, value);
        CryptographicOperations.ZeroMemory(value);
        var entry = new JsonObject
        {
            ["action"] = action,
            ["fieldId"] = detail.Id,
            ["fieldInstanceId"] = detail.InstanceId,
            ["name"] = detail.Name,
            ["type"] = WireJson.Node(detail.Type),
            ["value"] = envelope,
            ["order"] = detail.Order,
            ["dekVersion"] = vault.DekVersion,
        };
        if (detail.AssetId is { } assetId)
        {
            entry["assetId"] = assetId;
        }

        updates.Add(entry);
        fields[detail.Id] = new OpenField(
            vault,
            item.Id,
            detail,
            new StoredValue(envelope, vault.DekVersion)
        );
    }
}
