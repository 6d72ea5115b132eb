using System.Text.Json;
using VaultPortal.Api.Machine;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Cryptography;

namespace VaultPortal.Api.Portal;

/// <summary>Whom a vault can be shared with. A key's members are those of the machine API's <c>public-keys</c>, so that one reader fits both.</summary>
internal sealed class PrincipalEndpoints(PortalDoor door, PrincipalDirectory directory)
{
    /// <summary>200 with <c>principals</c>, at most 50 that match <c>q</c>, and <c>hasMore</c>.</summary>
    public Task FindAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var input = new QueryInput(http.Request.Query, "q");
                var text = input.Text("q");
                await (
                    input.Error is { } fault
                        ? PortalProblem.WriteAsync(http, fault)
                        : PortalJson.AnswerAsync(
                            http,
                            await directory.FindAsync(caller, text, http.RequestAborted),
                            Write
                        )
                );
            }
        );

    private static void Write(Utf8JsonWriter writer, FoundPrincipals found)
    {
        writer.WriteStartArray("principals");
        foreach (var principal in found.Principals)
        {
            writer.WriteStartObject();
            writer.WriteString("type", GrantJson.NameOf(principal.Kind));
            writer.WriteString("id", principal.Id.ToString());
            writer.WriteString("name", principal.Name);
            writer.WriteString("role", principal.Role?.ToString());
            if (principal.OwnerId is { } owner)
            {
                writer.WriteStartObject("owner");
                writer.WriteString("id", owner.ToString());
                writer.WriteString("name", principal.OwnerName);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNull("owner");
            }

            writer.WriteStartArray("keys");
            foreach (var key in principal.Keys)
            {
                Write(writer, principal, key);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("hasMore", found.HasMore);
    }

    private static void Write(Utf8JsonWriter writer, FoundPrincipal owner, PrincipalKey key)
    {
        writer.WriteStartObject();
        writer.WriteString("id", key.Id.ToString());
        writer.WriteString("ownerType", GrantJson.NameOf(owner.Kind));
        writer.WriteString("ownerId", owner.Id.ToString());
        writer.WriteString("ownerName", owner.Name);
        writer.WriteString("algorithm", key.Algorithm.WireName());
        writer.WriteString("publicKey", key.PublicKey);
        writer.WriteString("fingerprint", key.Fingerprint);
        writer.WriteString("encryptionPublicKey", key.EncryptionPublicKey);
        writer.WriteString("encryptionKeySignature", key.EncryptionKeySignature);
        writer.WriteString("state", RegisteredKeyState.Active.WireName());
        writer.WriteString("createdAt", UtcTime.ToText(key.CreatedAt));
        writer.WriteString(
            "expiresAt",
            key.ExpiresAt is { } expiry ? UtcTime.ToText(expiry) : null
        );
        writer.WriteNull("retiredAt");
        writer.WriteNull("retireReason");
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
