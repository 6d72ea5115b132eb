using System.Text.Json.Nodes;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>
/// One PATCH of an item being built: the entries of <c>updates</c>, and beside them the state that they leave, from which the
/// checkpoints are made and signed.
/// </summary>
public sealed class ItemChange(VaultState vault, ItemState item)
{
    private readonly JsonArray _updates = [];
    private readonly JsonObject _metadata = [];

    public VaultState Vault => vault.With(After);

    public ItemState After { get; private set; } =
        item with
        {
            DetailVersion = item.DetailVersion + 1,
        };

    public bool NeedsSummary =>
        After.Name != item.Name
        || After.Type != item.Type
        || !After.Websites.SequenceEqual(item.Websites);

    public string Path => $"vault-item/{item.Id}/update";

    public ItemChange Add(
        string name = "Note",
        string type = "TEXT",
        string? value = null,
        int? order = null
    ) =>
        Add(
            new FieldState
            {
                Name = name,
                Type = type,
                Value = value ?? Json.Envelope(),
                Order = order ?? NextOrder,
            },
            order is not null
        );

    public ItemChange Add(FieldState field, bool withOrder = true)
    {
        var entry = Entry("add", field.Id, field.InstanceId);
        entry["name"] = field.Name;
        entry["type"] = field.Type;
        if (withOrder)
        {
            entry["order"] = field.Order;
        }

        SetIfGiven(entry, "value", field.Value);
        SetIfGiven(entry, "assetId", field.AssetId);
        After = After with { Fields = After.Fields.Add(field) };
        return this;
    }

    /// <summary>A new instance of a field; <paramref name="edit"/> changes what else the entry says of it.</summary>
    public ItemChange Update(FieldState field, Func<FieldState, FieldState>? edit = null)
    {
        var fresh = field with
        {
            InstanceId = VaultState.NewId(),
            Value = Json.Envelope(),
            AssetId = null,
        };
        fresh = edit?.Invoke(fresh) ?? fresh;
        var entry = Entry("update", field.Id, fresh.InstanceId);
        entry["type"] = fresh.Type;
        entry["value"] = fresh.Value;
        if (fresh.Name != field.Name)
        {
            entry["name"] = fresh.Name;
        }

        if (fresh.Order != field.Order)
        {
            entry["order"] = fresh.Order;
        }

        SetIfGiven(entry, "assetId", fresh.AssetId);
        After = After with { Fields = After.Fields.Replace(Current(field), fresh) };
        return this;
    }

    public ItemChange Delete(FieldState field)
    {
        Entry("delete", field.Id, null);
        After = After with { Fields = After.Fields.Remove(Current(field)) };
        return this;
    }

    public ItemChange Name(string name)
    {
        _metadata["name"] = name;
        After = After with { Name = name };
        return this;
    }

    public ItemChange Type(string type)
    {
        _metadata["type"] = type;
        After = After with { Type = type };
        return this;
    }

    public ItemChange Websites(params string[] websites)
    {
        _metadata["websites"] = Json.Strings(websites);
        After = After with { Websites = [.. websites] };
        return this;
    }

    /// <summary>The signed request.</summary>
    /// <param name="summary">Whether to send a summary; unless said, when one is needed.</param>
    public JsonObject Body(Signer signer, bool? summary = null)
    {
        var body = new JsonObject
        {
            ["detailCheckpoint"] = signer.Wrap(After.Detail(After.DetailVersion)),
            ["updates"] = _updates.DeepClone(),
        };
        if (summary ?? NeedsSummary)
        {
            body["summaryCheckpoint"] = signer.Wrap(Vault.Summary(vault.SummaryVersion + 1));
        }

        foreach (var (name, value) in _metadata)
        {
            body[name] = value?.DeepClone();
        }

        return body;
    }

    private int NextOrder => After.Fields.IsEmpty ? 0 : After.Fields.Max(other => other.Order) + 1;

    private FieldState Current(FieldState field) =>
        After.Fields.Single(other => other.Id == field.Id);

    private JsonObject Entry(string action, string fieldId, string? instanceId)
    {
        var entry = new JsonObject { ["action"] = action, ["fieldId"] = fieldId };
        SetIfGiven(entry, "fieldInstanceId", instanceId);
        _updates.Add(entry);
        return entry;
    }

    private static void SetIfGiven(JsonObject entry, string member, string? value)
    {
        if (value is not null)
        {
            entry[member] = value;
        }
    }
}
