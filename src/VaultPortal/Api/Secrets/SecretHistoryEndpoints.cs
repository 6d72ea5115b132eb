using System.Globalization;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Secrets;

/// <summary>What goes beyond one value: earlier versions, rotation, comparing.</summary>
internal sealed class SecretHistoryEndpoints(SecretsDoor door, EnvironmentSecretService secrets)
{
    private static readonly BodyRules Nothing = BodyRules.Plain with { Optional = true };
    private static readonly BodyRules Once = BodyRules.Plain with { Repeatable = false };

    public Task ListAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await secrets.ListVersionsAsync(
                        caller,
                        SecretsDoor.Key(http),
                        http.RequestAborted
                    ),
                    SecretJson.WriteVersions,
                    // A secret has one at least, and the newest is the present one.
                    version: static versions => versions[0].Version
                )
        );

    public Task RestoreAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            Nothing,
            SecretReader.Nothing,
            (caller, _) =>
                door.IfMatchAsync(
                    http,
                    async condition =>
                    {
                        var key = SecretsDoor.Key(http);
                        await door.AnswerAsync(
                            http,
                            await secrets.RestoreAsync(
                                caller,
                                key,
                                Number(http),
                                condition,
                                http.RequestAborted
                            ),
                            (writer, receipt) => SecretJson.WriteRestored(writer, receipt, key),
                            version: static receipt => receipt.Version
                        );
                    }
                )
        );

    public Task RotateAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            SecretReader.Rotate,
            (caller, rotation) =>
                door.IfMatchAsync(
                    http,
                    async condition =>
                    {
                        var key = SecretsDoor.Key(http);
                        await door.AnswerAsync(
                            http,
                            await secrets.RotateAsync(
                                caller,
                                key,
                                rotation with
                                {
                                    IfMatch = condition,
                                },
                                http.RequestAborted
                            ),
                            (writer, receipt) => SecretJson.WriteRotated(writer, receipt, key),
                            version: static receipt => receipt.Version
                        );
                    }
                )
        );

    public Task VerifyAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            Once,
            SecretReader.Verify,
            async (caller, value) =>
                await door.AnswerAsync(
                    http,
                    await secrets.VerifyAsync(
                        caller,
                        SecretsDoor.Key(http),
                        value,
                        http.RequestAborted
                    ),
                    SecretJson.WriteMatch,
                    version: static compared => compared.Version
                )
        );

    /// <summary>The version's number in the path. What is no number names none: there is no version 0.</summary>
    private static long Number(HttpContext http) =>
        long.TryParse(
            http.Request.RouteValues["version"] as string,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : 0;
}
