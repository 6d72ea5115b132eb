using System.Text.Json;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Expiry;

namespace VaultPortal.Api.Management;

/// <summary>Rotations of many at once. New keys leave here, once; generated values do not.</summary>
internal sealed class ExpiryRotationEndpoints(ManagementDoor door, BulkRotationService rotations)
{
    /// <summary>It changes nothing, so there is nothing to repeat.</summary>
    public Task PreviewAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain with
            {
                Repeatable = false,
            },
            ExpiryReader.Rotation,
            async (caller, rotation) =>
                await door.AnswerAsync(
                    http,
                    await rotations.PreviewAsync(caller, rotation, http.RequestAborted),
                    Write
                )
        );

    public Task RotateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            ExpiryReader.Rotation,
            async (caller, rotation) =>
                await door.AnswerAsync(
                    http,
                    await rotations.RotateAsync(caller, rotation, http.RequestAborted),
                    Write
                )
        );

    private static void Write(Utf8JsonWriter writer, BulkRotationOutcome outcome)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("lines");
        foreach (var line in outcome.Lines)
        {
            Write(writer, line);
        }

        writer.WriteEndArray();
        writer.WriteNumber("rotated", outcome.Lines.Count(line => line.Problem is null));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, BulkRotationLine line)
    {
        writer.WriteStartObject();
        ExpiryJson.WriteObject(writer, line.Object);
        writer.WriteString("title", line.Title);
        if (line.Version is { } version)
        {
            writer.WriteNumber("version", version);
        }
        else
        {
            writer.WriteNull("version");
        }

        ExpiryJson.WriteTime(writer, "before", line.Before);
        ExpiryJson.WriteTime(writer, "after", line.After);
        ExpiryJson.WriteTime(writer, "oldUntil", line.OldUntil);
        ExpiryJson.WriteTime(writer, "endsEarlier", line.EndsEarlier);
        ExpiryJson.WriteId(writer, "successorId", line.SuccessorId);
        if (line.NewKey is { } key)
        {
            writer.WriteString("shownOnce", key);
        }

        ExpiryJson.WritePolicy(writer, line.Policy);
        ExpiryJson.WriteProblem(writer, line.Problem);
        writer.WriteEndObject();
    }
}
