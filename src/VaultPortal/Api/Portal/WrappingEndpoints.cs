using System.Text.Json;
using VaultPortal.Api.Machine;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Portal;

/// <summary>Another passphrase for a person's own key: for sessions only, so it is no call of the machine API.</summary>
internal sealed class WrappingEndpoints(MachineDoor door, UserKeyPairService keys)
{
    private static readonly string[] Members = ["wrappedPrivateKey", "signature"];

    /// <summary>200 with the id and state of the key.</summary>
    public Task PutAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            Read,
            async (caller, sent) =>
                await door.AnswerAsync(
                    http,
                    await keys.RewrapAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        sent,
                        http.RequestAborted
                    ),
                    (writer, key) =>
                    {
                        writer.WriteStartObject();
                        writer.WriteString("id", key.Id.ToString());
                        writer.WriteString("state", key.State.WireName());
                        writer.WriteEndObject();
                    }
                )
        );

    private static NewWrapping Read(JsonInput input, JsonElement body)
    {
        var members = input.Members(body, JsonPointer.Root, Members);
        return new NewWrapping
        {
            WrappedPrivateKey = input.Text(members[0], JsonPointer.Root.Member(Members[0])),
            Signature = input.Text(members[1], JsonPointer.Root.Member(Members[1])),
        };
    }
}
