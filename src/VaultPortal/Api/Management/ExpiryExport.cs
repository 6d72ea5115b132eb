using System.Buffers;
using System.Text;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Api.Management;

/// <summary>The list of lifetimes as a file: CSV (RFC 4180) or iCalendar (RFC 5545). Never a value.</summary>
internal sealed class ExpiryExport(ManagementDoor door, ExpiryService expiries, TimeProvider time)
{
    private const string CsvHead =
        "kind,id,title,vault,owner,state,since,expires_at,due_at,rotate_at,on_expiry,policy\r\n";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n'");

    public Task ExportAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var asked = ExpiryReader.Query(http.Request.Query, "format");
                var format = asked.Succeeded ? asked.Value.Input.Text("format") : null;
                if (asked.Error is { } fault)
                {
                    await door.Errors.WriteAsync(http, fault);
                }
                else if (format is not ("csv" or "ical"))
                {
                    await door.Errors.WriteAsync(
                        http,
                        VaultError.Invalid("/format", "A format is csv or ical.")
                    );
                }
                else
                {
                    await AnswerAsync(http, caller, asked.Value.Query, format == "csv");
                }
            }
        );

    /// <summary>One line for each object; moments in UTC.</summary>
    public static string CsvLines(IEnumerable<ExpiryEntry> entries)
    {
        var text = new StringBuilder();
        foreach (var entry in entries)
        {
            text.AppendJoin(
                ',',
                new[]
                {
                    entry.Object.Kind.WireName(),
                    entry.Object.Id,
                    entry.Title,
                    entry.VaultName,
                    entry.OwnerName,
                    entry.State.WireName(),
                    Text(entry.Since),
                    Text(entry.Lifetime.ExpiresAt),
                    Text(entry.Lifetime.DueAt),
                    Text(entry.Lifetime.RotateAt),
                    entry.OnExpiry == OnExpiry.Warn ? "warn" : "block",
                    entry.PolicyName,
                }.Select(Cell)
            );
            text.Append("\r\n");
        }

        return text.ToString();
    }

    private async Task AnswerAsync(HttpContext http, Caller caller, ExpiryQuery query, bool csv)
    {
        var asked = await expiries.ExportAsync(caller, query, http.RequestAborted);
        using var export = asked.Succeeded ? asked.Value : null;
        await (
            export is null
                ? door.Errors.WriteAsync(http, asked.Error!)
                : SendAsync(http, export, csv, time)
        );
    }

    /// <summary>
    /// As it is read, so that a long file takes no more memory than a short one. Whoever may not read any more, or what cannot be read,
    /// ends the connection: half a file is not taken for the whole.
    /// </summary>
    internal static async Task SendAsync(
        HttpContext http,
        LifetimeExport export,
        bool csv,
        TimeProvider time
    )
    {
        var (type, name) = csv
            ? ("text/csv; charset=utf-8", "expiries.csv")
            : (ICalendar.MediaType, "expiries.ics");
        http.Response.ContentType = type;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        using var pieces = new PieceWriter(http);
        await pieces.WriteAsync(Bytes(csv ? CsvHead : ICalendar.Begin("Expiries")));
        while (!export.IsDone)
        {
            var some = await export.NextAsync();
            if (some.Error is not null)
            {
                http.Abort();
                return;
            }

            await pieces.WriteAsync(
                Bytes(
                    csv
                        ? CsvLines(some.Value)
                        : ICalendar.Events(
                            time.GetUtcNow(),
                            some.Value.SelectMany(CalendarEntry.Of)
                        )
                )
            );
        }

        if (!csv)
        {
            await pieces.WriteAsync(Bytes(ICalendar.End));
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>
    /// In quotes where it has to be. A spreadsheet takes what begins with one of these for a formula: an apostrophe before it makes it a
    /// text there.
    /// </summary>
    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var safe = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny(Quoted)
            ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : safe;
    }

    private static string Text(DateTimeOffset? moment) =>
        moment is { } at ? UtcTime.ToText(at) : "";
}
