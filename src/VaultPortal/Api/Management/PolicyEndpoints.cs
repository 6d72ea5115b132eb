using VaultPortal.Api.Shared;
using VaultPortal.Core.Expiry;

namespace VaultPortal.Api.Management;

/// <summary>The policies that decide about lifetimes.</summary>
internal sealed class PolicyEndpoints(ManagementDoor door, ExpiryPolicyService policies)
{
    public Task ListAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await policies.ListAsync(caller, http.RequestAborted),
                    PolicyJson.WriteList
                )
        );

    public Task GetAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await policies.GetAsync(
                        caller,
                        ManagementDoor.Id(http, "id"),
                        http.RequestAborted
                    ),
                    PolicyJson.Write,
                    version: static policy => policy.Version
                )
        );

    public Task DecideAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var (about, unclear) = PolicyReader.Decision(http.Request);
                if (unclear is not null)
                {
                    await door.Errors.WriteAsync(http, unclear);
                    return;
                }

                await door.AnswerAsync(
                    http,
                    await policies.DecideAsync(caller, about, http.RequestAborted),
                    PolicyJson.WriteDecision
                );
            }
        );

    public Task CreateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            PolicyReader.Policy,
            async (caller, draft) =>
            {
                var made = await policies.CreateAsync(caller, draft, http.RequestAborted);
                if (made.Succeeded)
                {
                    http.Response.Headers.Location = $"{http.Request.Path}/{made.Value.Id}";
                }

                await door.AnswerAsync(
                    http,
                    made,
                    PolicyJson.WriteReceipt,
                    StatusCodes.Status201Created,
                    static receipt => receipt.Version
                );
            }
        );

    public Task UpdateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            PolicyReader.Policy,
            (caller, draft) =>
                door.IfMatchAsync(
                    http,
                    async condition =>
                        await door.AnswerAsync(
                            http,
                            await policies.UpdateAsync(
                                caller,
                                ManagementDoor.Id(http, "id"),
                                draft,
                                condition,
                                http.RequestAborted
                            ),
                            PolicyJson.WriteReceipt,
                            version: static receipt => receipt.Version
                        )
                )
        );

    public Task DeleteAsync(HttpContext http) =>
        door.ChangeAsync(
            http,
            caller =>
                door.IfMatchAsync(
                    http,
                    async condition =>
                        await door.AnswerAsync(
                            http,
                            await policies.DeleteAsync(
                                caller,
                                ManagementDoor.Id(http, "id"),
                                condition,
                                http.RequestAborted
                            ),
                            StatusCodes.Status204NoContent
                        )
                )
        );

    public Task PreviewAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            // It changes nothing, so that there is nothing to repeat.
            BodyRules.Plain with
            {
                Repeatable = false,
            },
            PolicyReader.Preview,
            async (caller, asked) =>
                await door.AnswerAsync(
                    http,
                    await policies.PreviewAsync(caller, asked.Draft, asked.Id, http.RequestAborted),
                    PolicyJson.WritePreview
                )
        );
}
