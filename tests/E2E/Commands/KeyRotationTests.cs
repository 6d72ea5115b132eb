using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Api;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Commands;

/// <summary>
/// Keys are rotated beside a server that reads and writes, and the commands are killed at random moments: no read fails, nothing
/// acknowledged is lost, and in the end everything is of the new keys.
/// </summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    private const int Kills = 10;
    private const int Workers = 4;
    private const int Filling = 1_500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private PortalProcess _process = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _process = await PortalProcess.StartAsync();
        await _process.Commands.CreateAccount(Portal.OwnerEmail);
        _http = new HttpClient { BaseAddress = _process.Address };
        _http.DefaultRequestHeaders.Add(
            "X-API-Key",
            await _process.Commands.CreateApiKey(Portal.OwnerEmail, "secrets.all")
        );
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    [Fact]
    public async Task Rotations_killed_at_random_moments_lose_nothing_and_fail_no_read()
    {
        var random = new Random(20_261_121);
        await Fill();
        var workers = Enumerable.Range(0, Workers).Select(i => new Worker(_http, i)).ToArray();
        using var stop = new CancellationTokenSource();
        var working = workers.Select(worker => worker.WorkAsync(stop.Token)).ToArray();

        for (var kill = 0; kill < Kills; kill++)
        {
            using var command = Start("keys", kill % 2 == 0 ? "rotate-data" : "rotate-master");
            // Progress of the server is the clock: the same seed kills after as many writes.
            var enough = workers.Sum(worker => worker.Written) + random.Next(5, 400);
            var began = Stopwatch.StartNew();
            while (workers.Sum(worker => worker.Written) < enough && !command.HasExited)
            {
                working.ShouldAllBe(task => !task.IsFaulted);
                began.Elapsed.ShouldBeLessThan(Patience);
                await Task.Delay(10);
            }

            command.Kill();
            await command.WaitForExitAsync();
        }

        (await _process.Commands.Run(["keys", "rotate-master"])).ShouldBeDone();
        (await _process.Commands.Run(["keys", "rotate-data"])).ShouldBeDone();
        var swept = await _process.Commands.RunJson(["keys", "rotate-data", "--resume"]);
        ((int)swept["older"]!).ShouldBe(0);
        await stop.CancelAsync();
        await Task.WhenAll(working);
        _process.Kill();
        await _process.StartAgainAsync();

        foreach (var worker in workers)
        {
            await worker.Check();
        }

        for (var i = 0; i < Filling; i += 50)
        {
            (await Value($"FILL_{i}")).ShouldBe($"filling {i}");
        }

        var status = await _process.Commands.RunJson(["keys", "status"]);
        status["rotation"].ShouldBeNull();
        ((string?)status["masterKey"]!["next"]).ShouldBeNull();
        (await _process.Commands.Run(["verify-audit"])).ShouldBeDone();
    }

    [Fact]
    public async Task Warning_about_the_master_key_is_said_by_the_server_and_by_status_alone()
    {
        const string Warning = "lies beside the database";

        (await _process.Commands.Run(["verify-audit"])).Errors.ShouldNotContain(Warning);
        (await _process.Commands.Run(["keys", "status"])).Errors.ShouldContain(Warning);
        _process.Log.ShouldContain(Warning);
    }

    [Fact]
    public async Task Signing_key_rotated_beside_the_server_is_used_by_it()
    {
        var before = await TokenKey();

        var change = await _process.Commands.RunJson(["keys", "rotate-signing"]);

        ((string?)change["before"]).ShouldBe(before);
        var began = Stopwatch.StartNew();
        while (await TokenKey() != (string?)change["now"])
        {
            began.Elapsed.ShouldBeLessThan(Patience);
        }

        var keys = (await _http.GetFromJsonAsync<JsonObject>("/.well-known/jwks.json"))!["keys"]!
            .AsArray()
            .Select(key => (string)key!["kid"]!)
            .ToList();
        keys.ShouldBe([before, (string)change["now"]!], ignoreOrder: true);
    }

    /// <summary>The <c>kid</c> of a token that is issued now.</summary>
    private async Task<string> TokenKey()
    {
        using var answer = await _http.PostAsJsonAsync(
            "/api/auth/admin/sessions",
            new { username = Portal.OwnerEmail, password = PortalCommand.Password }
        );
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var token = (string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["accessToken"]!;
        var header = token[..token.IndexOf('.', StringComparison.Ordinal)]
            .Replace('-', '+')
            .Replace('_', '/');
        header += new string('=', (4 - header.Length % 4) % 4);
        return (string)JsonNode.Parse(Convert.FromBase64String(header))!["kid"]!;
    }

    private async Task Fill()
    {
        var secrets = Enumerable
            .Range(0, Filling)
            .Select(i => new { key = $"FILL_{i}", value = $"filling {i}" });
        using var answer = await _http.PostAsJsonAsync("/api/secrets/-/import", new { secrets });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string?> Value(string key) =>
        (string?)(await _http.GetFromJsonAsync<JsonObject>($"/api/secrets/{key}"))!["value"];

    private Process Start(params string[] arguments)
    {
        var start = PortalCommand.StartInfo(arguments);
        start.Environment["VAULTPORTAL_DATA"] = _process.Folder;
        var command = Process.Start(start)!;
        command.StandardInput.Close();
        command.OutputDataReceived += (_, _) => { };
        command.ErrorDataReceived += (_, _) => { };
        command.BeginOutputReadLine();
        command.BeginErrorReadLine();
        return command;
    }

    /// <summary>Writes one secret again and again, and reads after each write what was acknowledged.</summary>
    private sealed class Worker(HttpClient http, int number)
    {
        private readonly string _key = $"WORKER_{number}";
        private volatile int _written;

        public int Written => _written;

        public async Task WorkAsync(CancellationToken stop)
        {
            using (
                var made = await http.PostAsJsonAsync(
                    "/api/secrets",
                    new { key = _key, value = "value 0" },
                    CancellationToken.None
                )
            )
            {
                made.StatusCode.ShouldBe(HttpStatusCode.Created);
            }

            while (!stop.IsCancellationRequested)
            {
                using var put = await http.PutAsJsonAsync(
                    $"/api/secrets/{_key}",
                    new { value = $"value {_written + 1}" },
                    CancellationToken.None
                );
                put.StatusCode.ShouldBe(HttpStatusCode.OK);
                _written++;
                await Check();
            }
        }

        public async Task Check()
        {
            using var answer = await http.GetAsync(
                new Uri($"/api/secrets/{_key}", UriKind.Relative)
            );
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            var value = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["value"];
            ((string?)value).ShouldBe($"value {_written}");
        }
    }
}

internal static class CommandResults
{
    public static void ShouldBeDone(this CommandResult result) =>
        result.ExitCode.ShouldBe(0, result.Output + result.Errors);
}
