using System.Buffers;
using System.Text;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Api.Management;

/// <summary>The list of lifetimes as a file: CSV (RFC 4180) or iCalendar (RFC 5545). Never a value.</summary>
internal sealed class ExpiryExport(ManagementDoor door, ExpiryService expiries, TimeProvider time)
{
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
                    var all = await expiries.ExportAsync(
                        caller,
                        asked.Value.Query,
                        http.RequestAborted
                    );
                    await (
                        all.Error is { } refused
                            ? door.Errors.WriteAsync(http, refused)
                            : SendAsync(http, all.Value, format == "csv")
                    );
                }
            }
        );

    /// <summary>One line for each object; moments in UTC.</summary>
    public static string Csv(IReadOnlyList<ExpiryEntry> entries)
    {
        var text = new StringBuilder(
            "kind,id,title,vault,owner,state,since,expires_at,due_at,rotate_at,on_expiry,policy\r\n"
        );
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

    public static string Calendar(IReadOnlyList<ExpiryEntry> entries, DateTimeOffset now) =>
        ICalendar.Write("Expiries", now, entries.SelectMany(CalendarEntry.Of));

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

    private Task SendAsync(HttpContext http, IReadOnlyList<ExpiryEntry> entries, bool csv)
    {
        var (type, name) = csv
            ? ("text/csv; charset=utf-8", "expiries.csv")
            : (ICalendar.MediaType, "expiries.ics");
        http.Response.ContentType = type;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        return http.Response.WriteAsync(
            csv ? Csv(entries) : Calendar(entries, time.GetUtcNow()),
            http.RequestAborted
        );
    }
}
