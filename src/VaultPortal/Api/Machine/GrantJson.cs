using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>The answers of the permission calls, member by member (machine.md section 6).</summary>
internal static class GrantJson
{
    public static void WriteList(Utf8JsonWriter writer, PermissionList list)
    {
        writer.WriteStartObject();
        writer.WriteString("assetType", NameOf(list.AssetType));
        writer.WriteString("assetId", list.AssetId.ToString());
        writer.WriteStartArray("permissions");
        foreach (var grant in list.Permissions)
        {
            writer.WriteStartObject();
            WriteGrant(writer, grant);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        MachineJson.WriteCheckpoint(writer, "permissionCheckpoint", list.Checkpoint);
        writer.WriteEndObject();
    }

    public static void WriteResolved(Utf8JsonWriter writer, IReadOnlyList<ResolvedAccess> resolved)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("principals");
        foreach (var access in resolved)
        {
            writer.WriteStartObject();
            WriteGrant(writer, access.Grant);
            writer.WriteString("via", NameOf(access.Via));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The name of a kind of principal on the wire.</summary>
    public static string NameOf(PrincipalKind kind) =>
        kind == PrincipalKind.User ? "USER" : "AGENT";

    private static void WriteGrant(Utf8JsonWriter writer, GrantView grant)
    {
        writer.WriteString("principalType", NameOf(grant.Kind));
        writer.WriteString("principalId", grant.Id.ToString());
        writer.WriteString("name", grant.Name);
        writer.WriteString("accessLevel", grant.Level.ToString().ToUpperInvariant());
    }

    private static string NameOf(GrantedAsset asset) =>
        asset == GrantedAsset.Vault ? "VAULT" : "VAULT_ITEM";
}
