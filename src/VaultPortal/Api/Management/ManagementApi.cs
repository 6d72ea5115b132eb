using VaultPortal.Api.Shared;
using VaultPortal.Core.Expiry;

namespace VaultPortal.Api.Management;

/// <summary>The calls behind <see cref="ManagementDoor"/>: the route table.</summary>
internal static class ManagementApi
{
    public static IServiceCollection AddManagementApi(this IServiceCollection services) =>
        services
            .AddDoor<ManagementDoor>()
            .AddScoped<WebhookEndpoints>()
            .AddScoped<RotationEndpoints>()
            .AddScoped<CalendarEndpoints>();

    public static void MapManagementApi(this IEndpointRouteBuilder app)
    {
        // The door itself asks for a session or a key, in its own form.
        var api = app.MapGroup(Portal.PortalDoor.BasePath).AllowAnonymous();
        MapWebhooks(api);
        MapRotations(api);
        MapCalendar(api);
        app.MapGet(
                "/calendar/{file}",
                (HttpContext http, CalendarFeedService calendars) =>
                    CalendarEndpoints.ServeAsync(http, calendars)
            )
            .AllowAnonymous();
    }

    private static void MapCalendar(RouteGroupBuilder api)
    {
        api.MapGet("/calendar-feed", (HttpContext http, CalendarEndpoints e) => e.GetAsync(http));
        api.MapPost(
            "/calendar-feed",
            (HttpContext http, CalendarEndpoints e) => e.MakeAsync(http)
        );
        api.MapDelete(
            "/calendar-feed",
            (HttpContext http, CalendarEndpoints e) => e.RevokeAsync(http)
        );
    }

    private static void MapWebhooks(RouteGroupBuilder api)
    {
        var hooks = api.MapGroup("/webhooks");
        hooks.MapGet("", (HttpContext http, WebhookEndpoints e) => e.ListAsync(http));
        hooks.MapPost("", (HttpContext http, WebhookEndpoints e) => e.CreateAsync(http));
        hooks.MapGet("/{id}", (HttpContext http, WebhookEndpoints e) => e.GetAsync(http));
        hooks.MapPut("/{id}", (HttpContext http, WebhookEndpoints e) => e.UpdateAsync(http));
        hooks.MapDelete("/{id}", (HttpContext http, WebhookEndpoints e) => e.DeleteAsync(http));
        hooks.MapPost(
            "/{id}/rotate-secret",
            (HttpContext http, WebhookEndpoints e) => e.RotateSecretAsync(http)
        );
        hooks.MapPost(
            "/{id}/disable",
            (HttpContext http, WebhookEndpoints e) => e.SetDisabledAsync(http, true)
        );
        hooks.MapPost(
            "/{id}/enable",
            (HttpContext http, WebhookEndpoints e) => e.SetDisabledAsync(http, false)
        );
        hooks.MapPost("/{id}/test", (HttpContext http, WebhookEndpoints e) => e.TestAsync(http));
        hooks.MapGet(
            "/{id}/deliveries",
            (HttpContext http, WebhookEndpoints e) => e.ListDeliveriesAsync(http)
        );
        hooks.MapPost(
            "/{id}/deliveries/{delivery}/redeliver",
            (HttpContext http, WebhookEndpoints e) => e.RedeliverAsync(http)
        );
    }

    private static void MapRotations(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/rotations");
        group.MapGet("", (HttpContext http, RotationEndpoints e) => e.ListAsync(http));
        group.MapPost("", (HttpContext http, RotationEndpoints e) => e.AnnounceAsync(http));
        group.MapGet("/{id}", (HttpContext http, RotationEndpoints e) => e.GetAsync(http));
        group.MapPost(
            "/{id}/confirm",
            (HttpContext http, RotationEndpoints e) => e.ConfirmAsync(http)
        );
        group.MapPost(
            "/{id}/retire",
            (HttpContext http, RotationEndpoints e) => e.RetireAsync(http)
        );
        group.MapPost(
            "/{id}/cancel",
            (HttpContext http, RotationEndpoints e) => e.CancelAsync(http)
        );
    }
}
