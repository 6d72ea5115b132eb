using VaultPortal.Api.Shared;
using VaultPortal.Components;
using VaultPortal.Components.Shared;
using VaultPortal.Hosting.Sessions;

namespace VaultPortal.Hosting;

/// <summary>The pages and what they need.</summary>
public static class PortalPages
{
    private const int LargestMessage = 32 << 10;

    public static IServiceCollection AddPortalPages(this IServiceCollection services)
    {
        services
            .AddRazorComponents()
            .AddInteractiveServerComponents(circuits =>
            {
                // A page whose line was cut comes back within this time, or is loaded again. All of it is memory.
                circuits.DisconnectedCircuitMaxRetained = 100;
                circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
                circuits.JSInteropDefaultCallTimeout = TimeSpan.FromSeconds(20);
                circuits.MaxBufferedUnacknowledgedRenderBatches = 10;
                // Nothing asks for a circuit's state once it is gone.
                circuits.PersistedCircuitInMemoryMaxRetained = 0;
            })
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = LargestMessage);
        services.AddScoped<BrowserZone>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "vaultportal-antiforgery";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // Ours says more (SecurityHeaders).
            options.SuppressXFrameOptionsHeader = true;
        });
        return services;
    }

    /// <summary>The line of a circuit is open to pages of this portal with a session only, and closes with it.</summary>
    public static IApplicationBuilder UseOpenCircuits(this WebApplication app)
    {
        var circuits = app.Services.GetRequiredService<OpenCircuits>();
        return app.UseWhen(
            context => context.Request.Path.StartsWithSegments(CircuitDoor.Path),
            branch => branch.Use(CircuitDoor.InvokeAsync).Use(circuits.InvokeAsync)
        );
    }

    /// <summary>
    /// An answer without a body: a page for browsers that found nothing, RFC 9457 for everybody else. Under a door that door answers.
    /// </summary>
    public static void UseStatusPages(this WebApplication app)
    {
        var doors = app.Services.GetServices<ApiDoor>().ToArray();
        bool IsDoor(HttpContext http) =>
            Array.Exists(doors, door => door.Covers(http.Request.Path));
        app.UseWhen(
            context => !IsDoor(context),
            branch =>
                branch.UseStatusCodePages(context =>
                {
                    var http = context.HttpContext;
                    var id = http.TraceIdentifier;
                    return ProblemWriter.WriteAsync(http, http.Response.StatusCode, id);
                })
        );
        app.UseWhen(
            context => !IsDoor(context) && ProblemWriter.WantsPage(context),
            branch => branch.UseStatusCodePagesWithReExecute("/not-found")
        );
    }

    public static void MapPortalPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        // For the page itself, when its line was cut: is there still a session?
        app.MapGet(
                "/session",
                (HttpContext http) =>
                    http.User.Identity?.IsAuthenticated == true
                        ? Results.NoContent()
                        : Results.Unauthorized()
            )
            .AllowAnonymous();
        // The policy of frames stands in SecurityHeaders; a second header would only repeat it.
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options =>
                options.ContentSecurityFrameAncestorsPolicy = null
            );
    }
}
