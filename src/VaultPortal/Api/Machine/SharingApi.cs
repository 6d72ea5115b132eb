namespace VaultPortal.Api.Machine;

/// <summary>The part of the route table that is about sharing: grants, agents, and the keys that data keys are wrapped to.</summary>
internal static class SharingApi
{
    public static IServiceCollection AddSharing(this IServiceCollection services) =>
        services
            .AddSingleton<GrantEndpoints>()
            .AddSingleton<AgentEndpoints>()
            .AddSingleton<AgentKeyEndpoints>()
            .AddSingleton<WrappedKeyEndpoints>();

    public static void MapSharing(this RouteGroupBuilder api)
    {
        var services = ((IEndpointRouteBuilder)api).ServiceProvider;
        var grants = services.GetRequiredService<GrantEndpoints>();
        var agents = services.GetRequiredService<AgentEndpoints>();
        var agentKeys = services.GetRequiredService<AgentKeyEndpoints>();
        var wraps = services.GetRequiredService<WrappedKeyEndpoints>();

        api.MapPost("/permissions/{assetType}/{id}/set-permissions", grants.SetAsync);
        api.MapGet("/permissions/{assetType}/{id}/permissions", grants.GetAsync);
        api.MapGet("/permissions/{assetType}/{id}/resolved-access", grants.ResolveAsync);

        api.MapGet("/agent", agents.ListAsync);
        api.MapPost("/agent", agents.CreateAsync);
        api.MapPatch("/agent/{id}/archive", agents.ArchiveAsync);
        api.MapPost("/agent/{id}/regenerate-api-key", agents.RegenerateAsync);
        api.MapPost("/vault/public-key", agentKeys.RegisterAsync);

        api.MapPost("/vault/{id}/wrapped-keys", wraps.AddAsync);
        api.MapPost("/vault/{id}/rekey", wraps.RekeyAsync);
        foreach (var vault in (string[])["/vault", "/vaults"])
        {
            api.MapGet($"{vault}/{{id}}/wrapped-key", wraps.GetOwnAsync);
            api.MapGet($"{vault}/{{id}}/public-keys", wraps.ListSignersAsync);
        }
    }
}
