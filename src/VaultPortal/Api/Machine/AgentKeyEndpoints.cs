using System.Text.Json;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>POST /vault/public-key (machine.md section 6).</summary>
internal sealed class AgentKeyEndpoints(MachineDoor door, AgentKeyService keys)
{
    public Task RegisterAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            AgentKeyReader.Register,
            async (caller, sent) =>
            {
                var registered = await keys.RegisterAsync(caller, sent, http.RequestAborted);
                await door.AnswerAsync(
                    http,
                    registered,
                    Write,
                    registered.Succeeded && registered.Value.IsNew
                        ? StatusCodes.Status201Created
                        : StatusCodes.Status200OK
                );
            }
        );

    private static void Write(Utf8JsonWriter writer, RegisteredAgentKey key)
    {
        writer.WriteStartObject();
        writer.WriteString("encryptionKeyId", key.Id.ToString());
        writer.WriteString("publicKey", key.PublicKey);
        writer.WriteString("fingerprint", key.Fingerprint);
        writer.WriteString("previousEncryptionKeyId", key.PreviousKeyId?.ToString());
        writer.WriteString("rotationSignature", key.RotationSignature);
        writer.WriteEndObject();
    }
}
