using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Api;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Commands;

/// <summary>What must never be written down is searched for in everything that was.</summary>
public sealed class CanaryTests
{
    private const string Canary = "canary-4711-plain-text";

    [Fact]
    public async Task Secrets_are_in_no_log_and_no_file()
    {
        await using var process = await PortalProcess.StartAsync(
            new()
            {
                ["VAULTPORTAL__RateLimit__PerKey"] = "1000",
                ["VAULTPORTAL__Logging__LogLevel__Default"] = "Trace",
            }
        );
        var id = await process.Commands.CreateAccount(Portal.OwnerEmail);
        var key = await process.Commands.CreateApiKey(Portal.OwnerEmail);
        using var machine = new MachineClient(process.Address, key, id);
        await machine.Register(Signer.Ed25519());
        var scene = await Scene.MakeAsync(machine);
        var body = scene.Change().Add().Body(machine.Signer);
        body.Set("/updates/0/value", Canary);
        (await machine.Patch(scene.ItemPath, body)).ShouldBeRefused(400, "invalid_request");
        using var wrong = new MachineClient(process.Address, key[..^3] + "zzz");
        (await wrong.Get("me")).ShouldBeRefused(401, "unauthorized");
        (await machine.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}")).ShouldSucceed();

        var envelope = JsonNode.Parse(scene.Password.Value!)!;
        // An envelope may be in the database, where it belongs, and nowhere else.
        foreach (
            var secret in new[]
            {
                Canary,
                key[20..^6],
                PortalCommand.Password,
                (string)envelope["d"]!,
            }
        )
        {
            process.Log.ShouldNotContain(secret);
        }

        process.Kill();
        foreach (
            var file in Directory.EnumerateFiles(process.Folder, "*", SearchOption.AllDirectories)
        )
        {
            var content = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            foreach (var secret in new[] { Canary, key[20..^6], PortalCommand.Password })
            {
                content.Contains(secret, StringComparison.Ordinal).ShouldBeFalse(file);
            }
        }
    }
}
