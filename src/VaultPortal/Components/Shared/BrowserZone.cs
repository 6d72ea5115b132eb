using Microsoft.JSInterop;

namespace VaultPortal.Components.Shared;

/// <summary>The time zone of the browser: asked for once in a circuit. UTC where the browser does not answer.</summary>
public sealed class BrowserZone(IJSRuntime scripts)
{
    private TimeZoneInfo? _zone;

    public async Task<TimeZoneInfo> GetAsync(CancellationToken cancellation) =>
        _zone ??= await AskAsync(cancellation);

    private async Task<TimeZoneInfo> AskAsync(CancellationToken cancellation)
    {
        try
        {
            await using var module = await scripts.InvokeAsync<IJSObjectReference?>(
                "import",
                cancellation,
                "./js/time-zone.js"
            );
            return module is null
                ? TimeZoneInfo.Utc
                : Find(await module.InvokeAsync<ZoneAnswer?>("zone", cancellation));
        }
        catch (Exception exception)
            when (exception is JSException or JSDisconnectedException or OperationCanceledException)
        {
            return TimeZoneInfo.Utc;
        }
    }

    /// <summary>A zone that this machine has no rules for has its present distance from UTC at all times.</summary>
    private static TimeZoneInfo Find(ZoneAnswer? answer)
    {
        if (answer is null)
        {
            return TimeZoneInfo.Utc;
        }

        if (
            answer.Name is { Length: > 0 and < 100 } name
            && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var known)
        )
        {
            return known;
        }

        var offset = TimeSpan.FromMinutes(Math.Clamp(answer.Offset, -14 * 60, 14 * 60));
        return TimeZoneInfo.CreateCustomTimeZone("browser", offset, "Browser", "Browser");
    }

    /// <param name="Name">As in the IANA database, e.g. <c>Europe/Vienna</c>.</param>
    /// <param name="Offset">From UTC to local time, in minutes.</param>
    private sealed record ZoneAnswer(string? Name, int Offset);
}
