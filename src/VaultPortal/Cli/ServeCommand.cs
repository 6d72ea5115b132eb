using System.CommandLine;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting;

namespace VaultPortal.Cli;

/// <summary><c>serve</c>, which is also what happens without a command. Every setting can be given as <c>--Section:Name value</c>.</summary>
internal static class ServeCommand
{
    private const string Name = "serve";

    private static readonly Option<string?> Urls = new("--urls")
    {
        Description =
            $"Where to listen; else VAULTPORTAL_URLS, else {PortalConfiguration.DefaultUrl}",
        HelpName = "URL",
    };

    public static Command Make(string[] args)
    {
        var command = new Command(Name, "Serves the portal and the APIs; the default") { Urls };
        Serve(command, args);
        return command;
    }

    public static void MakeDefault(RootCommand root, string[] args)
    {
        root.Options.Add(Urls);
        Serve(root, args);
    }

    private static void Serve(Command command, string[] args)
    {
        command.TreatUnmatchedTokensAsErrors = false;
        command.Validators.Add(result =>
        {
            // Settings are not known here, but a mistyped command must not start a server.
            if (args.FirstOrDefault(arg => arg != Name) is { } first && !first.StartsWith('-'))
            {
                result.AddError($"There is no command '{first}'.");
            }
        });
        command.SetAction((_, _) => RunAsync([.. args.SkipWhile(arg => arg == Name)]));
    }

    private static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = PortalHost.Build(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception refused)
            when (refused
                    is StartRefusedException
                        or IOException
                        or InvalidOperationException
                        or FormatException
                        or ArgumentException
            )
        {
            // A port that is taken, an address or a setting that cannot be read: a sentence, not a stack.
            await Console.Error.WriteLineAsync(refused.Message);
            return CommandLine.Failed;
        }
    }
}
