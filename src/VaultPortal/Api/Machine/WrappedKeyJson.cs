using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;

namespace VaultPortal.Api.Machine;

/// <summary>The answers of the calls about wrapped data keys, member by member (machine.md sections 5 and 7).</summary>
internal static class WrappedKeyJson
{
    public static void WriteCount(Utf8JsonWriter writer, AddedWrappedDeks added)
    {
        writer.WriteStartObject();
        writer.WriteNumber("count", added.Count);
        writer.WriteEndObject();
    }

    public static void WriteOwn(Utf8JsonWriter writer, IReadOnlyList<WrappedDekView> wraps)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("wrappedKeys");
        foreach (var wrap in wraps)
        {
            writer.WriteStartObject();
            writer.WriteString("vaultId", wrap.VaultId.ToString());
            writer.WriteString("recipientKeyId", wrap.RecipientKeyId.ToString());
            writer.WriteNumber("dekVersion", wrap.DekVersion);
            writer.WriteString("algorithm", wrap.AlgorithmName);
            writer.WriteBase64String("wrappedDek", wrap.Wrapped);
            writer.WriteBase64String("signature", wrap.Signature);
            writer.WriteString(
                wrap.SignerKind == PrincipalKind.Agent
                    ? "signerEncryptionKeyId"
                    : "signerUserKeyPairId",
                wrap.SignerId.ToString()
            );
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteRecipients(Utf8JsonWriter writer, IReadOnlyList<WrappedTo> recipients)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        foreach (var (keyId, versions) in recipients)
        {
            writer.WriteStartObject();
            writer.WriteString("keyId", keyId.ToString());
            writer.WriteStartArray("dekVersions");
            foreach (var version in versions)
            {
                writer.WriteNumberValue(version);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteSigners(Utf8JsonWriter writer, IReadOnlyList<SignerKeyView> keys)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        foreach (var key in keys)
        {
            WriteSigner(writer, key);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteSigner(Utf8JsonWriter writer, SignerKeyView key)
    {
        writer.WriteStartObject();
        writer.WriteString("id", key.Id.ToString());
        writer.WriteString("ownerType", GrantJson.NameOf(key.OwnerKind));
        writer.WriteString("ownerId", key.OwnerId.ToString());
        writer.WriteString("ownerName", key.OwnerName);
        writer.WriteString("algorithm", key.Algorithm.WireName());
        writer.WriteString("publicKey", key.PublicKey);
        writer.WriteString("fingerprint", key.Fingerprint);
        writer.WriteString("encryptionPublicKey", key.EncryptionPublicKey);
        writer.WriteString("encryptionKeySignature", key.EncryptionKeySignature);
        writer.WriteString("state", key.State.WireName());
        writer.WriteString("createdAt", UtcTime.ToText(key.CreatedAt));
        writer.WriteString(
            "expiresAt",
            key.ExpiresAt is { } expiry ? UtcTime.ToText(expiry) : null
        );
        writer.WriteString(
            "retiredAt",
            key.RetiredAt is { } retired ? UtcTime.ToText(retired) : null
        );
        writer.WriteString("retireReason", key.RetireReason?.WireName());
        writer.WriteString("proof", key.Proof);
        if (key.EndorsedBy is { } endorser)
        {
            writer.WriteStartObject("endorsement");
            writer.WriteString("previousKeyId", endorser.ToString());
            writer.WriteString("signature", key.Endorsement);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("endorsement");
        }

        writer.WriteEndObject();
    }
}
