using System.Text.Json;
using VaultPortal.Api.Secrets;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Portal;

/// <summary>Environment secrets as files: import with a look before, and export.</summary>
internal sealed class EnvironmentFileEndpoints(PortalDoor door, EnvironmentSecretService secrets)
{
    /// <summary>200 with what becomes of each entry: <c>created</c>, <c>replaced</c>, <c>skipped</c>, <c>failed</c>, or <c>held</c> because another failed. A dry run changes nothing.</summary>
    public Task ImportAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            PortalDoor.ImportLimit,
            PortalReader.Import,
            async (caller, sent) =>
            {
                using var text = sent;
                var import = text.Import;
                var conflicts = await ConflictsAsync(caller, import, http.RequestAborted);
                var report = conflicts.Succeeded
                    ? await secrets.ImportAsync(caller, import, http.RequestAborted)
                    : conflicts.Error;
                await PortalJson.AnswerAsync(
                    http,
                    report,
                    (writer, done) => Write(writer, import, done, conflicts.Value)
                );
            }
        );

    /// <summary>200 with a file; whoever asks has to have proved anew who they are.</summary>
    public Task ExportAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            PortalReader.Export,
            async (caller, asJson) =>
            {
                var exported = await secrets.ExportAsync(caller, http.RequestAborted);
                if (exported.Error is { } refused)
                {
                    await PortalProblem.WriteAsync(http, refused);
                    return;
                }

                using var sent = exported.Value;
                await ExportAnswer.SendAsync(http, sent, asJson);
            }
        );

    /// <summary>The lines whose key stands already: what would fail if conflicts were to fail.</summary>
    private async Task<Result<HashSet<int>>> ConflictsAsync(
        Caller caller,
        SecretImport import,
        CancellationToken cancellation
    )
    {
        var strict = await secrets.ImportAsync(
            caller,
            import with
            {
                DryRun = true,
                OnConflict = ImportConflict.Fail,
            },
            cancellation
        );
        return strict.Succeeded
            ? strict.Value.Failed.Select(failure => failure.Line).ToHashSet()
            : strict.Error;
    }

    private static void Write(
        Utf8JsonWriter writer,
        SecretImport import,
        ImportReport report,
        HashSet<int> conflicts
    )
    {
        writer.WriteNumber("created", report.Created);
        writer.WriteNumber("replaced", report.Replaced);
        writer.WriteNumber("skipped", report.Skipped);
        writer.WriteNumber("failed", report.Failed.Count);
        var failed = report.Failed.ToLookup(failure => failure.Line);
        // Where anything is at fault before a write, nothing is written at all.
        var nothing = report is { Created: 0, Replaced: 0, Skipped: 0, Failed.Count: > 0 };
        writer.WriteStartArray("entries");
        foreach (var entry in import.Entries)
        {
            var failure = failed[entry.Line].FirstOrDefault();
            writer.WriteStartObject();
            writer.WriteNumber("line", entry.Line);
            writer.WriteString("key", entry.Key);
            writer.WriteString(
                "outcome",
                failure is not null ? "failed"
                    : nothing ? "held"
                    : !conflicts.Contains(entry.Line) ? "created"
                    : import.OnConflict == ImportConflict.Skip ? "skipped"
                    : "replaced"
            );
            if (failure is not null)
            {
                writer.WriteString("error", failure.Error);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
