using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>Finds a vault or an item for a caller. What he may not even read is not found: ids do not leak.</summary>
internal static class VaultAccess
{
    /// <summary>The vault, archived or not, if the caller has the level on it; the caller of this decides what archived means.</summary>
    public static Result<Vault> OpenVault(
        AccessCommands access,
        VaultCommands vaults,
        Standing standing,
        PublicId id,
        AccessLevel needed
    )
    {
        if (vaults.Find(id) is not { } vault)
        {
            return VaultErrors.VaultNotFound;
        }

        var level = Authorization.LevelOnVault(access, standing, vault.Id);
        return level >= needed ? vault
            : vault.ArchivedAt is not null
            || (level is null && !vaults.HasItemGrant(standing.Principal, vault.Id))
                ? VaultErrors.VaultNotFound
            : AccessErrors.Forbidden;
    }

    /// <summary>
    /// Whether what is said of the vault may be read. Of an archived one nothing is, but by the pages of somebody who may restore it:
    /// they verify what they are about to sign.
    /// </summary>
    public static bool IsThere(AccessCommands access, Standing standing, Vault vault) =>
        vault.ArchivedAt is null
        || (
            standing is { Kind: CallerKind.Person, ReadsAllMetadata: false }
            && access.FindGrant(standing.Principal, GrantedAsset.Vault, vault.Id)
                == AccessLevel.Admin
        );

    /// <summary>Whether the principal can open anything in the vault: by a grant on it, or on one of its active items.</summary>
    public static bool HasAnyGrant(WriteScope scope, PrincipalRef principal, long vaultId) =>
        scope.Commands<AccessCommands>().FindGrant(principal, GrantedAsset.Vault, vaultId)
            is not null
        || scope.Commands<VaultCommands>().HasItemGrant(principal, vaultId);

    /// <summary>
    /// The item, archived or not, if the caller has the level on it and, where a summary is signed, may read the vault:
    /// nobody signs what he may not read.
    /// </summary>
    public static Result<OpenItem> OpenItem(
        WriteScope scope,
        Standing standing,
        PublicId id,
        AccessLevel needed,
        bool signsSummary
    )
    {
        var access = scope.Commands<AccessCommands>();
        if (scope.Commands<VaultItemCommands>().Find(id) is not { } item)
        {
            return VaultErrors.ItemNotFound;
        }

        var vault = scope.Commands<VaultCommands>().Find(item.VaultPublicId)!;
        var level = Authorization.LevelOnItem(access, standing, item.VaultId, item.Id);
        var archived = item.ArchivedAt is not null || vault.ArchivedAt is not null;
        if (level is null || (archived && level < needed))
        {
            return VaultErrors.ItemNotFound;
        }

        return
            level < needed
            || (signsSummary && Authorization.LevelOnVault(access, standing, vault.Id) is null)
            ? AccessErrors.Forbidden
            : new OpenItem(item, vault, archived);
    }
}

internal sealed record OpenItem(ItemRow Item, Vault Vault, bool Archived);
