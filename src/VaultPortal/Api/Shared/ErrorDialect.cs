using System.Globalization;
using System.Text.Json;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Shared;

/// <summary>The one place where refusals become a door's statuses and bodies.</summary>
internal abstract class ErrorDialect
{
    protected virtual string ContentType => JsonAnswer.ContentType;

    public Task WriteAsync(HttpContext http, VaultError error)
    {
        http.Response.StatusCode = StatusOf(http, error);
        if (Challenge(http, error) is { } challenge)
        {
            http.Response.Headers.WWWAuthenticate = challenge;
        }

        if (error.RetryAfter is { } wait)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return JsonAnswer.WriteAsync(http, writer => Write(writer, http, error), ContentType);
    }

    protected abstract int StatusOf(HttpContext http, VaultError error);

    /// <summary>The header WWW-Authenticate (RFC 9110 section 11.6.1), which every 401 carries; else null.</summary>
    protected abstract string? Challenge(HttpContext http, VaultError error);

    protected abstract void Write(Utf8JsonWriter writer, HttpContext http, VaultError error);
}
