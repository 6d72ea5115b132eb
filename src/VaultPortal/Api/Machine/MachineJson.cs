using System.Text.Json;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>
/// The answers of this door, member by member as machine.md section 7 names them. Written by hand because signed checkpoints
/// and envelopes go out exactly as they came in.
/// </summary>
internal static class MachineJson
{
    public static void WriteCreated(Utf8JsonWriter writer, Created created)
    {
        writer.WriteStartObject();
        writer.WriteString("id", created.Id.ToString());
        writer.WriteEndObject();
    }

    public static void WriteVaults(Utf8JsonWriter writer, VaultList list, int? page, int limit)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("vaults");
        foreach (var vault in list.Vaults)
        {
            writer.WriteStartObject();
            WriteVaultMembers(writer, vault);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (page is { } number)
        {
            Paging.Write(writer, new Page(number, limit), list.Total);
        }

        writer.WriteEndObject();
    }

    public static void WriteVault(Utf8JsonWriter writer, VaultView view)
    {
        var vault = view.Vault;
        writer.WriteStartObject();
        WriteVaultMembers(writer, vault);
        if (!vault.ItemGrantsOnly)
        {
            WriteCheckpoint(writer, "summaryCheckpoint", view.Summary);
            WriteCheckpoint(writer, "permissionCheckpoint", view.Permission);
        }

        writer.WriteString("createdBy", view.CreatedById.ToString());
        writer.WriteString(
            "accessLevel",
            (vault.Access ?? Core.Access.AccessLevel.Read).ToString().ToUpperInvariant()
        );
        writer.WriteBoolean("rekeyDue", view.RekeyDue);
        if (!vault.ItemGrantsOnly)
        {
            writer.WriteNumber("staleInstances", view.StaleInstances);
        }

        writer.WriteEndObject();
    }

    public static void WriteContents(Utf8JsonWriter writer, VaultContents contents)
    {
        var vault = contents.Vault;
        writer.WriteStartObject();
        writer.WriteString("vaultId", vault.Id.ToString());
        writer.WriteString("vaultName", vault.Name);
        WriteClassification(writer, vault.Classification);
        writer.WriteNumber("currentDekVersion", vault.CurrentDekVersion);
        if (!vault.ItemGrantsOnly)
        {
            WriteCheckpoint(writer, "summaryCheckpoint", contents.Summary);
        }

        writer.WriteStartArray("items");
        foreach (var item in contents.Items)
        {
            WriteItemRow(writer, item);
        }

        writer.WriteEndArray();
        if (!vault.ItemGrantsOnly)
        {
            writer.WriteStartArray("vaultItemGroups");
            foreach (var group in contents.Groups)
            {
                writer.WriteStartObject();
                writer.WriteString("id", group.Id.ToString());
                writer.WriteString("name", group.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber("count", contents.Items.Count);
        }

        writer.WriteEndObject();
    }

    /// <param name="withValues">False where they were not asked for: whether there is one is then said by itself.</param>
    public static void WriteItem(Utf8JsonWriter writer, VaultItemView view, bool withValues = true)
    {
        var item = view.Item;
        writer.WriteStartObject();
        writer.WriteString("id", item.Id.ToString());
        writer.WriteString("name", item.Name);
        writer.WriteString("type", WireNames.Of(item.Type));
        WriteWebsites(writer, item.Websites);
        writer.WriteString("vaultId", view.VaultId.ToString());
        WriteId(writer, "groupId", item.GroupId);
        WriteTime(writer, "expiresAt", item.ExpiresAt);
        writer.WriteStartArray("fields");
        foreach (var field in view.Fields)
        {
            writer.WriteStartObject();
            WriteFieldHead(writer, field);
            WriteIds(writer, "fieldInstanceIds", field.InstanceId);
            WriteIds(writer, "assetIds", field.AssetId);
            WriteValue(writer, view.ValuesIncluded, (field.Expired, field.Withheld), field.Value);
            if (!withValues)
            {
                WriteHasValue(writer, field.HasValue, field.Expired && !field.Withheld);
            }

            writer.WriteNumber("dekVersion", field.DekVersion);
            WriteTime(writer, "expiresAt", field.ExpiresAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteCheckpoint(writer, "detailCheckpoint", view.Detail);
        writer.WriteEndObject();
    }

    public static void WriteField(Utf8JsonWriter writer, FieldInItem found)
    {
        var (item, field) = found;
        writer.WriteStartObject();
        WriteFieldHead(writer, field);
        writer.WriteString("fieldInstanceId", field.InstanceId.ToString());
        WriteIds(writer, "fieldInstanceIds", field.InstanceId);
        WriteId(writer, "assetId", field.AssetId);
        WriteIds(writer, "assetIds", field.AssetId);
        WriteValue(writer, item.ValuesIncluded, (field.Expired, field.Withheld), field.Value);
        writer.WriteNumber("dekVersion", field.DekVersion);
        writer.WriteString("vaultId", item.VaultId.ToString());
        writer.WriteString("vaultItemId", item.Item.Id.ToString());
        writer.WriteString("vaultItemName", item.Item.Name);
        WriteCheckpoint(writer, "detailCheckpoint", item.Detail);
        writer.WriteEndObject();
    }

    public static void WriteVaultMembers(Utf8JsonWriter writer, VaultRow vault)
    {
        writer.WriteString("id", vault.Id.ToString());
        writer.WriteString("name", vault.Name);
        writer.WriteBoolean("isEncrypted", true);
        WriteClassification(writer, vault.Classification);
        if (!vault.ItemGrantsOnly)
        {
            writer.WriteNumber("itemCount", vault.ItemCount);
        }

        writer.WriteNumber("currentDekVersion", vault.CurrentDekVersion);
        WriteTime(writer, "createdAt", vault.CreatedAt);
        WriteTime(writer, "updatedAt", vault.UpdatedAt);
        WriteCheckpoint(writer, "directoryCheckpoint", vault.Directory);
    }

    /// <param name="vaultId">Where the answer is not about one vault: that of the item.</param>
    public static void WriteItemRow(
        Utf8JsonWriter writer,
        VaultItemRow item,
        PublicId? vaultId = null
    )
    {
        writer.WriteStartObject();
        writer.WriteString("id", item.Id.ToString());
        writer.WriteString("name", item.Name);
        writer.WriteString("type", WireNames.Of(item.Type));
        WriteWebsites(writer, item.Websites);
        if (vaultId is not null)
        {
            WriteId(writer, "vaultId", vaultId);
        }

        WriteId(writer, "groupId", item.GroupId);
        WriteTime(writer, "createdAt", item.CreatedAt);
        WriteTime(writer, "updatedAt", item.UpdatedAt);
        WriteTime(writer, "expiresAt", item.ExpiresAt);
        writer.WriteNumber("fieldCount", item.FieldCount);
        writer.WriteEndObject();
    }

    private static void WriteFieldHead(Utf8JsonWriter writer, FieldView field)
    {
        writer.WriteString("id", field.Id.ToString());
        writer.WriteString("name", field.Name);
        writer.WriteString("type", WireNames.Of(field.Type));
        writer.WriteNumber("order", field.Order);
    }

    /// <summary>Null for an empty field; absent without the permission, and for an expired one, which says so, unless its policy only warns.</summary>
    public static void WriteValue(
        Utf8JsonWriter writer,
        bool included,
        (bool Is, bool IsWithheld) expired,
        byte[]? envelope
    )
    {
        if (expired.Is)
        {
            writer.WriteBoolean("expired", true);
        }

        if (included && !expired.IsWithheld)
        {
            if (envelope is { } value)
            {
                writer.WriteString("value", value);
            }
            else
            {
                writer.WriteNull("value");
            }
        }
    }

    /// <summary>For pages, which get no values: whether there is one, and whether an expired one can still be read.</summary>
    public static void WriteHasValue(Utf8JsonWriter writer, bool hasValue, bool warnOnly)
    {
        writer.WriteBoolean("hasValue", hasValue);
        if (warnOnly)
        {
            writer.WriteBoolean("warnOnly", true);
        }
    }

    public static void WriteCheckpoint(Utf8JsonWriter writer, string name, SignedCheckpoint? signed)
    {
        if (signed is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        WriteSigned(writer, signed);
        writer.WriteEndObject();
    }

    /// <summary>The members of a wrapper (machine.md section 4), the checkpoint as it was signed.</summary>
    public static void WriteSigned(Utf8JsonWriter writer, SignedCheckpoint signed)
    {
        writer.WritePropertyName("checkpoint");
        writer.WriteRawValue(signed.Text, skipInputValidation: true);
        writer.WriteString(
            signed.SignerIsAgent ? "signerEncryptionKeyId" : "signerUserKeyPairId",
            signed.SignerKeyId.ToString()
        );
        writer.WriteString("signature", signed.Signature);
    }

    public static void WriteWebsites(Utf8JsonWriter writer, IReadOnlyList<string> websites)
    {
        writer.WriteStartArray("websites");
        foreach (var website in websites)
        {
            writer.WriteStringValue(website);
        }

        writer.WriteEndArray();
    }

    private static void WriteIds(Utf8JsonWriter writer, string name, PublicId? id)
    {
        writer.WriteStartArray(name);
        if (id is { } one)
        {
            writer.WriteStringValue(one.ToString());
        }

        writer.WriteEndArray();
    }

    public static void WriteId(Utf8JsonWriter writer, string name, PublicId? id)
    {
        if (id is { } one)
        {
            writer.WriteString(name, one.ToString());
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteClassification(
        Utf8JsonWriter writer,
        DataClassification? classification
    )
    {
        if (classification is { } value)
        {
            writer.WriteString("dataClassification", WireNames.Of(value));
        }
        else
        {
            writer.WriteNull("dataClassification");
        }
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
}
