using System.CommandLine;
using Microsoft.Extensions.Logging.Console;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting;

namespace VaultPortal.Cli;

/// <summary>What every command but <c>serve</c> goes through: the services on the data, beside whatever else uses it; then the answer.</summary>
internal static class CommandRun
{
    /// <summary>Sets what the command does.</summary>
    /// <param name="command">The command.</param>
    /// <param name="name">How others are told about this process while they wait for the data.</param>
    /// <param name="work">The work, with the services opened.</param>
    /// <param name="alone">It needs the data for itself: no server may run on it.</param>
    public static Command Does(
        this Command command,
        string name,
        Func<ParseResult, IServiceProvider, CancellationToken, Task<Result<CommandAnswer>>> work,
        bool alone = false
    )
    {
        command.SetAction(
            (parsed, cancellation) => RunAsync(parsed, name, alone, work, cancellation)
        );
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        string name,
        bool alone,
        Func<ParseResult, IServiceProvider, CancellationToken, Task<Result<CommandAnswer>>> work,
        CancellationToken cancellation
    )
    {
        try
        {
            await using var services = Services(parsed.GetValue(CommandLine.Data), name, alone);
            services.OpenData();
            return await AnswerAsync(parsed, await work(parsed, services, cancellation));
        }
        catch (Exception exception)
            when (exception
                    is StartRefusedException
                        or StorageUnavailableException
                        or WriteQueueFullException
                        or IOException
                        or UnauthorizedAccessException
                        or InvalidOperationException
                        or FormatException
            )
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return CommandLine.Failed;
        }
    }

    private static async Task<int> AnswerAsync(ParseResult parsed, Result<CommandAnswer> result)
    {
        if (result.Error is { } refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return CommandLine.Failed;
        }

        var answer = result.Value;
        await Console.Out.WriteLineAsync(
            parsed.GetValue(CommandLine.Json) ? answer.Json.ToJsonString() : answer.Text
        );
        if (answer.Remark is { } remark)
        {
            await Console.Error.WriteLineAsync(remark);
        }

        return answer.ExitCode;
    }

    private static ServiceProvider Services(string? data, string name, bool alone)
    {
        var configuration = new ConfigurationBuilder()
            .AddPortalSettings(data is null ? [] : ["--data", data])
            .Build();
        return new ServiceCollection()
            .AddLogging(logging =>
                logging
                    .SetMinimumLevel(LogLevel.Warning)
                    .AddSimpleConsole(console => console.SingleLine = true)
                    .Services.Configure<ConsoleLoggerOptions>(console =>
                        console.LogToStandardErrorThreshold = LogLevel.Trace
                    )
            )
            .AddVaultPortalCore(
                PortalOptions.Read(configuration) with
                {
                    Command = name,
                    Alone = alone,
                }
            )
            .BuildServiceProvider();
    }
}
