using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
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

    /// <summary>Of Alice, with every permission; has no registered key.</summary>
    public Party Agent { get; private set; } = null!;

    public static Task<Circle> Of(Portal portal) => Made.GetValue(portal, Make);

    /// <summary>A vault of Alice's with one item, not shared yet.</summary>
    public Task<Scene> Scene() => Api.Scene.MakeAsync(Alice.Client);

    /// <summary>An agent of Alice's; without a registered key.</summary>
    public async Task<Party> NewAgent()
    {
        var made = await Alice.Client.Post("agent", new JsonObject { ["name"] = "builder" });
        var id = (string)MachineClient.Expect(made, 201).Json["id"]!;
        var key = await Alice.Client.Send(HttpMethod.Post, $"agent/{id}/regenerate-api-key");
        return AgentWith(id, (string)MachineClient.Expect(key, 200).Json["key"]!);
    }

    /// <summary>What its key may ask for is then never the reason of a refusal.</summary>
    public async Task<Party> WithEveryPermission(Party agent) =>
        AgentWith(
            agent.Id,
            await _portal.Process.Commands.CreateApiKey(
                Alice.Id,
                "machine.all",
                "--scope",
                "AGENT",
                "--agent",
                agent.Id
            )
        );

    /// <summary>The agent with another API key.</summary>
    public Party AgentWith(string id, string key) =>
        new(_portal.Client(key, id), id, isAgent: true);

    private static async Task<Circle> Make(Portal portal)
    {
        var circle = new Circle(portal)
        {
            Alice = await Person(portal),
            Bob = await Person(portal),
            Carol = await Person(portal),
            Auditor = await portal.Stranger(role: "Auditor"),
        };
        using var agent = await circle.NewAgent();
        circle.Agent = await circle.WithEveryPermission(agent);
        return circle;
    }

    private static async Task<Party> Person(Portal portal)
    {
        var client = await portal.Stranger();
        return await new Party(client, client.OwnerId).Register();
    }
}
