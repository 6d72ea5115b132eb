using System.Diagnostics;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Commands;

/// <summary>The example that the README tells its reader to run.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task First_update_makes_adds_updates_and_deletes()
    {
        var folder = Directory.CreateTempSubdirectory("vaultportal-example-").FullName;
        var demo = await new PortalCommand(folder).RunJson(["demo", "seed"]);
        await using var process = await PortalProcess.StartAsync(folder: folder);
        var start = new ProcessStartInfo(
            Node(),
            [
                Path.Combine(Repository.Root, "docs", "examples", "first-update.mjs"),
                "--key",
                (string)demo["apiKey"]!,
                "--signer",
                (string)demo["signerUserKeyPairId"]!,
                "--private-key",
                (string)demo["keyFile"]!,
                "--url",
                process.Address.ToString().TrimEnd('/'),
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();

        node.ExitCode.ShouldBe(0, output + await errors);
        output.ShouldContain("Production Database: detail version 4, 1 field");
    }

    /// <summary>The one that the browser driver brings along, so that the test needs none on the machine.</summary>
    private static string Node() =>
        Path.Combine(AppContext.BaseDirectory, ".playwright", "node", "linux-x64", "node");
}
