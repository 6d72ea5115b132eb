using System.Text.Json;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Machine;

/// <summary>The agent calls (machine.md section 6).</summary>
internal sealed class AgentEndpoints(MachineDoor door, AgentService agents)
{
    private static readonly string[] NewMembers = ["name"];

    public Task ListAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await agents.ListAsync(caller, http.RequestAborted),
                    AgentJson.WriteList
                )
        );

    public Task CreateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            ReadNew,
            async (caller, wanted) =>
                await door.AnswerAsync(
                    http,
                    await agents.CreateAsync(caller, wanted, http.RequestAborted),
                    AgentJson.WriteCreated,
                    StatusCodes.Status201Created
                )
        );

    public Task ArchiveAsync(HttpContext http) =>
        door.ChangeAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await agents.ArchiveAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        http.RequestAborted
                    )
                )
        );

    public Task RegenerateAsync(HttpContext http) =>
        door.ChangeAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await agents.RegenerateApiKeyAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        http.RequestAborted
                    ),
                    AgentJson.WriteKey
                )
        );

    private static NewAgent ReadNew(JsonInput input, JsonElement body) =>
        new(
            VaultItemReader.Name(
                input,
                input.Members(body, JsonPointer.Root, NewMembers)[0],
                JsonPointer.Root
            )
        );
}
