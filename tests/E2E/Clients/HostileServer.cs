using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace VaultPortal.Tests.E2E.Clients;

/// <summary>
/// What a client must not trust: it passes everything on to the real host, and changes JSON answers on their way back as a test
/// wishes.
/// </summary>
public sealed class HostileServer : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly WebApplication _app;

    private HostileServer(Uri target)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = target,
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(PassOn);
    }

    /// <summary>Changes an answer; gets the path after the base and the body.</summary>
    public Func<string, JsonNode, JsonNode>? Tamper { get; set; }

    public Uri Address =>
        new(
            _app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Single()
        );

    public static async Task<HostileServer> StartAsync(Uri target)
    {
        var server = new HostileServer(target);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassOn(HttpContext context)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            context.Request.Path + context.Request.QueryString
        );
        if (context.Request.ContentType is { } mediaType)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        foreach (var name in (string[])["X-API-Key", "Idempotency-Key"])
        {
            if (context.Request.Headers.TryGetValue(name, out var value))
            {
                request.Headers.TryAddWithoutValidation(name, (string?)value);
            }
        }

        using var answer = await _http.SendAsync(request);
        context.Response.StatusCode = (int)answer.StatusCode;
        var body = await answer.Content.ReadAsByteArrayAsync();
        if (answer.IsSuccessStatusCode && Tamper is { } tamper && body is [(byte)'{', ..])
        {
            var path = context.Request.Path.Value!["/api/v1/machine/".Length..];
            body = System.Text.Encoding.UTF8.GetBytes(
                Client.Json.Text(tamper(path, JsonNode.Parse(body)!))
            );
        }

        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(body);
    }
}
