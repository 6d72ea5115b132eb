using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>Who may do what (machine.md section 6, set-permissions and its two reads).</summary>
internal sealed class GrantEndpoints(MachineDoor door, GrantService grants)
{
    private static readonly VaultError NoSuchType = new(
        ErrorKind.Invalid,
        "invalid_request",
        "The type of what is shared is VAULT or VAULT_ITEM, in this spelling."
    );

    public Task SetAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            BodyRules.Plain,
            GrantReader.Set,
            (caller, wanted) =>
                WithAsset(
                    http,
                    async (type, id) =>
                        await door.AnswerAsync(
                            http,
                            await grants.SetAsync(caller, type, id, wanted, http.RequestAborted)
                        )
                )
        );

    public Task GetAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            caller =>
                WithAsset(
                    http,
                    async (type, id) =>
                        await door.AnswerAsync(
                            http,
                            await grants.GetAsync(caller, type, id, http.RequestAborted),
                            GrantJson.WriteList
                        )
                )
        );

    public Task ResolveAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            caller =>
                WithAsset(
                    http,
                    async (type, id) =>
                        await door.AnswerAsync(
                            http,
                            await grants.ResolveAsync(caller, type, id, http.RequestAborted),
                            GrantJson.WriteResolved
                        )
                )
        );

    private Task WithAsset(HttpContext http, Func<GrantedAsset, PublicId, Task> serve) =>
        (http.Request.RouteValues["assetType"] as string) switch
        {
            "VAULT" => serve(GrantedAsset.Vault, MachineDoor.Id(http, "id")),
            "VAULT_ITEM" => serve(GrantedAsset.VaultItem, MachineDoor.Id(http, "id")),
            _ => door.Errors.WriteAsync(http, NoSuchType),
        };
}
