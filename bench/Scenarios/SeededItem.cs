using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VaultPortal.Client;
using VaultPortal.Core.Porting;
using CoreId = VaultPortal.Core.Common.PublicId;
using CoreTypes = VaultPortal.Core.Vaults;

namespace VaultPortal.Bench.Scenarios;

/// <summary>An item as its only writer knows it.</summary>
internal sealed class SeededItem
{
    private readonly VaultContext _vault;
    private OpenItem _item;

    public SeededItem(VaultContext vault, NewItem item)
    {
        _vault = vault;
        var draft = new ItemDraft(vault, item);
        _item = draft.Result();
        InSummary = draft.SummaryItem;
    }

    public string Id => _item.Id;

    public string VaultId => _vault.Id;

    public SummaryItem InSummary { get; }

    public static string NewValue() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));

    /// <summary>Gives one field a new value: the body of the request that says so.</summary>
    public JsonObject UpdateOneField()
    {
        var field = _item.Fields[(int)(_item.Version % _item.Fields.Count)];
        var editor = new ItemEditor(_vault, _item).Set(field.Id, NewValue());
        _item = editor.Result();
        return editor.Body();
    }

    public SeedItem ToSeed() =>
        new(
            CoreId.Parse(Id),
            _item.Name,
            CoreTypes.ItemType.Login,
            _item.Websites,
            _item.Version,
            [
                .. _item.Fields.Select(field => new SeedField(
                    CoreId.Parse(field.Id),
                    CoreId.Parse(field.Detail.InstanceId),
                    field.Name,
                    CoreTypes.FieldType.Secret,
                    field.Stored.Envelope!
                )),
            ]
        );
}
