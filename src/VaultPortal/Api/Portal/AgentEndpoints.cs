using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Portal;

/// <summary>Agents, where something is typed for them or the text of an API key leaves the portal: once, to the agent's owner.</summary>
internal sealed class AgentEndpoints(PortalDoor door, AgentService agents)
{
    private static readonly string[] NewMembers = ["name"];

    /// <summary>201 with the id of the caller's new agent.</summary>
    public Task CreateAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            (input, body) =>
                new NewAgent(
                    input.Text(
                        input.Members(body, JsonPointer.Root, NewMembers)[0],
                        JsonPointer.Root.Member("name")
                    )
                ),
            async (caller, wanted) =>
                await PortalJson.AnswerAsync(
                    http,
                    await agents.CreateAsync(caller, wanted, http.RequestAborted),
                    (writer, agent) => writer.WriteString("id", agent.Id.ToString()),
                    StatusCodes.Status201Created
                )
        );

    /// <summary>200 with the agent's id and, this once, the text of its new API key.</summary>
    public Task RegenerateAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            (input, body) => input.Members(body, JsonPointer.Root, []),
            async (caller, _) =>
            {
                if (!PublicId.TryParse(http.Request.RouteValues["id"] as string, out var id))
                {
                    await PortalProblem.WriteAsync(http, AccessErrors.NotFound);
                    return;
                }

                await PortalJson.AnswerAsync(
                    http,
                    await agents.RegenerateApiKeyAsync(caller, id, http.RequestAborted),
                    (writer, made) => Write(writer, id, made)
                );
            }
        );

    private static void Write(Utf8JsonWriter writer, PublicId agent, CreatedApiKey made)
    {
        writer.WriteString("id", agent.ToString());
        writer.WriteString("shownOnce", made.Key);
    }
}
