using System.Text.Json;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Workflows;

/// <summary>The answers of this door, member by member as workflows.md names them.</summary>
internal static class WorkflowJson
{
    public static void WriteList(Utf8JsonWriter writer, IReadOnlyList<WorkflowItemView> items)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            WriteItem(writer, item);
        }

        writer.WriteEndArray();
    }

    public static void WriteItem(Utf8JsonWriter writer, WorkflowItemView item)
    {
        writer.WriteStartObject();
        WriteNamed(writer, item.Id, item.Name);
        WriteTime(writer, "created_at", item.CreatedAt);
        WriteTime(writer, "expires_at", item.ExpiresAt);
        if (item.GeneratedKey is { } key)
        {
            writer.WriteString("secret", key);
        }

        writer.WriteEndObject();
    }

    public static void WriteResolution(Utf8JsonWriter writer, WorkflowResolution resolution)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("items");
        foreach (var item in resolution.Items)
        {
            writer.WriteStartObject();
            WriteNamed(writer, item.Id, item.Name);
            writer.WriteString("secret"u8, item.Secret);
            WriteTime(writer, "expires_at", item.ExpiresAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("errors");
        foreach (var error in resolution.Errors)
        {
            writer.WriteStartObject();
            writer.WriteString(error.Id is null ? "name" : "id", error.Id ?? error.Name);
            writer.WriteString("code", error.Code);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteVerified(Utf8JsonWriter writer, WorkflowItemView? item)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("active", item is not null);
        if (item is not null)
        {
            WriteNamed(writer, item.Id, item.Name);
            WriteTime(writer, "expires_at", item.ExpiresAt);
        }

        writer.WriteEndObject();
    }

    private static void WriteNamed(Utf8JsonWriter writer, SecretId id, string name)
    {
        writer.WriteString("id", id.ToWorkflow());
        writer.WriteString("name", name);
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } moment)
        {
            writer.WriteString(name, UtcTime.ToMicrosecondText(moment));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
