using System.Text.Json.Serialization;

namespace VaultPortal.Client;

/// <summary>A data key wrapped to one member's key, signed by whoever wrapped it (machine.md section 5).</summary>
internal sealed record WrappedDek(
    string VaultId,
    string RecipientKeyId,
    int DekVersion,
    string Algorithm,
    [property: JsonPropertyName("wrappedDek")] string Wrapped,
    string Signature,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        string? SignerUserKeyPairId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        string? SignerEncryptionKeyId = null
)
{
    [JsonIgnore]
    public string SignerId =>
        (SignerUserKeyPairId ?? SignerEncryptionKeyId)
        ?? throw new TrustException(
            TrustFault.WrappedDekInvalid,
            "A wrapped data key names no signer."
        );
}
