using System.Text.Json;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>Reads the body of set-permissions (machine.md section 6).</summary>
internal static class GrantReader
{
    private static readonly string[] SetMembers = ["permissions", "permissionCheckpoint"];
    private static readonly string[] EntryMembers = ["principalType", "principalId", "accessLevel"];

    public static NewPermissions Set(JsonInput input, JsonElement body)
    {
        var root = JsonPointer.Root;
        var m = input.Members(body, root, SetMembers);
        return new NewPermissions(
            input.List(m[0], root.Member("permissions"), GrantService.MaxPrincipals, Entry),
            CheckpointReader.Permission(input, m[1], root.Member("permissionCheckpoint"))
        );
    }

    private static WantedGrant Entry(JsonInput input, JsonElement element, JsonPointer at)
    {
        var m = input.Members(element, at, EntryMembers);
        var (kind, id, level) = CheckpointReader.Grant(input, m, at);
        return new WantedGrant(kind, id, level);
    }
}
