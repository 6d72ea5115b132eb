using VaultPortal.Api.Shared;

namespace VaultPortal.Api.Management;

/// <summary>The calls behind <see cref="ManagementDoor"/>: the route table.</summary>
internal static class ManagementApi
{
    public static IServiceCollection AddManagementApi(this IServiceCollection services) =>
        services
            .AddDoor<ManagementDoor>()
            .AddSingleton<ExpiryEndpoints>()
            .AddSingleton<ExpiryExport>()
            .AddSingleton<ReminderEndpoints>()
            .AddSingleton<MetricsEndpoint>();

    public static void MapManagementApi(this IEndpointRouteBuilder app)
    {
        // The door itself asks for a session or a key, in its own form.
        var api = app.MapGroup(Portal.PortalDoor.BasePath).AllowAnonymous();
        var services = app.ServiceProvider;

        var expiries = services.GetRequiredService<ExpiryEndpoints>();
        api.MapGet("/expiries", expiries.ListAsync);
        api.MapGet("/expiries/counts", expiries.CountAsync);
        api.MapGet("/expiries/export", services.GetRequiredService<ExpiryExport>().ExportAsync);
        api.MapPost("/expiries/preview", expiries.PreviewAsync);
        api.MapPost("/expiries/change", expiries.ChangeAsync);

        var reminders = services.GetRequiredService<ReminderEndpoints>();
        api.MapGet("/reminders", reminders.ListAsync);
        api.MapPost("/reminders/acknowledge", reminders.AcknowledgeAsync);
        api.MapPost("/reminders/snooze", reminders.SnoozeAsync);
        api.MapPost("/reminders/mute", reminders.MuteAsync);

        app.MapGet(MetricsEndpoint.Path, services.GetRequiredService<MetricsEndpoint>().GetAsync)
            .AllowAnonymous();

        var saved = ActivatorUtilities.CreateInstance<SavedFilterEndpoints>(services);
        api.MapGet("/saved-filters", saved.ListAsync);
        api.MapPost("/saved-filters", saved.CreateAsync);
        api.MapDelete("/saved-filters/{id}", saved.DeleteAsync);
    }
}
