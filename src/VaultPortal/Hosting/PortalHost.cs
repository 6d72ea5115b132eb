using VaultPortal.Api.Docs.OpenApi;
using VaultPortal.Api.Machine;
using VaultPortal.Api.Management;
using VaultPortal.Api.Portal;
using VaultPortal.Api.Secrets;
using VaultPortal.Api.Shared;
using VaultPortal.Api.WellKnown;
using VaultPortal.Api.Workflows;
using VaultPortal.Background;
using VaultPortal.Core.Access;
using VaultPortal.Hosting.DataProtection;
using VaultPortal.Hosting.Sessions;

namespace VaultPortal.Hosting;

/// <summary>The server, put together: what it is made of, and what lies at which path.</summary>
public static class PortalHost
{
    /// <exception cref="Core.Storage.StartRefusedException">The data cannot be opened; the message says why and what to do.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
        );
        builder.UsePortalConfiguration(args);
        builder.WebHost.UseStaticWebAssets();

        var sessions = builder.Configuration.GetSection("Sessions").Get<SessionLengths>() ?? new();
        builder.Services.AddVaultPortalCore(PortalOptions.Read(builder.Configuration), sessions);
        builder.Services.AddSingleton(HostLimits.Read(builder.Configuration));
        builder.Services.AddSealedDataProtection();
        builder.Services.AddPortalSessions(sessions);
        builder.Services.AddPortalPages();
        builder.Services.AddMachineApi();
        builder.Services.AddSecretsApi();
        builder.Services.AddPortalApi();
        builder.Services.AddSealedApi();
        builder.Services.AddManagementApi();
        builder.Services.AddWorkflowsApi();
        builder.Services.AddSingleton<PublicAddress>();
        builder.Services.AddExceptionHandler<ProblemWriter>();
        builder.Services.AddSingleton<DiskRoom>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHostedService<SetupAnnouncement>();
        builder.Services.AddHostedService<LazyWrites>();
        builder.Services.AddHostedService<ExpirySweeper>();

        var app = builder.Build();
        app.Services.OpenData();
        app.UseTrustedProxies();
        app.UseSecurityHeaders();
        app.UsePageBodyLimit();
        app.UseExceptionHandler(_ => { });
        app.UseStatusPages();
        app.UseDoors();
        // After the pages of statuses, which look for their own page anew, and the doors, which answer for routing too.
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseOpenCircuits();
        app.UseAntiforgery();

        app.MapHealth();
        app.MapMachineApi();
        app.MapSecretsApi();
        app.MapPortalApi();
        app.MapSealedApi();
        app.MapManagementApi();
        app.MapWorkflowsApi();
        app.MapWellKnown();
        app.MapOpenApi();
        app.MapPortalPages();
        return app;
    }
}
