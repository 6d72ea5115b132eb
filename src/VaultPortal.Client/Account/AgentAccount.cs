using System.Text.Json.Nodes;

namespace VaultPortal.Client;

/// <summary>The agents of a user.</summary>
public sealed class AgentAccount
{
    private readonly VaultPortalClient client;

    internal AgentAccount(VaultPortalClient client) => this.client = client;

    /// <summary>Makes an agent.</summary>
    public Task<Agent> CreateAsync(string name, CancellationToken cancellation = default) =>
        client.Transport.PostAsync<Agent>(
            "agent",
            new JsonObject { ["name"] = name },
            cancellation
        );

    /// <summary>The agents.</summary>
    public async Task<IReadOnlyList<Agent>> ListAsync(CancellationToken cancellation = default) =>
        (await client.Transport.GetAsync<AgentList>("agent", cancellation)).Agents;

    /// <summary>Archives an agent: its keys and grants end.</summary>
    public Task ArchiveAsync(string id, CancellationToken cancellation = default) =>
        client.Transport.SendAsync(
            HttpMethod.Patch,
            $"agent/{id}/archive",
            new JsonObject(),
            cancellation
        );

    /// <summary>Gives an agent a new API key, which is shown this once.</summary>
    public async Task<string> RegenerateApiKeyAsync(
        string id,
        CancellationToken cancellation = default
    ) =>
        (
            await client.Transport.PostAsync<KeyAnswer>(
                $"agent/{id}/regenerate-api-key",
                new JsonObject(),
                cancellation
            )
        ).Key;

    private sealed record AgentList(IReadOnlyList<Agent> Agents);

    private sealed record KeyAnswer(string Key);
}
