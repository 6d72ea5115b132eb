using VaultPortal.Api.Machine;
using VaultPortal.Api.Shared;

namespace VaultPortal.Api.Portal;

/// <summary>What the sealed module of the pages calls: the vault routes of the machine API, behind <see cref="SealedDoor"/>.</summary>
internal static class SealedApi
{
    public static IServiceCollection AddSealedApi(this IServiceCollection services) =>
        services.AddDoor<SealedDoor>();

    public static void MapSealedApi(this IEndpointRouteBuilder app)
    {
        var door = app.ServiceProvider.GetRequiredService<SealedDoor>();
        // The door itself asks for a session, in its own form.
        var api = app.MapGroup(SealedDoor.Path).AllowAnonymous();
        api.MapVaults(door);
        var own = app.Behind<OwnKeyEndpoints>(door);
        api.MapGet("/user-key-pair/{id}/vaults", own.ListVaultsAsync);
        api.MapPut("/user-key-pair/{id}/wrapped-private-key", own.PutWrappedAsync);
        api.MapGet(
            "/vault/{id}/wrapped-to",
            api.Behind<WrappedKeyEndpoints>(door).ListRecipientsAsync
        );
        api.MapGet(
            "/me",
            (HttpContext http) =>
                door.ReadAsync(
                    http,
                    caller =>
                        PortalJson.WriteAsync(
                            http,
                            writer =>
                            {
                                writer.WriteStartObject("owner");
                                writer.WriteString("id", caller.AccountPublicId.ToString());
                                writer.WriteEndObject();
                                writer.WriteNull("agent");
                            }
                        )
                )
        );
    }
}
