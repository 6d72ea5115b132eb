using System.Text.Json.Serialization;

namespace VaultPortal.Client;

/// <summary>A field as the item's detail names it.</summary>
public sealed record DetailField(
    string Id,
    string Name,
    FieldType Type,
    int Order,
    IReadOnlyList<string> FieldInstanceIds,
    IReadOnlyList<string> AssetIds
)
{
    /// <summary>The active instance, which holds the value.</summary>
    [JsonIgnore]
    public string InstanceId =>
        FieldInstanceIds is [var only]
            ? only
            : throw VaultPortalException.InvalidResponse("fieldInstanceIds");

    /// <summary>The attachment, or null.</summary>
    [JsonIgnore]
    public string? AssetId => AssetIds.Count == 0 ? null : AssetIds[0];
}
