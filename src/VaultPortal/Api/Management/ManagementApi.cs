using VaultPortal.Api.Shared;

namespace VaultPortal.Api.Management;

/// <summary>The calls behind <see cref="ManagementDoor"/>: the route table.</summary>
internal static class ManagementApi
{
    public static IServiceCollection AddManagementApi(this IServiceCollection services) =>
        services
            .AddDoor<ManagementDoor>()
            .AddSingleton<PolicyEndpoints>()
            .AddSingleton<ExpiryEndpoints>()
            .AddSingleton<ExpiryExport>()
            .AddSingleton<ReminderEndpoints>()
            .AddSingleton<MetricsEndpoint>();

    public static void MapManagementApi(this IEndpointRouteBuilder app)
    {
        // The door itself asks for a session or a key, in its own form.
        var api = app.MapGroup(Portal.PortalDoor.BasePath).AllowAnonymous();
        var services = app.ServiceProvider;

        MapPolicies(api, services.GetRequiredService<PolicyEndpoints>());

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
    }

    private static void MapPolicies(IEndpointRouteBuilder api, PolicyEndpoints policies)
    {
        api.MapGet("/expiry-policies", policies.ListAsync);
        api.MapPost("/expiry-policies", policies.CreateAsync);
        api.MapPost("/expiry-policies/preview", policies.PreviewAsync);
        api.MapGet("/expiry-policies/decision", policies.DecideAsync);
        api.MapGet("/expiry-policies/{id}", policies.GetAsync);
        api.MapPut("/expiry-policies/{id}", policies.UpdateAsync);
        api.MapDelete("/expiry-policies/{id}", policies.DeleteAsync);
    }
}
