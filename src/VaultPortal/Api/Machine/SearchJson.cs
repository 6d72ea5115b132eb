using System.Text.Json;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>The answer of POST /search, member by member (machine.md section 7).</summary>
internal static class SearchJson
{
    public static void Write(Utf8JsonWriter writer, FoundItems found, ItemQuery query)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("items");
        foreach (var item in found.Items)
        {
            writer.WriteStartObject();
            writer.WriteString("id", item.Id.ToString());
            writer.WriteString("name", item.Name);
            writer.WriteString("type", WireNames.Of(item.Type));
            MachineJson.WriteWebsites(writer, item.Websites);
            writer.WriteString("vaultId", item.VaultId.ToString());
            writer.WriteString("vaultName", item.VaultName);
            MachineJson.WriteId(writer, "groupId", item.GroupId);
            MachineJson.WriteTime(writer, "expiresAt", item.ExpiresAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Paging.Write(writer, query.Page, found.Total);
        writer.WriteEndObject();
    }
}
