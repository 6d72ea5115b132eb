using System.Text.Json;
using VaultPortal.Api.Machine;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Management;

/// <summary>Policies as this API writes them.</summary>
internal static class PolicyJson
{
    public static void WriteList(Utf8JsonWriter writer, IReadOnlyList<ExpiryPolicyView> policies)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("policies");
        foreach (var policy in policies)
        {
            Write(writer, policy);
        }

        writer.WriteEndArray();
        writer.WriteNumber("count", policies.Count);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, ExpiryPolicyView policy)
    {
        writer.WriteStartObject();
        writer.WriteString("id", policy.Id.ToString());
        writer.WriteString("name", policy.Name);
        WriteMatch(writer, policy);
        WriteLength(writer, "defaultLifetime", policy.DefaultLifetime);
        WriteLength(writer, "longestLifetime", policy.LongestLifetime);
        writer.WriteString("onExpiry", NameOf(policy.OnExpiry));
        WriteOffsets(writer, policy.ReminderOffsets);
        WriteLength(writer, "rotateEvery", policy.RotateEvery);
        writer.WriteBoolean("remindsCreator", policy.RemindsCreator);
        writer.WriteBoolean("remindsAdmins", policy.RemindsAdmins);
        writer.WriteStartArray("remindedPeople");
        foreach (var person in policy.RemindedPeople)
        {
            writer.WriteStringValue(person.Id.ToString());
        }

        writer.WriteEndArray();
        writer.WriteNumber("version", policy.Version);
        writer.WriteString("createdAt", UtcTime.ToText(policy.CreatedAt));
        writer.WriteString("updatedAt", UtcTime.ToText(policy.UpdatedAt));
        writer.WriteEndObject();
    }

    public static void WriteReceipt(Utf8JsonWriter writer, PolicyReceipt receipt)
    {
        writer.WriteStartObject();
        writer.WriteString("id", receipt.Id.ToString());
        writer.WriteNumber("version", receipt.Version);
        writer.WriteEndObject();
    }

    public static void WriteDecision(Utf8JsonWriter writer, ExpiryDecision decision)
    {
        var rule = decision.Rule;
        writer.WriteStartObject();
        MachineJson.WriteId(writer, "policyId", decision.PolicyId);
        writer.WriteString("policyName", decision.PolicyName);
        WriteLength(writer, "defaultLifetime", rule.DefaultLifetime);
        WriteLength(writer, "longestLifetime", rule.LongestLifetime);
        writer.WriteString("onExpiry", NameOf(rule.OnExpiry));
        WriteOffsets(writer, rule.ReminderOffsets);
        WriteLength(writer, "rotateEvery", rule.RotateEvery);
        writer.WriteEndObject();
    }

    public static void WritePreview(Utf8JsonWriter writer, PolicyPreview preview)
    {
        writer.WriteStartObject();
        writer.WriteNumber("decides", preview.Decides);
        writer.WriteNumber("blocked", preview.Blocked);
        writer.WriteNumber("unblocked", preview.Unblocked);
        writer.WriteNumber("dueSoon", preview.DueSoon);
        writer.WriteNumber("overdue", preview.Overdue);
        writer.WriteNumber("beyondLongest", preview.BeyondLongest);
        writer.WriteStartArray("objects");
        foreach (var one in preview.First)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", one.Subject.Kind.WireName());
            writer.WriteString("id", one.Subject.Id);
            writer.WriteString("title", one.Title);
            writer.WriteString("vaultName", one.VaultName);
            MachineJson.WriteTime(writer, "expiresAt", one.ExpiresAt);
            writer.WriteString("before", one.Before.WireName());
            writer.WriteString("after", one.After.WireName());
            writer.WriteBoolean("refused", one.IsRefusedAfter);
            writer.WriteBoolean("beyondLongest", one.IsBeyondLongest);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static string NameOf(OnExpiry then) => then == OnExpiry.Warn ? "warn" : "block";

    private static void WriteMatch(Utf8JsonWriter writer, ExpiryPolicyView policy)
    {
        var match = policy.Match;
        writer.WriteStartObject("match");
        writer.WriteString("kind", match.Kind?.WireName());
        MachineJson.WriteId(writer, "vault", match.VaultId);
        writer.WriteString("itemType", match.ItemType is { } item ? WireNames.Of(item) : null);
        writer.WriteString("fieldType", match.FieldType is { } field ? WireNames.Of(field) : null);
        writer.WriteString(
            "classification",
            match.Classification is { } classification ? WireNames.Of(classification) : null
        );
        writer.WriteEndObject();
    }

    private static void WriteOffsets(Utf8JsonWriter writer, IReadOnlyList<TimeSpan> offsets)
    {
        writer.WriteStartArray("reminderOffsets");
        foreach (var offset in offsets)
        {
            writer.WriteStringValue(DurationText.Write(offset));
        }

        writer.WriteEndArray();
    }

    private static void WriteLength(Utf8JsonWriter writer, string name, TimeSpan? length)
    {
        if (length is { } given)
        {
            writer.WriteString(name, DurationText.Write(given));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
