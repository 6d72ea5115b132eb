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

        var saved = ActivatorUtilities.CreateInstance<SavedFilterEndpoints>(app.ServiceProvider);
        api.MapGet("/saved-filters", saved.ListAsync);
        api.MapPost("/saved-filters", saved.CreateAsync);
        api.MapDelete("/saved-filters/{id}", saved.DeleteAsync);
    }
}
