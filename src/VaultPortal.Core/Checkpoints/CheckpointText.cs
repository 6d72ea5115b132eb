using System.Text.Json;
using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Checkpoints;

/// <summary>Writes a checkpoint as a client does: the canonical JSON (RFC 8785) to be signed.</summary>
public static class CheckpointText
{
    public static byte[] Of(CheckpointContent content) =>
        CanonicalJson.Canonicalize(JsonSerializer.SerializeToUtf8Bytes<JsonNode>(ToJson(content)));

    private static JsonObject ToJson(CheckpointContent content) =>
        content switch
        {
            DirectoryContent directory => new JsonObject
            {
                ["vaultId"] = directory.VaultId.ToString(),
                ["version"] = directory.Version,
                ["name"] = directory.Name,
                ["groupId"] = directory.GroupId?.ToString(),
                ["dataClassification"] = Classification(directory.Classification),
            },
            SummaryContent summary => new JsonObject
            {
                ["vaultId"] = summary.VaultId.ToString(),
                ["version"] = summary.Version,
                ["name"] = summary.Name,
                ["dataClassification"] = Classification(summary.Classification),
                ["currentDekVersion"] = summary.CurrentDekVersion,
                ["items"] = List(summary.Items, Item),
                ["groups"] = List(
                    summary.Groups,
                    g => new JsonObject { ["id"] = g.Id.ToString(), ["name"] = g.Name }
                ),
            },
            DetailContent detail => new JsonObject
            {
                ["vaultItemId"] = detail.ItemId.ToString(),
                ["vaultId"] = detail.VaultId.ToString(),
                ["version"] = detail.Version,
                ["name"] = detail.Name,
                ["type"] = WireNames.Of(detail.Type),
                ["websites"] = List(detail.Websites, w => JsonValue.Create(w)),
                ["groupId"] = detail.GroupId?.ToString(),
                ["fields"] = List(detail.Fields, Field),
            },
            PermissionContent permission => new JsonObject
            {
                ["assetType"] = permission.AssetType == GrantedAsset.Vault ? "VAULT" : "VAULT_ITEM",
                ["assetId"] = permission.AssetId.ToString(),
                ["version"] = permission.Version,
                ["permissions"] = List(permission.Permissions, Permission),
            },
            _ => throw new ArgumentOutOfRangeException(nameof(content)),
        };

    private static JsonObject Item(SummaryItem item) =>
        new()
        {
            ["id"] = item.Id.ToString(),
            ["name"] = item.Name,
            ["type"] = WireNames.Of(item.Type),
            ["websites"] = List(item.Websites, w => JsonValue.Create(w)),
            ["groupId"] = item.GroupId?.ToString(),
        };

    private static JsonObject Field(DetailField field) =>
        new()
        {
            ["id"] = field.Id.ToString(),
            ["name"] = field.Name,
            ["type"] = WireNames.Of(field.Type),
            ["order"] = field.Order,
            ["fieldInstanceIds"] = Ids(field.InstanceIds),
            ["assetIds"] = Ids(field.AssetIds),
        };

    private static JsonObject Permission(PermissionEntry entry) =>
        new()
        {
            ["principalType"] = entry.PrincipalKind == PrincipalKind.User ? "USER" : "AGENT",
            ["principalId"] = entry.PrincipalId.ToString(),
            ["accessLevel"] = entry.Level.ToString().ToUpperInvariant(),
            ["keyFingerprints"] = List(entry.KeyFingerprints, p => JsonValue.Create(p)),
        };

    private static JsonArray Ids(IReadOnlyList<PublicId> ids) =>
        List(ids, id => JsonValue.Create(id.ToString()));

    private static JsonArray List<T>(IReadOnlyList<T> elements, Func<T, JsonNode?> toJson) =>
        [.. elements.Select(toJson)];

    private static string? Classification(DataClassification? value) =>
        value is { } one ? WireNames.Of(one) : null;
}
