using System.CommandLine;
using System.Text.Json.Nodes;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Porting;
using VaultPortal.Core.Storage;

namespace VaultPortal.Cli;

/// <summary><c>demo seed</c>.</summary>
internal static class DemoCommands
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static Command Make() =>
        new("demo", "Something to look at")
        {
            new Command(
                "seed",
                "Makes a demo owner with keys, the documentation's examples, 200 items and 60 secrets; needs the server stopped"
            ).Does("demo-seed", SeedAsync, alone: true),
        };

    private static async Task<Result<CommandAnswer>> SeedAsync(
        ParseResult parsed,
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        var seeded = await services
            .GetRequiredService<DemoSeed>()
            .SeedAsync(Caller.Command(), cancellation);
        if (seeded.Error is { } refused)
        {
            return refused;
        }

        var secrets = await services
            .GetRequiredService<DemoSecrets>()
            .SeedAsync(Caller.Command(), cancellation);
        if (secrets.Error is { } unmade)
        {
            return unmade;
        }

        var demo = seeded.Value;
        var folder = Path.Combine(services.GetRequiredService<DataDirectory>().Root, "demo");
        CreatePrivate(folder);
        var keyFile = Path.Combine(folder, "signing-key.pem");
        var encryptionKeyFile = Path.Combine(folder, "encryption-key.pem");
        var dekFile = Path.Combine(folder, "data-key.base64");
        await WriteAsync(keyFile, demo.SigningKey.ExportPkcs8Pem(), cancellation);
        await WriteAsync(encryptionKeyFile, demo.EncryptionKey.ExportPkcs8Pem(), cancellation);
        await WriteAsync(dekFile, Convert.ToBase64String(demo.Dek), cancellation);
        return new CommandAnswer(
            $"""
            Demo owner  {DemoSeed.Email}
            Password    {demo.Password}
            Passphrase  {demo.Passphrase} (unlocks the key pair in the browser)
            API key     {demo.ApiKey}
            Signer      {demo.SignerId}, private keys in {keyFile} and {encryptionKeyFile}
            Data key    {dekFile} (version 3)
            """,
            new JsonObject
            {
                ["owner"] = demo.OwnerId.ToString(),
                ["email"] = DemoSeed.Email,
                ["password"] = demo.Password,
                ["passphrase"] = demo.Passphrase,
                ["apiKey"] = demo.ApiKey,
                ["signerUserKeyPairId"] = demo.SignerId.ToString(),
                ["keyFile"] = keyFile,
                ["encryptionKeyFile"] = encryptionKeyFile,
                ["dataKeyFile"] = dekFile,
            }
        );
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, Private | UnixFileMode.UserExecute);
        }
    }

    private static async Task WriteAsync(string path, string text, CancellationToken cancellation)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Private;
        }

        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), cancellation);
    }
}
