using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Cryptography;

namespace VaultPortal.Api.Machine;

/// <summary>The answers of the key calls, member by member (machine.md sections 6 and 7).</summary>
internal static class KeyJson
{
    public static void WriteRegistered(Utf8JsonWriter writer, RegisteredKeyPair registered)
    {
        writer.WriteStartObject();
        WriteHead(writer, registered.KeyPair);
        writer.WriteEndObject();
    }

    public static void WriteList(Utf8JsonWriter writer, IReadOnlyList<UserKeyPairView> keys)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("userKeyPairs");
        foreach (var key in keys)
        {
            writer.WriteStartObject();
            WriteHead(writer, key);
            writer.WriteString("publicKey", key.PublicKey);
            writer.WriteString("encryptionPublicKey", key.EncryptionPublicKey);
            writer.WriteString("encryptionKeySignature", key.EncryptionKeySignature);
            writer.WriteString("wrappedPrivateKey", key.WrappedPrivateKey);
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
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteMe(Utf8JsonWriter writer, ApiKeyView key)
    {
        writer.WriteStartObject();
        writer.WriteString("keyId", key.KeyId.ToString());
        writer.WriteString("scope", key.Scope.ToString().ToUpperInvariant());
        WriteNamed(writer, "owner", key.OwnerId, key.OwnerName);
        if (key.AgentId is { } agent)
        {
            WriteNamed(writer, "agent", agent, key.AgentName!);
        }
        else
        {
            writer.WriteNull("agent");
        }

        writer.WriteStartArray("permissions");
        foreach (var permission in key.Permissions)
        {
            writer.WriteStringValue(permission);
        }

        writer.WriteEndArray();
        writer.WriteString(
            "expiresAt",
            key.ExpiresAt is { } expiry ? UtcTime.ToText(expiry) : null
        );
        writer.WriteStartArray("allowList");
        foreach (var network in key.AllowList)
        {
            writer.WriteStringValue(network);
        }

        writer.WriteEndArray();
        writer.WriteString("writeConstraint", key.WriteConstraint);
        writer.WriteStartObject("rateLimit");
        writer.WriteNumber("limit", key.RateLimit.Limit);
        writer.WriteNumber("remaining", key.RateLimit.Remaining);
        writer.WriteNumber("resetSeconds", key.RateLimit.ResetSeconds);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter writer, UserKeyPairView key)
    {
        writer.WriteString("id", key.Id.ToString());
        writer.WriteString("algorithm", key.Algorithm.WireName());
        writer.WriteString("fingerprint", key.Fingerprint);
        writer.WriteString("encryptionFingerprint", key.EncryptionFingerprint);
        writer.WriteString("state", key.State.WireName());
    }

    private static void WriteNamed(Utf8JsonWriter writer, string member, PublicId id, string name)
    {
        writer.WriteStartObject(member);
        writer.WriteString("id", id.ToString());
        writer.WriteString("name", name);
        writer.WriteEndObject();
    }
}
