using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Cli;

/// <summary><c>admin create</c> and <c>admin unlock</c>.</summary>
internal static class AdminCommands
{
    private static readonly Option<string> Email = new("--email")
    {
        Description = "The address to sign in with",
        HelpName = "E",
        Required = true,
    };

    private static readonly Option<bool> PasswordStdin = new("--password-stdin")
    {
        Description =
            "Read the password from the first line of standard input; else it is asked for",
    };

    private static readonly Option<Role> AccountRole = new("--role")
    {
        Description = "Owner, Administrator or Auditor",
        DefaultValueFactory = _ => Role.Owner,
    };

    public static Command Make() =>
        new("admin", "Accounts of people")
        {
            new Command("create", "Makes an account and prints its id")
            {
                Email,
                PasswordStdin,
                AccountRole,
            }.Does("admin-create", CreateAsync),
            new Command("unlock", "Ends the lock that failed sign-ins have set on an account")
            {
                Email,
            }.Does("admin-unlock", UnlockAsync),
        };

    private static async Task<Result<CommandAnswer>> CreateAsync(
        ParseResult parsed,
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        var password = parsed.GetValue(PasswordStdin)
            ? await Console.In.ReadLineAsync(cancellation)
            : Ask();
        if (password is null)
        {
            return VaultError.Invalid(
                "/password",
                "There is no password: give it with --password-stdin, or type it at a terminal."
            );
        }

        var made = await services
            .GetRequiredService<AccountService>()
            .CreateAsync(
                Caller.Command(),
                new NewAccount(
                    parsed.GetRequiredValue(Email),
                    password,
                    parsed.GetValue(AccountRole)
                ),
                cancellation
            );
        return made.Error is { } refused
            ? refused
            : new CommandAnswer(
                made.Value.ToString(),
                new JsonObject { ["id"] = made.Value.ToString() }
            );
    }

    private static async Task<Result<CommandAnswer>> UnlockAsync(
        ParseResult parsed,
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        var done = await services
            .GetRequiredService<AccountService>()
            .UnlockAsync(Caller.Command(), parsed.GetRequiredValue(Email), cancellation);
        return done.Error is { } refused
            ? refused
            : new CommandAnswer(
                done.Value.ToString(),
                new JsonObject { ["id"] = done.Value.ToString() }
            );
    }

    /// <summary>Asks at the terminal, without showing what is typed; null where there is none.</summary>
    private static string? Ask()
    {
        if (Console.IsInputRedirected)
        {
            return null;
        }

        Console.Error.Write("Password: ");
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
