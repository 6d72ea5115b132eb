using VaultPortal.Api.Portal;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;

namespace VaultPortal.Api.Management;

/// <summary>The address under which a calendar program reads what expires, and the calendar itself.</summary>
internal sealed class CalendarEndpoints(
    ManagementDoor door,
    CalendarFeedService calendars,
    PublishedCalendars published,
    PublicAddress address
)
{
    private const string Ending = ".ics";

    /// <summary>200 with when it was made and last read; both null where there is none.</summary>
    public Task GetAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await calendars.GetAsync(caller, http.RequestAborted),
                    static (writer, feed) =>
                    {
                        writer.WriteStartObject();
                        PortalJson.WriteTime(writer, "createdAt", feed?.CreatedAt);
                        PortalJson.WriteTime(writer, "lastUsedAt", feed?.LastUsedAt);
                        writer.WriteEndObject();
                    }
                )
        );

    /// <summary>201 with the address, this once.</summary>
    public Task MakeAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            ManagementReader.NoBody,
            ManagementReader.Nothing,
            async (caller, _) =>
                await door.AnswerAsync(
                    http,
                    await calendars.MakeAsync(caller, http.RequestAborted),
                    (writer, made) =>
                    {
                        writer.WriteStartObject();
                        writer.WriteString(
                            "shownOnce",
                            $"{address.Of(http.Request)}/calendar/{made.Token}{Ending}"
                        );
                        writer.WriteEndObject();
                    },
                    StatusCodes.Status201Created
                )
        );

    public Task RevokeAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            ManagementReader.NoBody,
            ManagementReader.Nothing,
            async (caller, _) =>
                await door.AnswerAsync(
                    http,
                    await calendars.RevokeAsync(caller, http.RequestAborted),
                    StatusCodes.Status204NoContent
                )
        );

    /// <summary>The calendar, to whoever has its address; to everybody else nothing is there.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        var response = http.Response;
        response.Headers.CacheControl = "no-store";
        var file = http.Request.RouteValues["file"] as string ?? "";
        var calendar = await published.ReadAsync(
            file.EndsWith(Ending, StringComparison.Ordinal) ? file[..^Ending.Length] : "",
            http.Connection.RemoteIpAddress,
            http.RequestAborted
        );
        if (calendar.Error is { } refused)
        {
            var (status, text) = refused.Kind switch
            {
                ErrorKind.Limited => (
                    StatusCodes.Status429TooManyRequests,
                    "Too many tries. Try again later.\n"
                ),
                ErrorKind.Unavailable => (
                    StatusCodes.Status503ServiceUnavailable,
                    "Too much is asked for at this moment. Try again later.\n"
                ),
                _ => (StatusCodes.Status404NotFound, "There is nothing here.\n"),
            };
            response.StatusCode = status;
            if (refused.RetryAfter is { } wait)
            {
                response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(
                    System.Globalization.CultureInfo.InvariantCulture
                );
            }

            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync(text, http.RequestAborted);
            return;
        }

        response.ContentType = ICalendar.MediaType;
        response.Headers.ContentDisposition = "attachment; filename=\"expiries.ics\"";
        await response.WriteAsync(calendar.Value, http.RequestAborted);
    }
}
