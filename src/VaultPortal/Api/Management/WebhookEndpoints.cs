using VaultPortal.Api.Machine;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Notifications;

namespace VaultPortal.Api.Management;

/// <summary>Webhooks and their delivery logs.</summary>
internal sealed class WebhookEndpoints(ManagementDoor door, WebhookService webhooks)
{
    public Task ListAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await webhooks.ListAsync(caller, http.RequestAborted),
                    WebhookJson.WriteList
                )
        );

    public Task GetAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await webhooks.GetAsync(caller, Id(http), http.RequestAborted),
                    WebhookJson.Write,
                    version: static webhook => webhook.Version
                )
        );

    /// <summary>201 with the id and, this once, the secret.</summary>
    public Task CreateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            WebhookReader.Draft,
            async (caller, draft) =>
                await door.AnswerAsync(
                    http,
                    await webhooks.CreateAsync(caller, draft, http.RequestAborted),
                    WebhookJson.WriteShown,
                    StatusCodes.Status201Created,
                    static shown => shown.Version
                )
        );

    public Task UpdateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            WebhookReader.Draft,
            (caller, draft) =>
                door.IfMatchAsync(
                    http,
                    async condition =>
                        await door.AnswerAsync(
                            http,
                            await webhooks.UpdateAsync(
                                caller,
                                Id(http),
                                draft,
                                condition,
                                http.RequestAborted
                            ),
                            WebhookJson.Write,
                            version: static webhook => webhook.Version
                        )
                )
        );

    public Task DeleteAsync(HttpContext http) =>
        ChangeAsync(
            http,
            async (caller, condition) =>
                await door.AnswerAsync(
                    http,
                    await webhooks.DeleteAsync(caller, Id(http), condition, http.RequestAborted),
                    StatusCodes.Status204NoContent
                )
        );

    /// <summary>200 with the id and, this once, the new secret.</summary>
    public Task RotateSecretAsync(HttpContext http) =>
        ChangeAsync(
            http,
            async (caller, condition) =>
                await door.AnswerAsync(
                    http,
                    await webhooks.RotateSecretAsync(
                        caller,
                        Id(http),
                        condition,
                        http.RequestAborted
                    ),
                    WebhookJson.WriteShown,
                    version: static shown => shown.Version
                )
        );

    public Task DisableAsync(HttpContext http) => SetDisabledAsync(http, true);

    public Task EnableAsync(HttpContext http) => SetDisabledAsync(http, false);

    private Task SetDisabledAsync(HttpContext http, bool disabled) =>
        ChangeAsync(
            http,
            async (caller, condition) =>
                await door.AnswerAsync(
                    http,
                    await webhooks.SetDisabledAsync(
                        caller,
                        Id(http),
                        disabled,
                        condition,
                        http.RequestAborted
                    ),
                    WebhookJson.Write,
                    version: static webhook => webhook.Version
                )
        );

    /// <summary>202 with the message, which is sent afterwards.</summary>
    public Task TestAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            NoBody,
            ManagementReader.Nothing,
            async (caller, _) =>
                await door.AnswerAsync(
                    http,
                    await webhooks.TestAsync(caller, Id(http), http.RequestAborted),
                    WebhookJson.WriteDelivery,
                    StatusCodes.Status202Accepted
                )
        );

    public Task ListDeliveriesAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var query = new QueryInput(http.Request.Query, "cursor", "limit");
                var after = ManagementReader.Cursor(query);
                var take = query.Number("limit", 50, WebhookService.MostListed);
                await door.AnswerAsync(
                    http,
                    query.Error is { } bad
                        ? bad
                        : await webhooks.ListDeliveriesAsync(
                            caller,
                            Id(http),
                            after,
                            take,
                            http.RequestAborted
                        ),
                    WebhookJson.WriteDeliveries
                );
            }
        );

    /// <summary>202 with the message, which is sent afterwards.</summary>
    public Task RedeliverAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            NoBody,
            ManagementReader.Nothing,
            async (caller, _) =>
                await door.AnswerAsync(
                    http,
                    await webhooks.RedeliverAsync(
                        caller,
                        Id(http),
                        ManagementDoor.Id(http, "delivery"),
                        http.RequestAborted
                    ),
                    WebhookJson.WriteDelivery,
                    StatusCodes.Status202Accepted
                )
        );

    private static BodyRules NoBody => ManagementReader.NoBody;

    private static PublicId Id(HttpContext http) => ManagementDoor.Id(http, "id");

    /// <summary>A change whose body says nothing, with the version that it is meant for.</summary>
    private Task ChangeAsync(HttpContext http, Func<Caller, VersionCondition?, Task> serve) =>
        door.WriteAsync(
            http,
            NoBody,
            ManagementReader.Nothing,
            (caller, _) => door.IfMatchAsync(http, condition => serve(caller, condition))
        );
}
