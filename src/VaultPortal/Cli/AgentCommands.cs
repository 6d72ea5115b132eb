using System.CommandLine;
using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Cli;

/// <summary><c>agent create</c>.</summary>
internal static class AgentCommands
{
    private static readonly Option<string> Owner = new("--owner")
    {
        Description = "E-mail address or id of the account that answers for it",
        HelpName = "E",
        Required = true,
    };

    private static readonly Option<string> Name = new("--name")
    {
        Description = "What it is called",
        HelpName = "N",
        Required = true,
    };

    public static Command Make() =>
        new("agent", "Machines that act for themselves")
        {
            new Command("create", "Makes an agent and prints its id") { Owner, Name }.Does(
                "agent-create",
                CreateAsync
            ),
        };

    private static async Task<Result<CommandAnswer>> CreateAsync(
        ParseResult parsed,
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        var made = await services
            .GetRequiredService<AgentService>()
            .CreateAsync(
                Caller.Command(),
                new NewAgent(parsed.GetRequiredValue(Name), parsed.GetRequiredValue(Owner)),
                cancellation
            );
        return made.Error is { } refused
            ? refused
            : new CommandAnswer(
                made.Value.Id.ToString(),
                new JsonObject { ["id"] = made.Value.Id.ToString() }
            );
    }
}
