using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace VaultPortal.Tests.Unit.Api.OpenApi;

/// <summary>The routes that an API's table maps, without a host: what would serve them is never called.</summary>
internal sealed class MappedRoutes : IEndpointRouteBuilder, IServiceProvider
{
    public IServiceProvider ServiceProvider => this;

    public ICollection<EndpointDataSource> DataSources { get; } = [];

    public IApplicationBuilder CreateApplicationBuilder() => throw new NotSupportedException();

    public object? GetService(Type serviceType) =>
        serviceType.IsAbstract || serviceType.IsInterface
            ? null
            : RuntimeHelpers.GetUninitializedObject(serviceType);

    /// <summary>Method and path of each route.</summary>
    public static IReadOnlyList<string> Of(Action<IEndpointRouteBuilder> map)
    {
        var routes = new MappedRoutes();
        map(routes);
        return
        [
            .. from source in routes.DataSources
            from endpoint in source.Endpoints.OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            select $"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}",
        ];
    }
}
