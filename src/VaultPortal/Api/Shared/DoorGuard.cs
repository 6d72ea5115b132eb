using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Api.Shared;

/// <summary>Answers in a door's own form whatever goes wrong under its paths. Stands before routing.</summary>
internal static partial class DoorGuard
{
    public static IServiceCollection AddDoor<TDoor>(this IServiceCollection services)
        where TDoor : ApiDoor =>
        services
            .AddSingleton<TDoor>()
            .AddSingleton<ApiDoor>(provider => provider.GetRequiredService<TDoor>());

    public static IApplicationBuilder UseDoors(this IApplicationBuilder app)
    {
        var doors = app.ApplicationServices.GetServices<ApiDoor>().ToArray();
        return app.Use(next =>
            http =>
                Array.Find(doors, door => door.Covers(http.Request.Path)) is { } door
                    ? GuardAsync(http, door, next)
                    : next(http)
        );
    }

    private static async Task GuardAsync(HttpContext http, ApiDoor door, RequestDelegate next)
    {
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return; // Nobody is left to answer.
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            http.Response.Headers.ContentLength = null;
            http.Response.Headers.ETag = default;
            await door.Errors.WriteAsync(http, OfFault(http, door, fault));
            return;
        }

        if (
            !http.Response.HasStarted
            && http.Response.ContentLength is null
            && OfRouting(http.Response.StatusCode) is { } error
        )
        {
            await door.Errors.WriteAsync(http, await door.CountAsync(http) ?? error);
        }
    }

    private static VaultError OfFault(HttpContext http, ApiDoor door, Exception fault)
    {
        if (fault is BadHttpRequestException bad)
        {
            return bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? DoorErrors.TooLarge(door.LargestBody)
                : DoorErrors.MalformedHttp;
        }

        if (fault is WriteQueueFullException or StorageUnavailableException)
        {
            return DoorErrors.Unavailable;
        }

        var log = http
            .RequestServices.GetRequiredService<ILoggerFactory>()
            .CreateLogger(door.GetType());
        LogFault(log, fault, http.TraceIdentifier);
        // The queue says of itself when storage fails; a read fails as the provider does.
        return StorageUnavailableException.IsCauseOf(fault)
            ? DoorErrors.Unavailable
            : DoorErrors.InternalError;
    }

    private static VaultError? OfRouting(int status) =>
        status switch
        {
            StatusCodes.Status404NotFound => DoorErrors.NotFound,
            StatusCodes.Status405MethodNotAllowed => DoorErrors.MethodNotAllowed,
            StatusCodes.Status415UnsupportedMediaType => DoorErrors.UnsupportedMediaType,
            _ => null,
        };

    [LoggerMessage(LogLevel.Error, "An API call failed: {CorrelationId}")]
    private static partial void LogFault(ILogger log, Exception fault, string correlationId);
}
