using System.Text.Json;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>The answer of GET /vault/sync, member by member (machine.md section 7).</summary>
internal static class SyncJson
{
    public static void Write(Utf8JsonWriter writer, VaultSyncPage page)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("vaults");
        foreach (var vault in page.Vaults)
        {
            writer.WriteStartObject();
            MachineJson.WriteVaultMembers(writer, vault);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("items");
        foreach (var (vault, item) in page.Items)
        {
            MachineJson.WriteItemRow(writer, item, vault);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("archived");
        foreach (var closure in page.Closed)
        {
            Write(writer, closure);
        }

        writer.WriteEndArray();
        writer.WriteString("nextCursor", page.Next.ToString());
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SyncedClosure closure)
    {
        writer.WriteStartObject();
        writer.WriteString("type", closure.ItemId is null ? "vault" : "item");
        writer.WriteString("id", (closure.ItemId ?? closure.VaultId).ToString());
        writer.WriteString("vaultId", closure.VaultId.ToString());
        writer.WriteString(
            "reason",
            closure.Reason == ClosureReason.Archived ? "archived" : "no_access"
        );
        writer.WriteEndObject();
    }
}
