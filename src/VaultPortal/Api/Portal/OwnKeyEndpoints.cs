using System.Text.Json;
using VaultPortal.Api.Machine;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Portal;

/// <summary>What the page of a person's own keys asks beyond the machine API.</summary>
internal sealed class OwnKeyEndpoints(
    MachineDoor door,
    UserKeyPairService keys,
    WrappedKeyService wrappedKeys
)
{
    private static readonly string[] Members = ["wrappedPrivateKey", "signature"];

    /// <summary>200 with the vaults that the key has data keys of.</summary>
    public Task ListVaultsAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await wrappedKeys.ListVaultsOfKeyAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        http.RequestAborted
                    ),
                    Write
                )
        );

    /// <summary>200 with the id and state of the key.</summary>
    public Task PutWrappedAsync(HttpContext http) =>
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

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<VaultOfKey> vaults)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("vaults");
        foreach (var vault in vaults)
        {
            writer.WriteStartObject();
            writer.WriteString("id", vault.Id.ToString());
            writer.WriteString("name", vault.Name);
            writer.WriteBoolean("archived", vault.IsArchived);
            writer.WriteStartArray("dekVersions");
            foreach (var version in vault.DekVersions)
            {
                writer.WriteNumberValue(version);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

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
