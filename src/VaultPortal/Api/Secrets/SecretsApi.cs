using VaultPortal.Api.Shared;

namespace VaultPortal.Api.Secrets;

/// <summary>The environment secrets (secrets.md): the route table.</summary>
internal static class SecretsApi
{
    public static IServiceCollection AddSecretsApi(this IServiceCollection services) =>
        services
            .AddDoor<SecretsDoor>()
            .AddSingleton<SecretEndpoints>()
            .AddSingleton<SecretHistoryEndpoints>()
            .AddSingleton<SecretBulkEndpoints>()
            .AddSingleton<SecretsAccessEndpoints>();

    public static void MapSecretsApi(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var secrets = services.GetRequiredService<SecretEndpoints>();
        var history = services.GetRequiredService<SecretHistoryEndpoints>();
        var bulk = services.GetRequiredService<SecretBulkEndpoints>();
        var access = services.GetRequiredService<SecretsAccessEndpoints>();
        var api = app.MapGroup(SecretsDoor.BasePath);

        api.MapGet("", secrets.ListAsync);
        api.MapPost("", secrets.CreateAsync);
        api.MapGet("/{key}", secrets.GetAsync);
        api.MapPut("/{key}", secrets.UpdateAsync);
        api.MapDelete("/{key}", secrets.DeleteAsync);

        api.MapGet("/{key}/versions", history.ListAsync);
        api.MapPost("/{key}/versions/{version}/restore", history.RestoreAsync);
        api.MapPost("/{key}/rotate", history.RotateAsync);
        api.MapPost("/{key}/verify", history.VerifyAsync);

        // No key has a hyphen, so none can lie here.
        api.MapPost("/-/import", bulk.ImportAsync);
        api.MapGet("/-/export", bulk.ExportAsync);
        api.MapPost("/api-key/rotate", access.RotateKeyAsync);

        app.MapPost(SecretsDoor.SessionsPath, access.SignInAsync);
        app.MapDelete(SecretsDoor.SessionsPath, access.SignOutAsync);
    }
}
