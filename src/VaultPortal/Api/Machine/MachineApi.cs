using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Api.Machine;

/// <summary>The machine API (machine.md): the route table, and what holds for the whole door.</summary>
internal static partial class MachineApi
{
    public static IServiceCollection AddMachineApi(this IServiceCollection services) =>
        services
            .AddSingleton<MachineDoor>()
            .AddSingleton<VaultEndpoints>()
            .AddSingleton<VaultItemEndpoints>()
            .AddSingleton<KeyEndpoints>();

    /// <summary>Answers in the door's own form whatever goes wrong under its path. Stands before routing.</summary>
    public static IApplicationBuilder UseMachineDoor(this IApplicationBuilder app) =>
        app.UseWhen(
            http =>
                http.Request.Path.StartsWithSegments(
                    MachineDoor.BasePath,
                    // As routing compares.
                    StringComparison.OrdinalIgnoreCase
                ),
            door => door.Use(GuardAsync)
        );

    public static void MapMachineApi(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var vaults = services.GetRequiredService<VaultEndpoints>();
        var items = services.GetRequiredService<VaultItemEndpoints>();
        var keys = services.GetRequiredService<KeyEndpoints>();
        var api = app.MapGroup(MachineDoor.BasePath);

        api.MapPost("/vault", vaults.CreateAsync);
        api.MapPatch("/vault/{id}/update", vaults.UpdateAsync);
        api.MapDelete("/vault/{id}", vaults.ArchiveAsync);
        api.MapPost("/vault/{id}/items", items.CreateAsync);
        api.MapPatch("/vault-item/{id}/update", items.UpdateAsync);
        api.MapDelete("/vault/{id}/items/{itemId}", items.ArchiveAsync);

        foreach (var vault in (string[])["/vault", "/vaults"])
        {
            api.MapGet(vault, vaults.ListAsync);
            api.MapGet($"{vault}/{{id}}", vaults.GetAsync);
            api.MapGet($"{vault}/{{id}}/items", vaults.GetItemsAsync);
            api.MapGet($"{vault}/{{id}}/items/{{itemId}}", items.GetAsync);
            api.MapGet($"{vault}/{{id}}/fields/{{fieldId}}", items.GetFieldAsync);
        }

        api.MapPost("/user-key-pair", keys.RegisterAsync);
        api.MapGet("/user-key-pair", keys.ListAsync);
        api.MapPost("/user-key-pair/{id}/retire", keys.RetireAsync);
        api.MapGet("/me", keys.MeAsync);
    }

    private static async Task GuardAsync(HttpContext http, RequestDelegate next)
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
            await AnswerAsync(http, fault);
            return;
        }

        if (
            !http.Response.HasStarted
            && http.Response.ContentLength is null
            && OfRouting(http.Response.StatusCode) is { } error
        )
        {
            await MachineErrors.WriteAsync(http, error);
        }
    }

    private static Task AnswerAsync(HttpContext http, Exception fault)
    {
        http.Response.Headers.ContentLength = null;
        if (fault is BadHttpRequestException bad)
        {
            var tooLarge = bad.StatusCode == StatusCodes.Status413PayloadTooLarge;
            return MachineErrors.WriteAsync(
                http,
                tooLarge
                    ? MachineErrors.TooLarge(MachineDoor.SummaryLimit)
                    : VaultError.Invalid("", "The request is not well-formed HTTP.")
            );
        }

        if (fault is WriteQueueFullException or StorageUnavailableException)
        {
            return MachineErrors.WriteAsync(http, MachineErrors.Unavailable);
        }

        var log = http
            .RequestServices.GetRequiredService<ILoggerFactory>()
            .CreateLogger(typeof(MachineApi));
        LogFault(log, fault, http.TraceIdentifier);
        // The queue says of itself when storage fails; a read fails as the provider does.
        return MachineErrors.WriteAsync(
            http,
            StorageUnavailableException.IsCauseOf(fault)
                ? MachineErrors.Unavailable
                : MachineErrors.InternalError
        );
    }

    private static VaultError? OfRouting(int status) =>
        status switch
        {
            StatusCodes.Status404NotFound => MachineErrors.NotFound,
            StatusCodes.Status405MethodNotAllowed => MachineErrors.MethodNotAllowed,
            StatusCodes.Status415UnsupportedMediaType => MachineErrors.UnsupportedMediaType,
            _ => null,
        };

    [LoggerMessage(LogLevel.Error, "A machine API call failed: {CorrelationId}")]
    private static partial void LogFault(ILogger log, Exception fault, string correlationId);
}
