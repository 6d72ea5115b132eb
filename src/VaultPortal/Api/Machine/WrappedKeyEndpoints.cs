using VaultPortal.Api.Shared;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>Wrapped data keys, rekey and the directory of signers (machine.md sections 6 and 7).</summary>
internal sealed class WrappedKeyEndpoints(MachineDoor door, WrappedKeyService keys)
{
    public Task AddAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            WrappedKeyReader.Add,
            async (caller, wraps) =>
                await door.AnswerAsync(
                    http,
                    await keys.AddAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        wraps,
                        http.RequestAborted
                    ),
                    WrappedKeyJson.WriteCount,
                    StatusCodes.Status201Created
                )
        );

    public Task RekeyAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            MachineDoor.Summary,
            WrappedKeyReader.Rekey,
            async (caller, rekeying) =>
                await door.AnswerAsync(
                    http,
                    await keys.RekeyAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        rekeying,
                        http.RequestAborted
                    )
                )
        );

    public Task GetOwnAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await keys.GetOwnAsync(caller, MachineDoor.Id(http, "id"), http.RequestAborted),
                    WrappedKeyJson.WriteOwn
                )
        );

    /// <summary>For pages only.</summary>
    public Task ListRecipientsAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await keys.ListRecipientsAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        http.RequestAborted
                    ),
                    WrappedKeyJson.WriteRecipients
                )
        );

    public Task ListSignersAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await keys.ListSignersAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        http.RequestAborted
                    ),
                    WrappedKeyJson.WriteSigners
                )
        );
}
