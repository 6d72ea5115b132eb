using VaultPortal.Core.Storage;

namespace VaultPortal.Api.Portal;

/// <summary>The portal's own API, for the scripts of its pages: the route table, and what holds for the whole door.</summary>
internal static class PortalApi
{
    public static IServiceCollection AddPortalApi(this IServiceCollection services) =>
        services
            .AddScoped<PortalDoor>()
            .AddScoped<StepUpEndpoints>()
            .AddScoped<EnvironmentEndpoints>()
            .AddScoped<EnvironmentFileEndpoints>()
            .AddScoped<WorkflowEndpoints>()
            .AddScoped<ApiKeyEndpoints>()
            .AddScoped<AgentEndpoints>()
            .AddScoped<UserKeyPairEndpoints>()
            .AddScoped<PrincipalEndpoints>();

    public static void MapPortalApi(this IEndpointRouteBuilder app)
    {
        // The door itself asks for a session, in its own form.
        var api = app.MapGroup(PortalDoor.BasePath).AllowAnonymous();
        api.AddEndpointFilter(GuardAsync);
        api.MapGet(
            "/antiforgery",
            (HttpContext http, PortalDoor door) => door.AnswerTokenAsync(http)
        );
        api.MapPost(
            "/step-up",
            (HttpContext http, StepUpEndpoints stepUp) => stepUp.ProveAsync(http)
        );

        var environment = api.MapGroup("/secrets/environment");
        environment.MapPost("", (HttpContext http, EnvironmentEndpoints e) => e.CreateAsync(http));
        // Under a hyphen, where no key can lie.
        environment.MapPost(
            "/-/import",
            (HttpContext http, EnvironmentFileEndpoints e) => e.ImportAsync(http)
        );
        environment.MapPost(
            "/-/export",
            (HttpContext http, EnvironmentFileEndpoints e) => e.ExportAsync(http)
        );
        environment.MapPut(
            "/{key}",
            (HttpContext http, EnvironmentEndpoints e) => e.UpdateAsync(http)
        );
        environment.MapPost(
            "/{key}/rotate",
            (HttpContext http, EnvironmentEndpoints e) => e.RotateAsync(http)
        );
        environment.MapPost(
            "/{key}/reveal",
            (HttpContext http, EnvironmentEndpoints e) => e.RevealAsync(http)
        );

        var workflows = api.MapGroup("/secrets/workflows");
        workflows.MapPost("", (HttpContext http, WorkflowEndpoints e) => e.CreateAsync(http));
        workflows.MapPut("/{id}", (HttpContext http, WorkflowEndpoints e) => e.UpdateAsync(http));
        workflows.MapPost(
            "/{id}/rotate-key",
            (HttpContext http, WorkflowEndpoints e) => e.RotateKeyAsync(http)
        );

        var keys = api.MapGroup("/api-keys");
        keys.MapPost("", (HttpContext http, ApiKeyEndpoints e) => e.CreateAsync(http));
        keys.MapPost("/{id}/rotate", (HttpContext http, ApiKeyEndpoints e) => e.RotateAsync(http));

        var agents = api.MapGroup("/agents");
        agents.MapPost("", (HttpContext http, AgentEndpoints e) => e.CreateAsync(http));
        agents.MapPost(
            "/{id}/regenerate-api-key",
            (HttpContext http, AgentEndpoints e) => e.RegenerateAsync(http)
        );
        api.MapPost(
            "/user-key-pairs/{id}/approve",
            (HttpContext http, UserKeyPairEndpoints e) => e.ApproveAsync(http)
        );
        api.MapGet("/principals", (HttpContext http, PrincipalEndpoints e) => e.FindAsync(http));
    }

    /// <summary>What is not a bug is said in the door's form; bugs are for the one handler of exceptions.</summary>
    private static async ValueTask<object?> GuardAsync(
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next
    )
    {
        var http = context.HttpContext;
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            return await next(context);
        }
        catch (Exception fault)
            when (!http.Response.HasStarted
                && (
                    fault is WriteQueueFullException || StorageUnavailableException.IsCauseOf(fault)
                )
            )
        {
            await PortalProblem.WriteAsync(http, PortalProblem.Unavailable);
            return Results.Empty;
        }
        catch (BadHttpRequestException bad)
            when (!http.Response.HasStarted
                && bad.StatusCode == StatusCodes.Status413PayloadTooLarge
            )
        {
            await PortalProblem.WriteAsync(http, PortalProblem.TooLarge(PortalDoor.ImportLimit));
            return Results.Empty;
        }
    }
}
