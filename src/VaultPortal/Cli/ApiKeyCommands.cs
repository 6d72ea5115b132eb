using System.CommandLine;
using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Cli;

/// <summary><c>apikey create</c> and <c>apikey revoke</c>.</summary>
internal static class ApiKeyCommands
{
    private static readonly Option<string> Owner = new("--owner")
    {
        Description =
            "E-mail address or id of the account that the key acts for, or whose agent it is",
        HelpName = "E",
        Required = true,
    };

    private static readonly Option<string> Name = new("--name")
    {
        Description = "What it is called",
        HelpName = "N",
        Required = true,
    };

    private static readonly Option<string?> Permissions = new("--permissions")
    {
        Description =
            "Separated by commas, e.g. machine.vault.read,machine.search.all; with --format ik all of secrets.* when left out",
        HelpName = "P,Q",
    };

    private static readonly Option<string> Format = new("--format")
    {
        Description = "rk: for every API of this portal; ik: for environment secrets only",
        HelpName = "rk|ik",
        DefaultValueFactory = _ => "rk",
    };

    private static readonly Option<ApiKeyScope?> Scope = new("--scope")
    {
        Description = "USER, TENANT, ORG or AGENT; else AGENT with --agent, USER without",
    };

    private static readonly Option<string?> Agent = new("--agent")
    {
        Description = "Id of the agent that it acts for",
        HelpName = "ID",
    };

    private static readonly Option<TimeSpan?> Expires = new("--expires")
    {
        Description = "When it ends by itself: 12h, 90d, 4w, 1y; else never",
        HelpName = "90d",
        CustomParser = Lifetime.Parse,
    };

    private static readonly Option<string[]> Allow = new("--allow")
    {
        Description = "Networks or addresses it may be used from; else all",
        HelpName = "CIDR",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Argument<string> Id = new("ID")
    {
        Description = "Its id: 24 hexadecimal digits, as create and the page API keys show it",
    };

    static ApiKeyCommands() => Format.AcceptOnlyFromAmong("rk", "ik");

    public static Command Make()
    {
        var create = new Command("create", "Makes a key and prints it, this once")
        {
            Owner,
            Name,
            Permissions,
            Format,
            Scope,
            Agent,
            Expires,
            Allow,
        };
        create.Validators.Add(result =>
        {
            if (result.GetValue(Permissions) is null && result.GetValue(Format) != "ik")
            {
                result.AddError("Option '--permissions' is required, unless --format is ik.");
            }
        });
        return new("apikey", "Keys of machines")
        {
            create.Does("apikey-create", CreateAsync),
            new Command("revoke", "Ends a key at once") { Id }.Does("apikey-revoke", RevokeAsync),
        };
    }

    private static async Task<Result<CommandAnswer>> RevokeAsync(
        ParseResult parsed,
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        if (!PublicId.TryParse(parsed.GetRequiredValue(Id), out var id))
        {
            return VaultError.Invalid("/id", "An id is 24 lower-case hexadecimal digits.");
        }

        var done = await services
            .GetRequiredService<ApiKeyService>()
            .RevokeAsync(Caller.Command(), id, cancellation: cancellation);
        return done.Error is { } refused
            ? refused
            : new CommandAnswer(id.ToString(), new JsonObject { ["id"] = id.ToString() });
    }

    private static async Task<Result<CommandAnswer>> CreateAsync(
        ParseResult parsed,
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        PublicId? agentId = null;
        if (parsed.GetValue(Agent) is { } text)
        {
            if (!PublicId.TryParse(text, out var id))
            {
                return VaultError.Invalid("/agent", "An id is 24 lower-case hexadecimal digits.");
            }

            agentId = id;
        }

        var made = await services
            .GetRequiredService<ApiKeyService>()
            .CreateAsync(Caller.Command(), Wanted(parsed, services, agentId), cancellation);
        return made.Error is { } refused
            ? refused
            : new CommandAnswer(
                made.Value.Key,
                new JsonObject { ["id"] = made.Value.Id.ToString(), ["key"] = made.Value.Key }
            )
            {
                Remark = "Keep the key now: it is not shown again.",
            };
    }

    private static NewApiKey Wanted(
        ParseResult parsed,
        IServiceProvider services,
        PublicId? agentId
    ) =>
        new()
        {
            Owner = parsed.GetRequiredValue(Owner),
            Name = parsed.GetRequiredValue(Name),
            Permissions = (parsed.GetValue(Permissions) ?? "").Split(
                ',',
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            ),
            Format = parsed.GetValue(Format) == "ik" ? ApiKeyFormat.Secrets : ApiKeyFormat.Portal,
            Scope =
                parsed.GetValue(Scope) ?? (agentId is null ? ApiKeyScope.User : ApiKeyScope.Agent),
            AgentId = agentId,
            ExpiresAt = parsed.GetValue(Expires) is { } lifetime
                ? services.GetRequiredService<TimeProvider>().GetUtcNow() + lifetime
                : null,
            AllowList = parsed.GetValue(Allow) ?? [],
        };
}
