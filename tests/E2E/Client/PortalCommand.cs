using System.Diagnostics;
using System.Text.Json.Nodes;
using VaultPortal.Cli;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>The commands of the executable, on one data folder.</summary>
public sealed class PortalCommand(string folder)
{
    public const string Password = "correct horse battery staple 42";

    /// <summary>The console belongs to the process: one command at a time.</summary>
    private static readonly SemaphoreSlim Turn = new(1);

    /// <summary>The host's own output beside its static files; <c>VAULTPORTAL_HOST</c> overrides it.</summary>
    public static string HostAssembly { get; } =
        Environment.GetEnvironmentVariable("VAULTPORTAL_HOST") ?? FindHost();

    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        var dotnet =
            Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet"
                ? path
                : "dotnet";
        var start = new ProcessStartInfo(dotnet)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        // It pays for itself in long runs only.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.ArgumentList.Add(HostAssembly);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>Runs a command as a process of its own.</summary>
    public async Task<CommandResult> Run(string[] arguments, string? input = null)
    {
        var start = StartInfo(arguments);
        start.Environment["VAULTPORTAL_DATA"] = folder;
        using var process = Process.Start(start)!;
        if (input is not null)
        {
            await process.StandardInput.WriteLineAsync(input);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await errors);
    }

    /// <summary>
    /// Runs a command with <c>--json</c> that has to succeed: standard output is one JSON object and nothing else. It runs in this
    /// process, because starting one for each account of a test takes longer than the test; Commands/ tests the processes.
    /// </summary>
    public async Task<JsonObject> RunJson(string[] arguments, string? input = null)
    {
        var result = await RunHere([.. arguments, "--json", "--data", folder], input ?? "");
        return result.ExitCode == 0
            ? JsonNode.Parse(result.Output)!.AsObject()
            : throw new InvalidOperationException(
                $"{string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Output}{result.Errors}"
            );
    }

    private static async Task<CommandResult> RunHere(string[] arguments, string input)
    {
        await Turn.WaitAsync();
        var (usualOutput, usualErrors, usualInput) = (Console.Out, Console.Error, Console.In);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        using var given = new StringReader(input);
        try
        {
            Console.SetOut(output);
            Console.SetError(errors);
            Console.SetIn(given);
            var exitCode = await CommandLine.RunAsync(arguments);
            return new CommandResult(exitCode, output.ToString(), errors.ToString());
        }
        finally
        {
            Console.SetOut(usualOutput);
            Console.SetError(usualErrors);
            Console.SetIn(usualInput);
            Turn.Release();
        }
    }

    public async Task<string> CreateAccount(string email, string role = "Owner") =>
        (string)
            (
                await RunJson(
                    ["admin", "create", "--email", email, "--password-stdin", "--role", role],
                    Password
                )
            )["id"]!;

    public async Task<string> CreateApiKey(
        string ownerEmail,
        string permissions = "machine.all",
        params string[] more
    ) =>
        (string)
            (
                await RunJson([
                    "apikey",
                    "create",
                    "--owner",
                    ownerEmail,
                    "--name",
                    $"key {permissions}",
                    "--permissions",
                    permissions,
                    .. more,
                ])
            )["key"]!;

    private static string FindHost()
    {
        // …/bin/Release/net10.0/: the host was built in the same configuration.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent?.Name ?? "Release";
        return Path.Combine(
            Repository.Root,
            "src",
            "VaultPortal",
            "bin",
            configuration,
            "net10.0",
            "VaultPortal.dll"
        );
    }
}

public sealed record CommandResult(int ExitCode, string Output, string Errors);
