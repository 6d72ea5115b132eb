using System.CommandLine;
using System.CommandLine.Invocation;

namespace VaultPortal.Cli;

/// <summary>
/// The commands of the executable (DESIGN section 8). Each ends with 0, or with a plain message on standard error and another
/// code. With <c>--json</c> standard output holds one JSON object and nothing else.
/// </summary>
internal static class CommandLine
{
    public const int Failed = 1;

    public static readonly Option<string?> Data = new("--data")
    {
        Description = "The folder of the data; else VAULTPORTAL_DATA, else ./data",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "One JSON object on standard output, nothing else",
        Recursive = true,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Commands(args).Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            await Console.Error.WriteLineAsync("--help says what there is.");
            return Failed;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // The server ends by its own rules; a command is one transaction and can end anywhere.
                ProcessTerminationTimeout = null,
            }
        );
    }

    private static RootCommand Commands(string[] args)
    {
        var root = new RootCommand("VaultPortal: a self-hosted secrets vault")
        {
            Data,
            Json,
            ServeCommand.Make(args),
            AdminCommands.Make(),
            AgentCommands.Make(),
            ApiKeyCommands.Make(),
            UserKeyCommands.Make(),
        };
        ServeCommand.MakeDefault(root, args);
        return root;
    }
}
