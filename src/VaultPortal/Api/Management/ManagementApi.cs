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
            .AddSingleton<ExpiryRotationEndpoints>()
            .AddSingleton<ExpiryExport>()
            .AddSingleton<ReminderEndpoints>()
            .AddSingleton<MetricsEndpoint>()
            .AddSingleton<WebhookEndpoints>()
            .AddSingleton<RotationEndpoints>()
            .AddSingleton<CalendarEndpoints>()
            .AddSingleton<SavedFilterEndpoints>();

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

        var bulk = services.GetRequiredService<ExpiryRotationEndpoints>();
        api.MapPost("/expiries/rotate/preview", bulk.PreviewAsync);
        api.MapPost("/expiries/rotate", bulk.RotateAsync);

        var reminders = services.GetRequiredService<ReminderEndpoints>();
        api.MapGet("/reminders", reminders.ListAsync);
        api.MapPost("/reminders/acknowledge", reminders.AcknowledgeAsync);
        api.MapPost("/reminders/snooze", reminders.SnoozeAsync);
        api.MapPost("/reminders/mute", reminders.MuteAsync);

        var webhooks = services.GetRequiredService<WebhookEndpoints>();
        api.MapGet("/webhooks", webhooks.ListAsync);
        api.MapPost("/webhooks", webhooks.CreateAsync);
        api.MapGet("/webhooks/{id}", webhooks.GetAsync);
        api.MapPut("/webhooks/{id}", webhooks.UpdateAsync);
        api.MapDelete("/webhooks/{id}", webhooks.DeleteAsync);
        api.MapPost("/webhooks/{id}/rotate-secret", webhooks.RotateSecretAsync);
        api.MapPost("/webhooks/{id}/disable", webhooks.DisableAsync);
        api.MapPost("/webhooks/{id}/enable", webhooks.EnableAsync);
        api.MapPost("/webhooks/{id}/test", webhooks.TestAsync);
        api.MapGet("/webhooks/{id}/deliveries", webhooks.ListDeliveriesAsync);
        api.MapPost("/webhooks/{id}/deliveries/{delivery}/redeliver", webhooks.RedeliverAsync);

        var rotations = services.GetRequiredService<RotationEndpoints>();
        api.MapGet("/rotations", rotations.ListAsync);
        api.MapPost("/rotations", rotations.AnnounceAsync);
        api.MapGet("/rotations/{id}", rotations.GetAsync);
        api.MapPost("/rotations/{id}/confirm", rotations.ConfirmAsync);
        api.MapPost("/rotations/{id}/retire", rotations.RetireAsync);
        api.MapPost("/rotations/{id}/cancel", rotations.CancelAsync);

        var calendar = services.GetRequiredService<CalendarEndpoints>();
        api.MapGet("/calendar-feed", calendar.GetAsync);
        api.MapPost("/calendar-feed", calendar.MakeAsync);
        api.MapDelete("/calendar-feed", calendar.RevokeAsync);

        app.MapGet(MetricsEndpoint.Path, services.GetRequiredService<MetricsEndpoint>().GetAsync)
            .AllowAnonymous();

        var saved = services.GetRequiredService<SavedFilterEndpoints>();
        api.MapGet("/saved-filters", saved.ListAsync);
        api.MapPost("/saved-filters", saved.CreateAsync);
        api.MapDelete("/saved-filters/{id}", saved.DeleteAsync);
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

    /// <summary>The calendars, at addresses outside of the API: calendar programs bring no credential but the address.</summary>
    public static void MapCalendars(this IEndpointRouteBuilder app) =>
        app.MapGet(
                "/calendar/{file}",
                app.ServiceProvider.GetRequiredService<CalendarEndpoints>().ServeAsync
            )
            .AllowAnonymous();
}
