using VaultPortal.Api.Shared;

namespace VaultPortal.Api.Workflows;

/// <summary>The workflow vault (workflows.md): the route table.</summary>
internal static class WorkflowsApi
{
    private static readonly string[] MethodsOfItems = ["GET", "PUT", "DELETE"];

    public static IServiceCollection AddWorkflowsApi(this IServiceCollection services) =>
        services
            .AddDoor<WorkflowsDoor>()
            .AddSingleton<WorkflowItemEndpoints>()
            .AddSingleton<WorkflowUseEndpoints>();

    public static void MapWorkflowsApi(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        var items = services.GetRequiredService<WorkflowItemEndpoints>();
        var use = services.GetRequiredService<WorkflowUseEndpoints>();
        var api = app.MapGroup(WorkflowsDoor.BasePath);

        api.MapGet("", items.ListAsync);
        api.MapPost("", items.CreateAsync);
        api.MapGet("/{vaultId}", items.GetAsync);
        api.MapPut("/{vaultId}", items.UpdateAsync);
        api.MapDelete("/{vaultId}", items.DeleteAsync);

        api.MapPost("/resolve", use.ResolveAsync);
        api.MapPost("/verify-key", use.VerifyKeyAsync);
        api.MapMethods("/resolve", MethodsOfItems, use.OnlyPostAsync);
        api.MapMethods("/verify-key", MethodsOfItems, use.OnlyPostAsync);
        api.MapPost("/{vaultId}/rotate-key", use.RotateKeyAsync);
    }
}
