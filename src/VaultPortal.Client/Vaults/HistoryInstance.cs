namespace VaultPortal.Client;

/// <summary>An instance of a field as the server lists it.</summary>
internal sealed record HistoryInstance(
    string FieldId,
    string FieldName,
    FieldType FieldType,
    string FieldInstanceId,
    int DekVersion,
    DateTimeOffset CreatedAt,
    string? AssetId = null,
    Author? CreatedBy = null,
    DateTimeOffset? ArchivedAt = null,
    long? DetailVersion = null,
    string? Value = null
)
{
    public HistoryEntry In(VaultContext vault, string itemId) =>
        new(
            new OpenField(
                vault,
                itemId,
                new DetailField(
                    FieldId,
                    FieldName,
                    FieldType,
                    0,
                    [FieldInstanceId],
                    AssetId is null ? [] : [AssetId]
                ),
                new StoredValue(Value, DekVersion)
            ),
            CreatedAt,
            CreatedBy,
            ArchivedAt,
            DetailVersion
        );
}
