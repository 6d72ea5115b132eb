using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>The answers about what was, member by member as machine.md section 7 names them.</summary>
internal static class HistoryJson
{
    public static void WriteCheckpoints(
        Utf8JsonWriter writer,
        Paged<AcceptedCheckpoint> list,
        Page page
    )
    {
        writer.WriteStartObject();
        writer.WriteStartArray("checkpoints");
        foreach (var accepted in list.Entries)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", CheckpointErrors.NameOf(accepted.Checkpoint.Kind));
            MachineJson.WriteId(writer, "itemId", accepted.ItemId);
            MachineJson.WriteSigned(writer, accepted.Checkpoint);
            MachineJson.WriteTime(writer, "acceptedAt", accepted.Checkpoint.AcceptedAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Paging.Write(writer, page, list.Total);
        writer.WriteEndObject();
    }

    /// <param name="withValues">False where they were not asked for: whether there is one is then said by itself.</param>
    public static void WriteFields(
        Utf8JsonWriter writer,
        FieldHistory history,
        Page page,
        bool withValues = true
    )
    {
        writer.WriteStartObject();
        writer.WriteStartArray("instances");
        foreach (var instance in history.Instances)
        {
            writer.WriteStartObject();
            writer.WriteString("fieldId", instance.FieldId.ToString());
            writer.WriteString("fieldName", instance.FieldName);
            writer.WriteString("fieldType", WireNames.Of(instance.FieldType));
            writer.WriteString("fieldInstanceId", instance.InstanceId.ToString());
            writer.WriteNumber("dekVersion", instance.DekVersion);
            MachineJson.WriteId(writer, "assetId", instance.AssetId);
            MachineJson.WriteTime(writer, "createdAt", instance.CreatedAt);
            WriteAuthor(writer, instance.CreatedBy);
            MachineJson.WriteTime(writer, "archivedAt", instance.ArchivedAt);
            writer.WriteNumber("detailVersion", instance.DetailVersion);
            MachineJson.WriteValue(
                writer,
                history.ValuesIncluded,
                (instance.Expired, instance.Withheld),
                instance.Value
            );
            if (!withValues)
            {
                MachineJson.WriteHasValue(
                    writer,
                    instance.HasValue,
                    instance.Expired && !instance.Withheld
                );
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Paging.Write(writer, page, history.Total);
        writer.WriteEndObject();
    }

    private static void WriteAuthor(Utf8JsonWriter writer, Author author)
    {
        writer.WriteStartObject("createdBy");
        writer.WriteString("type", author.Kind == PrincipalKind.Agent ? "AGENT" : "USER");
        writer.WriteString("id", author.Id.ToString());
        writer.WriteString("name", author.Name);
        writer.WriteEndObject();
    }
}
