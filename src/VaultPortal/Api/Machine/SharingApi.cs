namespace VaultPortal.Api.Machine;

/// <summary>The part of the route table that is about sharing: grants, agents, and the keys that data keys are wrapped to.</summary>
internal static class SharingApi
{
    public static void MapSharing(this RouteGroupBuilder api, MachineDoor door)
    {
        var grants = api.Behind<GrantEndpoints>(door);
        var wraps = api.Behind<WrappedKeyEndpoints>(door);

        api.MapPost("/permissions/{assetType}/{id}/set-permissions", grants.SetAsync);
        api.MapGet("/permissions/{assetType}/{id}/permissions", grants.GetAsync);
        api.MapGet("/permissions/{assetType}/{id}/resolved-access", grants.ResolveAsync);

        api.MapPost("/vault/{id}/wrapped-keys", wraps.AddAsync);
        api.MapPost("/vault/{id}/rekey", wraps.RekeyAsync);
        foreach (var vault in (string[])["/vault", "/vaults"])
        {
            api.MapGet($"{vault}/{{id}}/wrapped-key", wraps.GetOwnAsync);
            api.MapGet($"{vault}/{{id}}/public-keys", wraps.ListSignersAsync);
        }
    }

    public static void MapAgents(this RouteGroupBuilder api, MachineDoor door)
    {
        var agents = api.Behind<AgentEndpoints>(door);
        var agentKeys = api.Behind<AgentKeyEndpoints>(door);

        api.MapGet("/agent", agents.ListAsync);
        api.MapPost("/agent", agents.CreateAsync);
        api.MapPatch("/agent/{id}/archive", agents.ArchiveAsync);
        api.MapPost("/agent/{id}/regenerate-api-key", agents.RegenerateAsync);
        api.MapPost("/vault/public-key", agentKeys.RegisterAsync);
    }
}
