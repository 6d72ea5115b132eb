using System.Runtime.CompilerServices;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Sharing;

/// <summary>
/// Those among whom vaults are shared, made once for each portal: accounts are dear. Tests leave their keys as they are, and take
/// whoever loses one from <see cref="Portal.Stranger"/>.
/// </summary>
public sealed class Circle
{
    private static readonly ConditionalWeakTable<Portal, Task<Circle>> Made = [];

    private readonly Portal _portal;

    private Circle(Portal portal) => _portal = portal;

    public Party Alice { get; private set; } = null!;

    public Party Bob { get; private set; } = null!;

    public Party Carol { get; private set; } = null!;

    /// <summary>Role Auditor, no key pair.</summary>
    public MachineClient Auditor { get; private set; } = null!;

    /// <summary>Of Alice; has no registered key.</summary>
    public Party Agent { get; private set; } = null!;

    public static Task<Circle> Of(Portal portal) => Made.GetValue(portal, Make);

    /// <summary>A vault of Alice's with one item, not shared yet.</summary>
    public Task<Scene> Scene() => Api.Scene.MakeAsync(Alice.Client);

    /// <summary>An agent of Alice's; without a registered key.</summary>
    public async Task<Party> NewAgent(string permissions = "machine.all")
    {
        var made = await _portal.Process.Commands.RunJson([
            "agent",
            "create",
            "--owner",
            Alice.Id,
            "--name",
            "builder",
        ]);
        var id = (string)made["id"]!;
        var key = await _portal.Process.Commands.CreateApiKey(
            Alice.Id,
            permissions,
            "--scope",
            "AGENT",
            "--agent",
            id
        );
        return new Party(_portal.Client(key, id), id, isAgent: true);
    }

    private static async Task<Circle> Make(Portal portal)
    {
        var circle = new Circle(portal)
        {
            Alice = await Person(portal),
            Bob = await Person(portal),
            Carol = await Person(portal),
            Auditor = await portal.Stranger(role: "Auditor"),
        };
        circle.Agent = await circle.NewAgent();
        return circle;
    }

    private static async Task<Party> Person(Portal portal)
    {
        var client = await portal.Stranger();
        return await new Party(client, client.OwnerId).Register();
    }
}
