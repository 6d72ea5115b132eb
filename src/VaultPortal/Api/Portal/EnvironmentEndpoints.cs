using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Portal;

/// <summary>Environment secrets, where their values enter and leave the browser.</summary>
internal sealed class EnvironmentEndpoints(PortalDoor door, EnvironmentSecretService secrets)
{
    /// <summary>201 with id, key and version; a key that stands already, in the trash too: 412.</summary>
    public Task CreateAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            PortalReader.New,
            async (caller, secret) =>
                await PortalJson.AnswerAsync(
                    http,
                    await secrets.CreateAsync(caller, secret, http.RequestAborted),
                    (writer, receipt) =>
                    {
                        writer.WriteString("id", receipt.Id.ToUuid());
                        writer.WriteString("key", secret.Key);
                        writer.WriteNumber("version", receipt.Version);
                    },
                    StatusCodes.Status201Created
                )
        );

    /// <summary>200 with the version that stands now.</summary>
    public Task UpdateAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            PortalReader.Change,
            async (caller, change) =>
                await PortalJson.AnswerAsync(
                    http,
                    await secrets.UpdateAsync(caller, Key(http), change, http.RequestAborted),
                    (writer, receipt) => writer.WriteNumber("version", receipt.Version)
                )
        );

    /// <summary>200 with the new version and until when the value before is answered.</summary>
    public Task RotateAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            PortalReader.Rotation,
            async (caller, rotation) =>
                await PortalJson.AnswerAsync(
                    http,
                    await secrets.RotateAsync(caller, Key(http), rotation, http.RequestAborted),
                    (writer, receipt) =>
                    {
                        writer.WriteNumber("version", receipt.Version);
                        PortalJson.WriteTime(writer, "previousUntil", receipt.PreviousUntil);
                    }
                )
        );

    /// <summary>200 with the value. A POST, because it is recorded in the audit before it answers.</summary>
    public Task RevealAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            PortalReader.Reveal,
            async (caller, previous) =>
            {
                var found = await secrets.ReadValueAsync(
                    caller,
                    Key(http),
                    previous,
                    http.RequestAborted
                );
                if (found.Error is { } refused)
                {
                    await PortalProblem.WriteAsync(http, refused);
                    return;
                }

                using var revealed = found.Value;
                await PortalJson.WriteAsync(
                    http,
                    writer =>
                    {
                        writer.WriteString("value", revealed.Value);
                        writer.WriteNumber("version", revealed.Version);
                    }
                );
            }
        );

    private static string Key(HttpContext http) => (string)http.Request.RouteValues["key"]!;
}
