using System.Text.Json;
using VaultPortal.Api.Machine;
using VaultPortal.Api.Portal;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;

namespace VaultPortal.Api.Management;

/// <summary>Rotations of environment secrets in two phases.</summary>
internal sealed class RotationEndpoints(ManagementDoor door, RotationService rotations)
{
    private static readonly string[] NewMembers =
    [
        "secret",
        "webhook",
        "generate",
        "graceHours",
        "confirmWithinHours",
    ];
    private static readonly string[] GenerateMembers = ["length"];
    private static readonly string[] ConfirmMembers = ["value"];

    public Task ListAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var query = new QueryInput(http.Request.Query, "secret", "cursor", "limit");
                var after = ManagementReader.Cursor(query);
                var secret = query.Text("secret");
                var take = query.Number("limit", 50, RotationService.MostListed);
                await door.AnswerAsync(
                    http,
                    query.Error is { } bad
                        ? bad
                        : await rotations.ListAsync(
                            caller,
                            after,
                            secret,
                            take,
                            http.RequestAborted
                        ),
                    (writer, found) => WriteList(writer, found, take)
                );
            }
        );

    public Task GetAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await rotations.GetAsync(caller, Id(http), http.RequestAborted),
                    Write
                )
        );

    public Task AnnounceAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            ReadNew,
            async (caller, wanted) =>
                await door.AnswerAsync(
                    http,
                    await rotations.AnnounceAsync(caller, wanted, http.RequestAborted),
                    Write,
                    StatusCodes.Status201Created
                )
        );

    public Task ConfirmAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            ManagementReader.NoBody,
            ReadConfirmation,
            async (caller, confirmation) =>
                await door.AnswerAsync(
                    http,
                    await rotations.ConfirmAsync(
                        caller,
                        Id(http),
                        confirmation.Value,
                        http.RequestAborted
                    ),
                    Write
                )
        );

    public Task RetireAsync(HttpContext http) => ChangeAsync(http, rotations.RetireAsync);

    public Task CancelAsync(HttpContext http) => ChangeAsync(http, rotations.CancelAsync);

    private static PublicId Id(HttpContext http) => ManagementDoor.Id(http, "id");

    private Task ChangeAsync(
        HttpContext http,
        Func<Caller, PublicId, CancellationToken, Task<Result<RotationView>>> change
    ) =>
        door.WriteAsync(
            http,
            ManagementReader.NoBody,
            ManagementReader.Nothing,
            async (caller, _) =>
                await door.AnswerAsync(
                    http,
                    await change(caller, Id(http), http.RequestAborted),
                    Write
                )
        );

    private static NewRotation ReadNew(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, NewMembers);
        return new NewRotation
        {
            Secret = input.Text(m[0], At("secret")),
            Webhook = input.Id(m[1], At("webhook")),
            GenerateLength = ReadLength(input, m[2]),
            // What is too short or too long, the service says.
            GraceHours = (int)input.WholeNumber(m[3], At("graceHours"), 0, int.MaxValue),
            ConfirmWithinHours = (int)
                input.WholeNumber(m[4], At("confirmWithinHours"), 0, int.MaxValue),
        };
    }

    private static int ReadLength(JsonInput input, JsonElement generate)
    {
        if (generate.ValueKind == JsonValueKind.Undefined)
        {
            return NewRotation.DefaultGenerateLength;
        }

        var m = input.Members(generate, At("generate"), GenerateMembers);
        return (int)input.WholeNumber(m[0], At("generate").Member("length"), 1, int.MaxValue);
    }

    private static Confirmation ReadConfirmation(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, ConfirmMembers);
        return new Confirmation(input.OptionalSecretText(m[0], At("value")));
    }

    private static void WriteList(
        Utf8JsonWriter writer,
        IReadOnlyList<RotationView> rotations,
        int take
    )
    {
        writer.WriteStartObject();
        writer.WriteStartArray("rotations");
        foreach (var rotation in rotations)
        {
            Write(writer, rotation);
        }

        writer.WriteEndArray();
        // A full page may be the last: then the one after it is empty.
        writer.WriteString("next", rotations.Count == take ? rotations[^1].Id.ToString() : null);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RotationView rotation)
    {
        writer.WriteStartObject();
        writer.WriteString("id", rotation.Id.ToString());
        writer.WriteString("secret", rotation.Secret);
        writer.WriteString("webhook", rotation.WebhookId?.ToString());
        writer.WriteString("phase", rotation.Phase.ToString().ToLowerInvariant());
        writer.WriteNumber("generateLength", rotation.GenerateLength);
        writer.WriteNumber("graceHours", rotation.GraceHours);
        PortalJson.WriteTime(writer, "announcedAt", rotation.AnnouncedAt);
        PortalJson.WriteTime(writer, "confirmBy", rotation.ConfirmBy);
        PortalJson.WriteTime(writer, "switchedAt", rotation.SwitchedAt);
        PortalJson.WriteTime(writer, "retireAt", rotation.RetireAt);
        PortalJson.WriteTime(writer, "doneAt", rotation.DoneAt);
        writer.WriteString("announcedBy", rotation.AnnouncedBy);
        writer.WriteEndObject();
    }

    private static JsonPointer At(string member) => JsonPointer.Root.Member(member);

    /// <summary>A confirmation, with the new value or without.</summary>
    private sealed record Confirmation(ReadOnlyMemory<byte>? Value)
    {
        /// <summary>Without the value, which stands in no log.</summary>
        public override string ToString() => "confirmation of a rotation";
    }
}
