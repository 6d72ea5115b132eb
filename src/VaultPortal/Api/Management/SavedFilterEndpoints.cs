using System.Text.Json;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;

namespace VaultPortal.Api.Management;

/// <summary>The filters of the expiry page that the caller's account keeps under a name.</summary>
internal sealed class SavedFilterEndpoints(ManagementDoor door, SavedFilterService filters)
{
    private static readonly string[] Members = ["name", "query"];

    /// <summary>200 with <c>filters</c>, by name.</summary>
    public Task ListAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await filters.ListAsync(caller, http.RequestAborted),
                    WriteAll
                )
        );

    /// <summary>201 with what was kept.</summary>
    public Task CreateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            Read,
            async (caller, wanted) =>
                await door.AnswerAsync(
                    http,
                    await filters.SaveAsync(caller, wanted.Name, wanted.Query, http.RequestAborted),
                    Write,
                    StatusCodes.Status201Created
                )
        );

    /// <summary>204.</summary>
    public Task DeleteAsync(HttpContext http) =>
        door.ChangeAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await filters.DeleteAsync(
                        caller,
                        ManagementDoor.Id(http, "id"),
                        http.RequestAborted
                    ),
                    StatusCodes.Status204NoContent
                )
        );

    private static (string Name, string Query) Read(JsonInput input, JsonElement body)
    {
        var members = input.Members(body, JsonPointer.Root, Members);
        return (
            input.Text(members[0], JsonPointer.Root.Member("name")),
            input.Text(members[1], JsonPointer.Root.Member("query"))
        );
    }

    private static void WriteAll(Utf8JsonWriter writer, IReadOnlyList<SavedFilterView> all)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("filters");
        foreach (var filter in all)
        {
            Write(writer, filter);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SavedFilterView filter)
    {
        writer.WriteStartObject();
        writer.WriteString("id", filter.Id.ToString());
        writer.WriteString("name", filter.Name);
        writer.WriteString("query", filter.Query);
        writer.WriteString("createdAt", UtcTime.ToText(filter.CreatedAt));
        writer.WriteEndObject();
    }
}
