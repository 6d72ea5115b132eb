using System.Text;
using System.Text.Json.Nodes;

namespace VaultPortal.Client;

/// <summary>An item that is being made: its ids, its sealed values, its first detail checkpoint.</summary>
internal sealed class ItemDraft
{
    private readonly VaultContext vault;
    private readonly List<OpenField> fields = [];
    private readonly JsonArray entries = [];

    public ItemDraft(VaultContext vault, NewItem item)
    {
        this.vault = vault;
        var id = PublicId.New();
        foreach (var field in item.Fields)
        {
            Add(id, field);
        }

        Detail = new DetailCheckpoint(
            id,
            vault.Id,
            1,
            item.Name,
            item.Type,
            item.Websites,
            [.. fields.Select(field => field.Detail)]
        );
    }

    public DetailCheckpoint Detail { get; }

    public SummaryItem SummaryItem => SummaryOf(Detail);

    public static SummaryItem SummaryOf(DetailCheckpoint detail) =>
        new(detail.VaultItemId, detail.Name, detail.Type, detail.Websites, detail.GroupId);

    public OpenItem Result() => new(Detail, fields);

    public JsonObject Body() =>
        new()
        {
            ["id"] = Detail.VaultItemId,
            ["name"] = Detail.Name,
            ["type"] = WireJson.Node(Detail.Type),
            ["websites"] = WireJson.Node(Detail.Websites),
            ["fields"] = entries,
            ["detailCheckpoint"] = vault.Sign(Detail),
        };

    private void Add(string itemId, NewField field)
    {
        var detail = new DetailField(
            PublicId.New(),
            field.Name,
            field.Type,
            fields.Count,
            [PublicId.New()],
            []
        );
        var envelope = field.Value is null
            ? null
            : FieldSeal.Seal(
                vault,
                itemId,
                detail.Id,
                detail.InstanceId,
                Encoding.UTF8.GetBytes(field.Value)
            );
        var entry = new JsonObject
        {
            ["id"] = detail.Id,
            ["fieldInstanceId"] = detail.InstanceId,
            ["name"] = detail.Name,
            ["type"] = WireJson.Node(detail.Type),
            ["dekVersion"] = vault.DekVersion,
        };
        if (envelope is not null)
        {
            entry["encryptedValue"] = envelope;
        }

        entries.Add(entry);
        fields.Add(
            new OpenField(vault, itemId, detail, new StoredValue(envelope, vault.DekVersion))
        );
    }
}
