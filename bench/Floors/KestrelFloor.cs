using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VaultPortal.Bench.Load;

namespace VaultPortal.Bench.Floors;

/// <summary>How fast the web server answers <c>{"ok":true}</c> in a process of its own: no request can be faster.</summary>
internal static class KestrelFloor
{
    public const string Command = "kestrel-floor";

    public static async Task ServeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        var body = "{\"ok\":true}"u8.ToArray();
        app.Run(context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body).AsTask();
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await app.WaitForShutdownAsync();
    }

    public static double Measure(int connections, TimeSpan duration)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList = { typeof(KestrelFloor).Assembly.Location, Command },
        };
        using var server = Process.Start(start)!;
        try
        {
            var address = new Uri(server.StandardOutput.ReadLine()!);
            using var client = new LoadClient(address, connections);
            var request = RequestText.Build("GET", "/", "none");
            var source = new LazyRequests(() => request);
            client.Run(source, duration / 2, 200);
            return client.Run(source, duration, 200).PerSecond;
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    }
}
