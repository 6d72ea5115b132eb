using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// Attachments are read by whoever may read an item that names them, now or in its past; one that nothing names yet by whoever may read
/// the vault. They expire with the fields that name them.
/// </summary>
public sealed class AssetReadService(Gate gate, ReadConnections reads, TimeProvider time)
{
    /// <summary>The attachment; nothing of it leaves before its release is durably in the audit.</summary>
    public async Task<Result<AssetContent>> OpenAsync(
        Caller caller,
        PublicId vaultId,
        PublicId assetId,
        CancellationToken cancellation
    )
    {
        var call = new AuditedCall("asset.read", $"asset:{assetId}", Permissions.VaultSecretRead);
        var found = await gate.ReadAsync(
            caller,
            call,
            (scope, standing) =>
                Find(AssetSources.Of(scope), standing, (vaultId, assetId), null, time.GetUtcNow()),
            cancellation
        );
        if (found.Error is { } refused)
        {
            return refused;
        }

        var released = await gate.ReleaseAsync(
            caller,
            call with
            {
                Action = "asset.release",
            },
            (scope, standing) =>
                Find(AssetSources.Of(scope), standing, (vaultId, assetId), found.Value, scope.Now),
            cancellation
        );
        return released.Error is { } late ? late : new AssetContent(reads, released.Value.Asset);
    }

    /// <param name="before">
    /// What was found outside the queue: while the item by which it is read has not changed, nothing is searched again.
    /// </param>
    private static Result<Readable> Find(
        AssetSources sources,
        Standing standing,
        (PublicId Vault, PublicId Asset) asked,
        Readable? before,
        DateTimeOffset now
    )
    {
        if (sources.Vaults.Find(asked.Vault) is not { ArchivedAt: null } vault)
        {
            return VaultErrors.VaultNotFound;
        }

        var readsVault = Authorization.LevelOnVault(sources.Access, standing, vault.Id) is not null;
        if (!readsVault && !sources.Vaults.HasItemGrant(standing.Principal, vault.Id))
        {
            return VaultErrors.VaultNotFound;
        }

        if (
            sources.Assets.Find(asked.Asset) is not { CompletedAt: not null } asset
            || asset.VaultId != vault.Id
        )
        {
            return VaultErrors.AssetNotFound;
        }

        var verdicts = new ExpiryVerdicts(sources.Policies, now);
        var reference =
            Stands(sources, standing, before)
            ?? sources.Assets.Reference(asset, readsVault, standing.Principal, now, IsRefused);
        if (reference is { } by)
        {
            return
                by.IsExpired(now)
                && verdicts.WithholdsOrTakes(
                    vault,
                    (by.ItemType, by.ItemExpiresAt),
                    by.FieldExpiresAt,
                    by.FieldType,
                    by.TypeThen
                )
                ? VaultErrors.ItemExpired
                : new Readable(asset, by);
        }

        return readsVault && asset.References == 0
            ? new Readable(asset, null)
            : VaultErrors.AssetNotFound;

        bool IsRefused(AssetReference named) =>
            verdicts.Withholds(
                vault,
                (named.ItemType, named.ItemExpiresAt),
                named.FieldExpiresAt,
                named.FieldType,
                named.TypeThen
            );
    }

    private static AssetReference? Stands(
        AssetSources sources,
        Standing standing,
        Readable? before
    ) =>
        before?.By is { } by
        && sources.Items.Find(by.ItemId) is { } item
        && item.Changed == by.Changed
        && VaultItemReadService.IsReadable(sources.Access, standing, item)
            ? by
            : null;

    private sealed record Readable(Asset Asset, AssetReference? By);

    private readonly record struct AssetSources(
        AccessCommands Access,
        VaultCommands Vaults,
        VaultItemCommands Items,
        AssetCommands Assets,
        PolicyCommands Policies
    )
    {
        public static AssetSources Of(ReadScope scope) =>
            new(
                scope.Commands<AccessCommands>(),
                scope.Commands<VaultCommands>(),
                scope.Commands<VaultItemCommands>(),
                scope.Commands<AssetCommands>(),
                scope.Commands<PolicyCommands>()
            );

        public static AssetSources Of(WriteScope scope) =>
            new(
                scope.Commands<AccessCommands>(),
                scope.Commands<VaultCommands>(),
                scope.Commands<VaultItemCommands>(),
                scope.Commands<AssetCommands>(),
                scope.Commands<PolicyCommands>()
            );
    }
}
