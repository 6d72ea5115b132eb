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
            MachineDoor.PlainLimit,
            KeyReader.Register,
            async (caller, sent) =>
            {
                var registered = await keyPairs.RegisterAsync(caller, sent, http.RequestAborted);
                var isNew = registered.Succeeded && registered.Value.IsNew;
                await MachineDoor.AnswerAsync(
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
                await MachineDoor.AnswerAsync(
                    http,
                    await keyPairs.ListAsync(caller, http.RequestAborted),
                    KeyJson.WriteList
                )
        );

    public Task RetireAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            MachineDoor.PlainLimit,
            KeyReader.Retire,
            async (caller, reason) =>
                await MachineDoor.AnswerAsync(
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
                await MachineDoor.AnswerAsync(
                    http,
                    await apiKeys.DescribeAsync(caller, http.RequestAborted),
                    KeyJson.WriteMe
                )
        );
}
