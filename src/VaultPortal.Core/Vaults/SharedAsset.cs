using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>A vault, or an item with its vault, as something that is shared.</summary>
internal sealed record SharedAsset(Vault Vault, ItemRow? Item)
{
    public GrantedAsset Kind => Item is null ? GrantedAsset.Vault : GrantedAsset.VaultItem;

    public long Id => Item?.Id ?? Vault.Id;

    public PublicId PublicId => Item?.PublicId ?? Vault.PublicId;

    public long PermissionVersion => Item?.PermissionVersion ?? Vault.PermissionVersion;

    public long PermissionCheckpoint => Item?.PermissionCheckpoint ?? Vault.PermissionCheckpoint;

    public bool Archived => Vault.ArchivedAt is not null || Item?.ArchivedAt is not null;

    public VaultError NotFound =>
        Item is null ? VaultErrors.VaultNotFound : VaultErrors.ItemNotFound;

    /// <summary>To be changed: archived or not, so that a retry of what was done before is answered.</summary>
    public static Result<SharedAsset> OpenToChange(
        WriteScope scope,
        Standing standing,
        GrantedAsset kind,
        PublicId id
    )
    {
        if (kind == GrantedAsset.Vault)
        {
            var vault = VaultAccess.OpenVault(
                scope.Commands<AccessCommands>(),
                scope.Commands<VaultCommands>(),
                standing,
                id,
                AccessLevel.Admin
            );
            return vault.Succeeded ? new SharedAsset(vault.Value, null) : vault.Error;
        }

        var open = VaultAccess.OpenItem(
            scope,
            standing,
            id,
            AccessLevel.Admin,
            signsSummary: false
        );
        return open.Succeeded ? new SharedAsset(open.Value.Vault, open.Value.Item) : open.Error;
    }

    /// <summary>To be read.</summary>
    public static Result<SharedAsset> OpenToRead(
        ReadScope scope,
        Standing standing,
        GrantedAsset kind,
        PublicId id
    )
    {
        var access = scope.Commands<AccessCommands>();
        var vaults = scope.Commands<VaultCommands>();
        if (kind == GrantedAsset.Vault)
        {
            var vault = VaultAccess.OpenVault(access, vaults, standing, id, AccessLevel.Read);
            return vault.Error is { } closed ? closed
                : vault.Value.ArchivedAt is not null ? VaultErrors.VaultNotFound
                : new SharedAsset(vault.Value, null);
        }

        var item = scope.Commands<VaultItemCommands>().Find(id);
        return
            item is null
            || item.ArchivedAt is not null
            || item.VaultArchivedAt is not null
            || Authorization.LevelOnItem(access, standing, item.VaultId, item.Id) is null
            ? VaultErrors.ItemNotFound
            : new SharedAsset(vaults.Find(item.VaultPublicId)!, item);
    }
}
