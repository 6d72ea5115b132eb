using VaultPortal.Api.Shared;

namespace VaultPortal.Api.Machine;

/// <summary>The machine API (machine.md): the route table. The portal's pages reach the part of it that is about vaults and keys through a door of their own.</summary>
internal static class MachineApi
{
    public static IServiceCollection AddMachineApi(this IServiceCollection services) =>
        services.AddDoor<MachineDoor>();

    public static void MapMachineApi(this IEndpointRouteBuilder app)
    {
        var door = app.ServiceProvider.GetRequiredService<MachineDoor>();
        var keys = app.Behind<KeyEndpoints>(door);
        var sync = app.Behind<SyncEndpoints>(door);
        var api = app.MapGroup(MachineDoor.BasePath);
        api.MapVaults(door);
        api.MapGet("/me", keys.MeAsync);
        api.MapGet("/vault/sync", sync.ReadAsync);
        api.MapGet("/vaults/sync", sync.ReadAsync);
        api.MapPost("/search", app.Behind<SearchEndpoints>(door).FindAsync);
        api.MapAgents(door);
    }

    /// <summary>What clients that sign need: vaults, items, attachments, keys and grants.</summary>
    public static void MapVaults(this RouteGroupBuilder api, MachineDoor door)
    {
        var vaults = api.Behind<VaultEndpoints>(door);
        var items = api.Behind<VaultItemEndpoints>(door);
        var assets = api.Behind<AssetEndpoints>(door);
        var expiries = api.Behind<ExpiryEndpoints>(door);
        var history = api.Behind<HistoryEndpoints>(door);
        var groups = api.Behind<ItemGroupEndpoints>(door);
        var keys = api.Behind<KeyEndpoints>(door);

        api.MapPost("/vault", vaults.CreateAsync);
        api.MapPatch("/vault/{id}/update", vaults.UpdateAsync);
        api.MapDelete("/vault/{id}", vaults.ArchiveAsync);
        api.MapPost("/vault/{id}/items", items.CreateAsync);
        api.MapPatch("/vault-item/{id}/update", items.UpdateAsync);
        api.MapDelete("/vault/{id}/items/{itemId}", items.ArchiveAsync);
        api.MapPost("/vault/{id}/restore", vaults.RestoreAsync);
        api.MapPost("/vault/{id}/items/{itemId}/restore", items.RestoreAsync);
        api.MapPut("/vault-item/{id}/expiry", expiries.SetAsync);
        api.MapPost("/vault/{id}/assets/{assetId}", assets.StoreAsync);
        api.MapPost("/vault/{id}/groups", groups.CreateAsync);
        api.MapPatch("/vault/{id}/groups/{groupId}", groups.RenameAsync);
        api.MapDelete("/vault/{id}/groups/{groupId}", groups.ArchiveAsync);
        api.MapPut("/vault/{id}/groups/{groupId}/items", groups.PutItemsAsync);

        foreach (var vault in (string[])["/vault", "/vaults"])
        {
            api.MapGet(vault, vaults.ListAsync);
            api.MapGet($"{vault}/{{id}}", vaults.GetAsync);
            api.MapGet($"{vault}/{{id}}/items", vaults.GetItemsAsync);
            api.MapGet($"{vault}/{{id}}/items/{{itemId}}", items.GetAsync);
            api.MapGet($"{vault}/{{id}}/fields/{{fieldId}}", items.GetFieldAsync);
            api.MapGet($"{vault}/{{id}}/items/{{itemId}}/history", history.FieldsAsync);
            api.MapGet($"{vault}/{{id}}/checkpoints", history.CheckpointsAsync);
            api.MapGet($"{vault}/{{id}}/assets/{{assetId}}", assets.GetAsync);
        }

        api.MapPost("/user-key-pair", keys.RegisterAsync);
        api.MapGet("/user-key-pair", keys.ListAsync);
        api.MapPost("/user-key-pair/{id}/retire", keys.RetireAsync);

        api.MapSharing(door);
    }

    /// <summary>The endpoints of a concern behind a door: its credentials, its form of errors.</summary>
    public static TEndpoints Behind<TEndpoints>(this IEndpointRouteBuilder app, MachineDoor door) =>
        ActivatorUtilities.CreateInstance<TEndpoints>(app.ServiceProvider, door);
}
