using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Machine;

/// <summary>The answers of the agent calls, member by member (machine.md section 6).</summary>
internal static class AgentJson
{
    public static void WriteCreated(Utf8JsonWriter writer, AgentView agent)
    {
        writer.WriteStartObject();
        WriteHead(writer, agent.Id, agent.Name, agent.OwnerId);
        writer.WriteEndObject();
    }

    public static void WriteList(Utf8JsonWriter writer, IReadOnlyList<AgentListEntry> agents)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("agents");
        foreach (var agent in agents)
        {
            writer.WriteStartObject();
            WriteHead(writer, agent.Id, agent.Name, agent.OwnerId);
            writer.WriteString("createdAt", UtcTime.ToText(agent.CreatedAt));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteKey(Utf8JsonWriter writer, CreatedApiKey key)
    {
        writer.WriteStartObject();
        writer.WriteString("key", key.Key);
        writer.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter writer, PublicId id, string name, PublicId owner)
    {
        writer.WriteString("id", id.ToString());
        writer.WriteString("name", name);
        writer.WriteString("ownerId", owner.ToString());
    }
}
