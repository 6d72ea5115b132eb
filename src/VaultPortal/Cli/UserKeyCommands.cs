using System.CommandLine;
using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Cli;

/// <summary><c>userkey register</c>: for machines that keep their own signing key.</summary>
internal static class UserKeyCommands
{
    private const int MostBytes = 64 << 10;

    private static readonly Option<string> Owner = new("--owner")
    {
        Description = "E-mail address or id of the account whose key it is",
        HelpName = "E",
        Required = true,
    };

    private static readonly Option<string> PublicKey = new("--public-key")
    {
        Description =
            "PEM file of the public signing key: Ed25519, RSA (2048 to 4096 bits) or P-256",
        HelpName = "FILE",
        Required = true,
    };

    public static Command Make() =>
        new("userkey", "Signing keys of users")
        {
            new Command("register", "Registers a public key, trusted, and prints its id")
            {
                Owner,
                PublicKey,
            }.Does("userkey-register", RegisterAsync),
        };

    private static async Task<Result<CommandAnswer>> RegisterAsync(
        ParseResult parsed,
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        var file = new FileInfo(parsed.GetRequiredValue(PublicKey));
        if (!file.Exists || file.Length > MostBytes)
        {
            return VaultError.Invalid(
                "/publicKey",
                $"There is no file {file.FullName} with a public key in it."
            );
        }

        var registered = await services
            .GetRequiredService<UserKeyPairService>()
            .RegisterByCommandAsync(
                Caller.Command(),
                parsed.GetRequiredValue(Owner),
                await File.ReadAllTextAsync(file.FullName, cancellation),
                cancellation
            );
        if (registered.Error is { } refused)
        {
            return refused;
        }

        var key = registered.Value.KeyPair;
        return new CommandAnswer(
            key.Id.ToString(),
            new JsonObject { ["id"] = key.Id.ToString(), ["fingerprint"] = key.Fingerprint }
        )
        {
            Remark = $"Fingerprint: {key.Fingerprint}",
        };
    }
}
