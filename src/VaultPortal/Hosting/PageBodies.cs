using Microsoft.AspNetCore.Http.Features;
using VaultPortal.Api.Shared;

namespace VaultPortal.Hosting;

/// <summary>Outside of the APIs bodies are small: forms of the account pages, and what a circuit asks before it is one.</summary>
public static class PageBodies
{
    private const string Apis = "/api";

    public static IApplicationBuilder UsePageBodyLimit(this IApplicationBuilder app)
    {
        // Every door has limits of its own; not all of them lie under one path.
        var doors = app.ApplicationServices.GetServices<ApiDoor>().ToArray();
        return app.UseWhen(
            context =>
                !context.Request.Path.StartsWithSegments(Apis)
                && !Array.Exists(doors, door => door.Covers(context.Request.Path)),
            branch => branch.Use(LimitAsync)
        );
    }

    private static Task LimitAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.ContentLength > HostLimits.PageBody)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return Task.CompletedTask;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = HostLimits.PageBody;
        }

        return next(http);
    }
}
