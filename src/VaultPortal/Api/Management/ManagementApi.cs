using VaultPortal.Api.Shared;

namespace VaultPortal.Api.Management;

/// <summary>The calls behind <see cref="ManagementDoor"/>: the route table.</summary>
internal static class ManagementApi
{
    public static IServiceCollection AddManagementApi(this IServiceCollection services) =>
        services.AddDoor<ManagementDoor>();

    public static void MapManagementApi(this IEndpointRouteBuilder app)
    {
        // The door itself asks for a session or a key, in its own form.
        var api = app.MapGroup(Portal.PortalDoor.BasePath).AllowAnonymous();
        var door = app.ServiceProvider.GetRequiredService<ManagementDoor>();
        MapPolicies(api, door);
    }

    private static void MapPolicies(RouteGroupBuilder api, ManagementDoor door)
    {
        var policies = api.Behind<PolicyEndpoints>(door);
        api.MapGet("/expiry-policies", policies.ListAsync);
        api.MapPost("/expiry-policies", policies.CreateAsync);
        api.MapPost("/expiry-policies/preview", policies.PreviewAsync);
        api.MapGet("/expiry-policies/decision", policies.DecideAsync);
        api.MapGet("/expiry-policies/{id}", policies.GetAsync);
        api.MapPut("/expiry-policies/{id}", policies.UpdateAsync);
        api.MapDelete("/expiry-policies/{id}", policies.DeleteAsync);
    }
}
