namespace VaultPortal.Client;

/// <summary>Who the members of a vault (or an item) are, and with which signing keys (machine.md section 4).</summary>
/// <param name="AssetType">VAULT or VAULT_ITEM.</param>
/// <param name="AssetId">The id of the vault or the item.</param>
/// <param name="Version">Counted up by one with each change.</param>
/// <param name="Permissions">The members.</param>
public sealed record PermissionCheckpoint(
    string AssetType,
    string AssetId,
    long Version,
    IReadOnlyList<Member> Permissions
)
{
    internal const string Vault = "VAULT";
    internal const string Item = "VAULT_ITEM";
}
