using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>The real host as a process of its own, on a folder of its own, on a free port of the loopback address.</summary>
public sealed class PortalProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private readonly StringBuilder _log = new();
    private readonly Dictionary<string, string> _settings;
    private Process? _process;

    private PortalProcess(string folder, Dictionary<string, string> settings)
    {
        (Folder, _settings) = (folder, settings);
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        Commands = new PortalCommand(folder);
    }

    public string Folder { get; }

    public Uri Address { get; }

    public PortalCommand Commands { get; }

    public int Id => _process!.Id;

    /// <summary>Everything that the server wrote to its console since its first start.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    public static async Task<PortalProcess> StartAsync(
        Dictionary<string, string>? settings = null,
        string? folder = null
    )
    {
        var portal = new PortalProcess(
            folder ?? Directory.CreateTempSubdirectory("vaultportal-").FullName,
            settings ?? new() { ["VAULTPORTAL__RateLimit__PerKey"] = "1000000" }
        );
        await portal.StartAgainAsync();
        return portal;
    }

    public async Task StartAgainAsync()
    {
        var start = PortalCommand.StartInfo(
            "serve",
            "--data",
            Folder,
            "--urls",
            Address.ToString().TrimEnd('/')
        );
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
        await WaitUntilReadyAsync();
    }

    /// <summary>SIGKILL: nothing is flushed, nothing is said.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            Kill();
        }

        for (var attempt = 0; Directory.Exists(Folder) && attempt < 5; attempt++)
        {
            try
            {
                Directory.Delete(Folder, recursive: true);
            }
            catch (IOException)
            {
                await Task.Yield();
            }
        }
    }

    private async Task WaitUntilReadyAsync()
    {
        var began = Stopwatch.StartNew();
        while (began.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (_process!.HasExited)
            {
                throw new InvalidOperationException(
                    $"The server ended with {_process.ExitCode}.\n{Log}"
                );
            }

            try
            {
                using var answer = await Http.GetAsync(new Uri(Address, "/health/ready"));
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet: that is what is waited for.
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"The server was not ready in time.\n{Log}");
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.AppendLine(line.Data);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
