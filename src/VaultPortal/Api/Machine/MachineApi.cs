using VaultPortal.Api.Shared;

namespace VaultPortal.Api.Machine;

/// <summary>The machine API (machine.md): the route table.</summary>
internal static class MachineApi
{
    public static IServiceCollection AddMachineApi(this IServiceCollection services) =>
        services
            .AddDoor<MachineDoor>()
            .AddSingleton<VaultEndpoints>()
            .AddSingleton<VaultItemEndpoints>()
            .AddSingleton<ItemGroupEndpoints>()
            .AddSingleton<AssetEndpoints>()
            .AddSingleton<HistoryEndpoints>()
            .AddSingleton<ExpiryEndpoints>()
            .AddSingleton<SyncEndpoints>()
            .AddSingleton<SearchEndpoints>()
            .AddSingleton<KeyEndpoints>()
            .AddSharing();

    public static void MapMachineApi(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var vaults = services.GetRequiredService<VaultEndpoints>();
        var items = services.GetRequiredService<VaultItemEndpoints>();
        var assets = services.GetRequiredService<AssetEndpoints>();
        var expiries = services.GetRequiredService<ExpiryEndpoints>();
        var history = services.GetRequiredService<HistoryEndpoints>();
        var groups = services.GetRequiredService<ItemGroupEndpoints>();
        var keys = services.GetRequiredService<KeyEndpoints>();
        var sync = services.GetRequiredService<SyncEndpoints>();
        var api = app.MapGroup(MachineDoor.BasePath);

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
            api.MapGet($"{vault}/sync", sync.ReadAsync);
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
        api.MapGet("/me", keys.MeAsync);
        api.MapPost("/search", services.GetRequiredService<SearchEndpoints>().FindAsync);

        api.MapSharing();
    }
}
