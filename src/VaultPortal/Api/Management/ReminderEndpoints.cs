using System.Text.Json;
using VaultPortal.Api.Machine;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;

namespace VaultPortal.Api.Management;

/// <summary>What the caller is reminded of, and his answers.</summary>
internal sealed class ReminderEndpoints(ManagementDoor door, ReminderService reminders)
{
    private static readonly string[] AcknowledgeMembers = ["reminders"];
    private static readonly string[] SnoozeMembers = ["reminders", "until"];
    private static readonly string[] MuteMembers = ["reminder", "muted"];

    public Task ListAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var query = Query(http.Request.Query);
                await (
                    query.Error is { } fault
                        ? door.Errors.WriteAsync(http, fault)
                        : door.AnswerAsync(
                            http,
                            await reminders.ListAsync(caller, query.Value, http.RequestAborted),
                            Write
                        )
                );
            }
        );

    public Task AcknowledgeAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            (input, root) =>
                Ids(input, input.Members(root, JsonPointer.Root, AcknowledgeMembers)[0]),
            async (caller, ids) =>
                await door.AnswerAsync(
                    http,
                    await reminders.AcknowledgeAsync(caller, ids, http.RequestAborted),
                    StatusCodes.Status204NoContent
                )
        );

    public Task SnoozeAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            (input, root) =>
            {
                var members = input.Members(root, JsonPointer.Root, SnoozeMembers);
                var at = JsonPointer.Root.Member("until");
                var until = input.OptionalTime(members[1], at);
                if (until is null)
                {
                    input.Fail(at, "This member is required.", InputFault.Missing);
                }

                return (Ids: Ids(input, members[0]), Until: until ?? default);
            },
            async (caller, sent) =>
                await door.AnswerAsync(
                    http,
                    await reminders.SnoozeAsync(caller, sent.Ids, sent.Until, http.RequestAborted),
                    StatusCodes.Status204NoContent
                )
        );

    public Task MuteAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            (input, root) =>
            {
                var members = input.Members(root, JsonPointer.Root, MuteMembers);
                var at = JsonPointer.Root.Member("muted");
                input.Required(members[1], at);
                return (
                    Id: input.Id(members[0], JsonPointer.Root.Member("reminder")),
                    Muted: input.OptionalFlag(members[1], at) ?? false
                );
            },
            async (caller, sent) =>
                await door.AnswerAsync(
                    http,
                    await reminders.MuteAsync(caller, sent.Id, sent.Muted, http.RequestAborted),
                    StatusCodes.Status204NoContent
                )
        );

    private static PublicId[] Ids(JsonInput input, JsonElement element) =>
        input.List(
            element,
            JsonPointer.Root.Member("reminders"),
            ReminderService.MostAnswered,
            static (input, id, at) => input.Id(id, at)
        );

    private static Result<ReminderQuery> Query(IQueryCollection sent)
    {
        var input = new QueryInput(sent, "open", "limit", "cursor");
        bool? open = input.Text("open") switch
        {
            null or "true" => true,
            "false" => false,
            _ => null,
        };
        if (open is null)
        {
            input.Fail("open", "true or false is expected here.");
        }

        var query = new ReminderQuery
        {
            OpenOnly = open ?? true,
            Cursor = input.Text("cursor"),
            Take = input.Number("limit", 50, ReminderQuery.MostTaken),
        };
        return input.Error is { } fault ? fault : query;
    }

    private static void Write(Utf8JsonWriter writer, ReminderPage page)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("reminders");
        foreach (var reminder in page.Reminders)
        {
            writer.WriteStartObject();
            ExpiryJson.WriteId(writer, "reminder", reminder.Id);
            ExpiryJson.WriteObject(writer, reminder.Object);
            writer.WriteString("title", reminder.Title);
            ExpiryJson.WriteId(writer, "vaultId", reminder.VaultId);
            writer.WriteString("vaultName", reminder.VaultName);
            ExpiryJson.WriteId(writer, "itemId", reminder.ItemId);
            writer.WriteString("reason", reminder.Reason.WireName());
            ExpiryJson.WriteTime(writer, "moment", reminder.Moment);
            ExpiryJson.WriteTime(writer, "madeAt", reminder.MadeAt);
            ExpiryJson.WriteTime(writer, "acknowledgedAt", reminder.AcknowledgedAt);
            ExpiryJson.WriteTime(writer, "snoozedUntil", reminder.SnoozedUntil);
            writer.WriteBoolean("muted", reminder.Muted);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("next", page.Next);
        writer.WriteNumber("open", page.Open);
        writer.WriteEndObject();
    }
}
