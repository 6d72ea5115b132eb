using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace VaultPortal.Tests.Unit.Notifications;

/// <summary>A real web server on this machine that takes messages and answers what a test says.</summary>
internal sealed class HttpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedMessage> Received { get; } = new();

    /// <summary>What is answered; 204 unless a test says otherwise.</summary>
    public Func<HttpContext, Task> Answer { get; set; } =
        http =>
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        };

    public string Address => _app.Urls.Single();

    public int Port => new Uri(Address).Port;

    public static async Task<HttpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new HttpReceiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public void AnswerWith(int status) =>
        Answer = http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        };

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Received.Enqueue(
            new ReceivedMessage(
                http.Request.Method,
                http.Request.Path + http.Request.QueryString,
                http.Request.Headers.ToDictionary(
                    header => header.Key,
                    header => header.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                ),
                body.ToArray()
            )
        );
        await Answer(http);
    }
}

internal sealed record ReceivedMessage(
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Body
)
{
    public string Id => Headers["webhook-id"];

    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    /// <summary>Whether it is signed with this secret, computed as a receiver does.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] signed =
        [
            .. System.Text.Encoding.UTF8.GetBytes($"{Id}.{Headers["webhook-timestamp"]}."),
            .. Body,
        ];
        var mac = System.Security.Cryptography.HMACSHA256.HashData(key, signed);
        return Headers["webhook-signature"] == "v1," + Convert.ToBase64String(mac);
    }
}
