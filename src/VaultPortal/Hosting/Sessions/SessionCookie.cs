using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using VaultPortal.Background;
using VaultPortal.Core.Access;

namespace VaultPortal.Hosting.Sessions;

/// <summary>The cookie of the portal, and the look at its session on each request.</summary>
public static class SessionCookie
{
    public const string Scheme = "Portal";
    private const string Name = "vaultportal";

    public static IServiceCollection AddPortalSessions(
        this IServiceCollection services,
        SessionLengths sessions
    )
    {
        services
            .AddAuthentication(Scheme)
            .AddCookie(
                Scheme,
                options =>
                {
                    options.Cookie.Name = Name;
                    options.Cookie.HttpOnly = true;
                    options.Cookie.SameSite = SameSiteMode.Strict;
                    options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                    options.CookieManager = new HostPrefixCookies();
                    options.ExpireTimeSpan = sessions.Longest;
                    options.SlidingExpiration = false;
                    options.LoginPath = "/sign-in";
                    options.AccessDeniedPath = "/not-found";
                    options.ReturnUrlParameter = "returnTo";
                    options.Events.OnValidatePrincipal = Validate;
                }
            );
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddScoped<CallerFactory>();
        services.AddSingleton<OpenCircuits>();
        services.AddHostedService<SessionWatch>();
        return services;
    }

    private static async Task Validate(CookieValidatePrincipalContext context)
    {
        var lookup = context.HttpContext.RequestServices.GetRequiredService<SessionLookup>();
        if (
            context.Principal is { } kept
            && PortalClaims.TryRead(kept, out var accountId, out var token)
            && lookup.Find(accountId, token) is { } session
        )
        {
            context.ReplacePrincipal(
                PortalClaims.ForRequest(
                    session,
                    token,
                    context.HttpContext.Connection.RemoteIpAddress
                )
            );
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Scheme);
    }
}
