using System.Text.Json;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Api.Management;

/// <summary>Lifetimes and changes of them as JSON.</summary>
internal static class ExpiryJson
{
    public static void WritePage(Utf8JsonWriter writer, ExpiryPage page)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("expiries");
        foreach (var entry in page.Entries)
        {
            WriteEntry(writer, entry);
        }

        writer.WriteEndArray();
        writer.WriteString("next", page.Next);
        writer.WriteNumber("total", page.Total);
        writer.WriteEndObject();
    }

    public static void WriteCounts(Utf8JsonWriter writer, IReadOnlyList<ExpiryCount> counts)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("counts");
        foreach (var count in counts)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", count.Kind.WireName());
            writer.WriteString("state", count.State.WireName());
            writer.WriteNumber("count", count.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("total", counts.Sum(count => count.Count));
        writer.WriteEndObject();
    }

    public static void WriteLines(Utf8JsonWriter writer, IReadOnlyList<ExpiryChangeLine> lines)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("lines");
        foreach (var line in lines)
        {
            writer.WriteStartObject();
            WriteObject(writer, line.Object);
            writer.WriteString("title", line.Title);
            WriteTime(writer, "before", line.Before);
            WriteTime(writer, "after", line.After);
            WritePolicy(writer, line.Policy);
            WriteProblem(writer, line.Problem);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("changed", lines.Count(line => line.Problem is null));
        writer.WriteEndObject();
    }

    public static void WritePolicy(Utf8JsonWriter writer, DecidingPolicy? policy)
    {
        if (policy is null)
        {
            writer.WriteNull("policy");
            return;
        }

        writer.WriteStartObject("policy");
        WriteId(writer, "id", policy.Id);
        writer.WriteString("name", policy.Name);
        WriteLength(writer, "defaultLifetime", policy.DefaultLifetime);
        WriteLength(writer, "longestLifetime", policy.LongestLifetime);
        writer.WriteString("onExpiry", PolicyJson.NameOf(policy.OnExpiry));
        WriteLength(writer, "rotateEvery", policy.RotateEvery);
        writer.WriteEndObject();
    }

    public static void WriteProblem(Utf8JsonWriter writer, VaultError? problem)
    {
        if (problem is null)
        {
            writer.WriteNull("problem");
            return;
        }

        writer.WriteStartObject("problem");
        writer.WriteString("code", problem.Code);
        writer.WriteString("message", problem.Message);
        writer.WriteEndObject();
    }

    public static void WriteObject(Utf8JsonWriter writer, LifetimeRef named)
    {
        writer.WriteString("kind", named.Kind.WireName());
        writer.WriteString("id", named.Id);
    }

    public static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time) =>
        writer.WriteString(name, time is { } moment ? UtcTime.ToText(moment) : null);

    public static void WriteId(Utf8JsonWriter writer, string name, PublicId? id) =>
        writer.WriteString(name, id?.ToString());

    private static void WriteLength(Utf8JsonWriter writer, string name, TimeSpan? length) =>
        writer.WriteString(name, length is { } given ? DurationText.Write(given) : null);

    private static void WriteEntry(Utf8JsonWriter writer, ExpiryEntry entry)
    {
        writer.WriteStartObject();
        WriteObject(writer, entry.Object);
        writer.WriteString("title", entry.Title);
        WriteId(writer, "vaultId", entry.VaultId);
        writer.WriteString("vaultName", entry.VaultName);
        WriteId(writer, "itemId", entry.ItemId);
        WriteId(writer, "ownerId", entry.OwnerId);
        writer.WriteString("ownerName", entry.OwnerName);
        writer.WriteString("state", entry.State.WireName());
        WriteTime(writer, "since", entry.Since);
        WriteTime(writer, "moment", entry.Moment);
        WriteTime(writer, "expiresAt", entry.Lifetime.ExpiresAt);
        WriteTime(writer, "dueAt", entry.Lifetime.DueAt);
        WriteTime(writer, "rotateAt", entry.Lifetime.RotateAt);
        writer.WriteString("onExpiry", entry.OnExpiry == OnExpiry.Warn ? "warn" : "block");
        WriteId(writer, "policyId", entry.PolicyId);
        writer.WriteString("policyName", entry.PolicyName);
        writer.WriteBoolean("mayChange", entry.MayChange);
        writer.WriteEndObject();
    }
}
