using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;

namespace VaultPortal.Api.Machine;

internal sealed class KeyEndpoints(
    MachineDoor door,
    UserKeyPairService keyPairs,
    ApiKeyService apiKeys
)
{
    public Task RegisterAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            KeyReader.Register,
            async (caller, sent) =>
            {
                var registered = await keyPairs.RegisterAsync(caller, sent, http.RequestAborted);
                var isNew = registered.Succeeded && registered.Value.IsNew;
                await door.AnswerAsync(
                    http,
                    registered,
                    KeyJson.WriteRegistered,
                    isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK
                );
            }
        );

    public Task ListAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await keyPairs.ListAsync(caller, http.RequestAborted),
                    KeyJson.WriteList
                )
        );

    public Task RetireAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            KeyReader.Retire,
            async (caller, reason) =>
                await door.AnswerAsync(
                    http,
                    await keyPairs.RetireAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        reason,
                        http.RequestAborted
                    )
                )
        );

    public Task MeAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await apiKeys.DescribeAsync(caller, http.RequestAborted),
                    KeyJson.WriteMe
                )
        );
}
