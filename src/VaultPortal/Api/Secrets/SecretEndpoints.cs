using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Secrets;

/// <summary>The secrets themselves: list, read, create, update, delete.</summary>
internal sealed class SecretEndpoints(SecretsDoor door, EnvironmentSecretService secrets)
{
    public Task ListAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await secrets.ListAsync(caller, http.RequestAborted),
                    SecretJson.WriteList
                )
        );

    public Task GetAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var previous = Previous(http.Request);
                if (previous.Error is { } unclear)
                {
                    await door.Errors.WriteAsync(http, unclear);
                    return;
                }

                var read = await secrets.ReadValueAsync(
                    caller,
                    SecretsDoor.Key(http),
                    previous.Value,
                    http.RequestAborted
                );
                using var revealed = read.Succeeded ? read.Value : null;
                await door.AnswerAsync(
                    http,
                    read,
                    SecretJson.WriteValue,
                    version: static secret => secret.Version
                );
            }
        );

    public Task CreateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            SecretReader.Create,
            async (caller, secret) =>
            {
                var strict = EntityTags.IfNoneExists(http.Request);
                if (strict.Error is { } malformed)
                {
                    await door.Errors.WriteAsync(http, malformed);
                    return;
                }

                var created = await secrets.CreateAsync(
                    caller,
                    secret with
                    {
                        Strict = strict.Value,
                    },
                    http.RequestAborted
                );
                var full = Preference.TakesRepresentation(http, created.Succeeded);
                await door.AnswerAsync(
                    http,
                    created,
                    (writer, receipt) => SecretJson.WriteCreated(writer, receipt, secret.Key, full),
                    StatusCodes.Status201Created,
                    static receipt => receipt.Version
                );
            }
        );

    public Task UpdateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            SecretReader.Update,
            (caller, change) =>
                door.IfMatchAsync(
                    http,
                    async condition =>
                    {
                        var key = SecretsDoor.Key(http);
                        var updated = await secrets.UpdateAsync(
                            caller,
                            key,
                            change with
                            {
                                IfMatch = condition,
                            },
                            http.RequestAborted
                        );
                        var full = Preference.TakesRepresentation(http, updated.Succeeded);
                        await door.AnswerAsync(
                            http,
                            updated,
                            (writer, receipt) =>
                                SecretJson.WriteUpdated(writer, receipt, key, full),
                            version: static receipt => receipt.Version
                        );
                    }
                )
        );

    public Task DeleteAsync(HttpContext http) =>
        door.ChangeAsync(
            http,
            caller =>
                door.IfMatchAsync(
                    http,
                    async condition =>
                    {
                        var key = SecretsDoor.Key(http);
                        await door.AnswerAsync(
                            http,
                            await secrets.DeleteAsync(caller, key, condition, http.RequestAborted),
                            (writer, _) => SecretJson.WriteDeleted(writer, key),
                            version: static receipt => receipt.Version
                        );
                    }
                )
        );

    /// <summary>Whether the value before the last rotation is asked for.</summary>
    private static Result<bool> Previous(HttpRequest request) =>
        !request.Query.TryGetValue("version", out var version) ? false
        : version == "previous" ? true
        : VaultError.Invalid("", "The only version that can be asked for is previous.");
}
