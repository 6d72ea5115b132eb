using VaultPortal.Api.Shared;

namespace VaultPortal.Api.Secrets;

/// <summary>The environment secrets (secrets.md): the route table.</summary>
internal static class SecretsApi
{
    public static IServiceCollection AddSecretsApi(this IServiceCollection services) =>
        services.AddDoor<SecretsDoor>().AddSingleton<SecretEndpoints>();

    public static void MapSecretsApi(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var secrets = services.GetRequiredService<SecretEndpoints>();
        var api = app.MapGroup(SecretsDoor.BasePath);

        api.MapGet("", secrets.ListAsync);
        api.MapPost("", secrets.CreateAsync);
        api.MapGet("/{key}", secrets.GetAsync);
        api.MapPut("/{key}", secrets.UpdateAsync);
        api.MapDelete("/{key}", secrets.DeleteAsync);
    }
}
