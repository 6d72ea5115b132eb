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
        var faults = Faults(parsed);
        if (faults.Count > 0)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, faults));
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

    /// <summary>What is wrong with the line. Words that nothing knows are settings for the server, and faults for every other command.</summary>
    private static List<string> Faults(ParseResult parsed)
    {
        var faults = new List<string>();
        if (parsed.CommandResult.Command.TreatUnmatchedTokensAsErrors)
        {
            faults.AddRange(
                parsed.UnmatchedTokens.Select(token => $"'{token}' is not known here.")
            );
        }

        if (parsed.Action is ParseErrorAction)
        {
            faults.AddRange(parsed.Errors.Select(error => error.Message));
        }

        return faults;
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
            AuditCommands.MakeVerify(),
            KeysCommands.Make(),
            DemoCommands.Make(),
        };
        ServeCommand.MakeDefault(root, args);
        return root;
    }
}
