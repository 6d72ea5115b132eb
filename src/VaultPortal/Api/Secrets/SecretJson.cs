using System.Text.Json;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Secrets;

/// <summary>The answers of this door, member by member as secrets.md names them.</summary>
internal static class SecretJson
{
    public static void WriteList(
        Utf8JsonWriter writer,
        IReadOnlyList<EnvironmentSecretView> secrets
    )
    {
        writer.WriteStartObject();
        writer.WriteStartArray("secrets");
        foreach (var secret in secrets)
        {
            writer.WriteStartObject();
            writer.WriteString("id", secret.Id.ToUuid());
            writer.WriteString("key", secret.Key);
            writer.WriteBoolean("isActive", secret.IsActive);
            writer.WriteBoolean("isReserved", secret.IsReserved);
            WriteTime(writer, "lastUsedAt", secret.LastUsedAt);
            WriteTime(writer, "expiresAt", secret.ExpiresAt);
            WriteTime(writer, "createdAt", secret.CreatedAt);
            WriteTime(writer, "updatedAt", secret.UpdatedAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteValue(Utf8JsonWriter writer, RevealedSecret secret)
    {
        writer.WriteStartObject();
        writer.WriteString("key", secret.Name);
        writer.WriteString("value"u8, secret.Value);
        writer.WriteEndObject();
    }

    public static void WriteCreated(
        Utf8JsonWriter writer,
        SecretReceipt receipt,
        string key,
        bool full
    )
    {
        WriteSuccess(writer, $"Secret {key} has been created successfully");
        writer.WriteString("id", receipt.Id.ToUuid());
        WriteReceipt(writer, receipt, full);
    }

    public static void WriteUpdated(
        Utf8JsonWriter writer,
        SecretReceipt receipt,
        string key,
        bool full
    )
    {
        WriteSuccess(writer, $"Secret {key} has been updated successfully");
        WriteReceipt(writer, receipt, full);
    }

    public static void WriteDeleted(Utf8JsonWriter writer, string key)
    {
        WriteSuccess(writer, $"Secret {key} has been deleted successfully");
        writer.WriteEndObject();
    }

    public static void WriteRestored(Utf8JsonWriter writer, SecretReceipt receipt, string key)
    {
        WriteSuccess(writer, $"Secret {key} has been restored successfully");
        writer.WriteNumber("version", receipt.Version);
        writer.WriteEndObject();
    }

    public static void WriteRotated(Utf8JsonWriter writer, RotationReceipt receipt, string key)
    {
        WriteSuccess(writer, $"Secret {key} has been rotated successfully");
        writer.WriteNumber("version", receipt.Version);
        WriteTime(writer, "previousUntil", receipt.PreviousUntil);
        writer.WriteEndObject();
    }

    public static void WriteVersions(
        Utf8JsonWriter writer,
        IReadOnlyList<SecretVersionView> versions
    )
    {
        writer.WriteStartObject();
        writer.WriteStartArray("versions");
        foreach (var version in versions)
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", version.Version);
            WriteTime(writer, "createdAt", version.CreatedAt);
            writer.WriteString("createdBy", version.CreatedBy);
            writer.WriteBoolean("isActive", version.IsActive);
            WriteTime(writer, "expiresAt", version.ExpiresAt);
            writer.WriteBoolean("hasValue", version.HasValue);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteMatch(Utf8JsonWriter writer, SecretMatch compared)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("match", compared.Match);
        writer.WriteEndObject();
    }

    public static void WriteImported(Utf8JsonWriter writer, ImportReport report)
    {
        writer.WriteStartObject();
        writer.WriteNumber("created", report.Created);
        writer.WriteNumber("replaced", report.Replaced);
        writer.WriteNumber("skipped", report.Skipped);
        writer.WriteStartArray("failed");
        foreach (var failure in report.Failed)
        {
            writer.WriteStartObject();
            writer.WriteNumber("line", failure.Line);
            writer.WriteString("key", failure.Key);
            writer.WriteString("error", failure.Error);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The document that an import takes.</summary>
    public static void WriteExport(Utf8JsonWriter writer, IReadOnlyList<RevealedSecret> secrets)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("secrets");
        foreach (var secret in secrets)
        {
            writer.WriteStartObject();
            writer.WriteString("key", secret.Name);
            writer.WriteString("value"u8, secret.Value);
            writer.WriteBoolean("isReserved", secret.IsReserved);
            WriteTime(writer, "expiresAt", secret.ExpiresAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Begins the object and leaves it open.</summary>
    public static void WriteSuccess(Utf8JsonWriter writer, string message)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("success", true);
        writer.WriteString("message", message);
    }

    public static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } moment)
        {
            writer.WriteString(name, UtcTime.ToText(moment));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteReceipt(Utf8JsonWriter writer, SecretReceipt receipt, bool full)
    {
        if (full)
        {
            writer.WriteNumber("version", receipt.Version);
            WriteTime(writer, "updatedAt", receipt.UpdatedAt);
            writer.WriteNumber("auditId", receipt.AuditId);
        }

        writer.WriteEndObject();
    }
}
