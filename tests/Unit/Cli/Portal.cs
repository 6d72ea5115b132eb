using System.Diagnostics;
using System.Text.Json.Nodes;
using Shouldly;

namespace VaultPortal.Tests.Unit.Cli;

/// <summary>The real executable on a data folder of its own.</summary>
public sealed class Portal : IDisposable
{
    public const string Password = "correct horse battery staple 42";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Folder { get; } = Directory.CreateTempSubdirectory("vaultportal-test-").FullName;

    public async Task<Ended> RunAsync(string[] arguments, string? input = null)
    {
        using var process = Start(arguments);
        if (input is not null)
        {
            await process.StandardInput.WriteLineAsync(input);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return new Ended(process.ExitCode, await output, await errors);
    }

    /// <summary>A command with <c>--json</c> that has to succeed: its standard output is one object, on one line.</summary>
    public async Task<JsonObject> JsonAsync(string[] arguments, string? input = null)
    {
        var ended = await RunAsync([.. arguments, "--json"], input);
        ended.Code.ShouldBe(0, ended.Errors);
        ended.Output.Trim().ShouldNotContain("\n");
        return JsonNode.Parse(ended.Output)!.AsObject();
    }

    public Task<JsonObject> CreateAdminAsync(string email = "ada@example.org") =>
        JsonAsync(["admin", "create", "--email", email, "--password-stdin"], Password);

    /// <summary>Starts a process; whoever does ends it.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["VAULTPORTAL_DATA"] = Path.Combine(Folder, "data");
        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

public sealed record Ended(int Code, string Output, string Errors);
