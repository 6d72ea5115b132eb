using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VaultPortal.Core.Common;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>What a machine knows of a vault: enough to build the checkpoints of its next write (machine.md section 4).</summary>
public sealed record VaultState
{
    public string Id { get; init; } = NewId();
    public string Name { get; init; } = "Production Secrets";
    public string? Classification { get; init; }
    public int DekVersion { get; init; } = 1;
    public long DirectoryVersion { get; init; }
    public long SummaryVersion { get; init; }
    public ImmutableList<ItemState> Items { get; init; } = [];
    public ImmutableList<GroupState> Groups { get; init; } = [];

    public static string NewId() => PublicId.New(TimeProvider.System.GetUtcNow()).ToString();

    public VaultState With(ItemState item) =>
        this with
        {
            Items = Items.RemoveAll(other => other.Id == item.Id).Add(item),
        };

    public JsonObject Directory(long version) =>
        new()
        {
            ["vaultId"] = Id,
            ["version"] = version,
            ["name"] = Name,
            ["groupId"] = null,
            ["dataClassification"] = Classification,
        };

    public JsonObject Summary(long version) =>
        new()
        {
            ["vaultId"] = Id,
            ["version"] = version,
            ["name"] = Name,
            ["dataClassification"] = Classification,
            ["currentDekVersion"] = DekVersion,
            ["items"] = new JsonArray([.. Items.Select(item => item.SummaryEntry())]),
            ["groups"] = new JsonArray([
                .. Groups.Select(group => new JsonObject
                {
                    ["id"] = group.Id,
                    ["name"] = group.Name,
                }),
            ]),
        };
}

public sealed record GroupState(string Id, string Name);

public sealed record ItemState
{
    public string Id { get; init; } = VaultState.NewId();
    public required string VaultId { get; init; }
    public string Name { get; init; } = "Production Database";
    public string Type { get; init; } = "LOGIN";
    public ImmutableList<string> Websites { get; init; } = [];
    public string? GroupId { get; init; }
    public long DetailVersion { get; init; }
    public ImmutableList<FieldState> Fields { get; init; } = [];

    public JsonObject SummaryEntry() =>
        new()
        {
            ["id"] = Id,
            ["name"] = Name,
            ["type"] = Type,
            ["websites"] = Json.Strings(Websites),
            ["groupId"] = GroupId,
        };

    public JsonObject Detail(long version) =>
        new()
        {
            ["vaultItemId"] = Id,
            ["vaultId"] = VaultId,
            ["version"] = version,
            ["name"] = Name,
            ["type"] = Type,
            ["websites"] = Json.Strings(Websites),
            ["groupId"] = GroupId,
            ["fields"] = new JsonArray([.. Fields.Select(field => field.DetailEntry())]),
        };
}

public sealed record FieldState
{
    public string Id { get; init; } = VaultState.NewId();
    public required string Name { get; init; }
    public required string Type { get; init; }
    public int Order { get; init; }
    public string InstanceId { get; init; } = VaultState.NewId();
    public string? AssetId { get; init; }

    /// <summary>The envelope's text, or null for an empty field.</summary>
    public string? Value { get; init; }

    public JsonObject DetailEntry() =>
        new()
        {
            ["id"] = Id,
            ["name"] = Name,
            ["type"] = Type,
            ["order"] = Order,
            ["fieldInstanceIds"] = Json.Strings([InstanceId]),
            ["assetIds"] = Json.Strings(AssetId is null ? [] : [AssetId]),
        };
}
