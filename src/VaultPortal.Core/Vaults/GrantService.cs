using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// Who may do what with a vault or an item: granted under signed permission checkpoints (machine.md section 6). Which rules the
/// contract leaves open: docs/decisions/0031-sharing.md.
/// </summary>
public sealed class GrantService(Gate gate, CheckpointVerifier verifier)
{
    /// <summary>Most principals with a grant on one vault or item: a change of all of them has to stay one small transaction.</summary>
    public const int MaxPrincipals = 200;

    private static readonly VaultError LastAdmin = new(
        ErrorKind.Conflict,
        "last_admin",
        "A vault keeps at least one active user with ADMIN; grant it to somebody else first."
    )
    {
        Path = "/permissions",
    };

    /// <summary>
    /// Replaces everything that is granted on a vault or an item. Whoever loses his last grant in the vault loses the data keys that
    /// were wrapped to him in the same transaction, and the vault is to be rekeyed. A person needs a step-up.
    /// </summary>
    public Task<Result<Unit>> SetAsync(
        Caller caller,
        GrantedAsset assetType,
        PublicId assetId,
        NewPermissions wanted,
        CancellationToken cancellation = default
    )
    {
        verifier.VerifySignatures(wanted.Checkpoint);
        return gate.WriteAsync(
            caller,
            Call("set", assetType, assetId, Permissions.PermissionsWrite),
            (scope, standing) => Open(scope, standing, assetType, assetId),
            (scope, standing, asset) => Set(scope, caller, standing, asset, wanted),
            cancellation
        );
    }

    /// <summary>What is granted on the vault or the item itself.</summary>
    public Task<Result<PermissionList>> GetAsync(
        Caller caller,
        GrantedAsset assetType,
        PublicId assetId,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync(
            caller,
            Call("read", assetType, assetId, Permissions.PermissionsRead),
            (scope, standing) =>
            {
                var open = SharedAsset.OpenToRead(scope, standing, assetType, assetId);
                return open.Succeeded
                    ? List(scope, open.Value)
                    : (Result<PermissionList>)open.Error;
            },
            cancellation
        );

    /// <summary>
    /// Who gets in, with which level, by which grant. Whoever may not read the vault is told of the item's own grants only: the vault's
    /// members are none of his business.
    /// </summary>
    public Task<Result<IReadOnlyList<ResolvedAccess>>> ResolveAsync(
        Caller caller,
        GrantedAsset assetType,
        PublicId assetId,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync(
            caller,
            Call("resolve", assetType, assetId, Permissions.PermissionsRead),
            (scope, standing) =>
            {
                var open = SharedAsset.OpenToRead(scope, standing, assetType, assetId);
                return open.Succeeded
                    ? Resolve(scope, standing, open.Value)
                    : (Result<IReadOnlyList<ResolvedAccess>>)open.Error;
            },
            cancellation
        );

    private static AuditedCall Call(
        string verb,
        GrantedAsset assetType,
        PublicId assetId,
        Permissions needed
    ) =>
        new(
            $"permissions.{verb}",
            assetType == GrantedAsset.Vault ? $"vault:{assetId}" : $"vault_item:{assetId}",
            needed
        );

    private static Result<SharedAsset> Open(
        WriteScope scope,
        Standing standing,
        GrantedAsset assetType,
        PublicId assetId
    )
    {
        var open = SharedAsset.OpenToChange(scope, standing, assetType, assetId);
        return open.Succeeded && Authorization.DemandStepUp(standing, scope.Now) is { } stepUp
            ? stepUp
            : open;
    }

    private static Result<Unit> Set(
        WriteScope scope,
        Caller caller,
        Standing standing,
        SharedAsset asset,
        NewPermissions wanted
    )
    {
        if (asset.Archived)
        {
            return asset.NotFound;
        }

        var access = scope.Commands<AccessCommands>();
        var signers = CheckpointVerifier.Accept(
            access,
            standing,
            agentMaySign: false,
            (wanted.Checkpoint, asset.PermissionVersion)
        );
        if (signers.Error is { } refused)
        {
            return refused;
        }

        var plan = GrantPlan.Make(scope, asset, wanted.Permissions);
        if (plan.Error is { } wrong)
        {
            return wrong;
        }

        if (asset.Kind == GrantedAsset.Vault && !plan.Value.KeepsAnAdmin)
        {
            return LastAdmin;
        }

        var difference = wanted.Checkpoint.Content.DifferenceFrom(
            plan.Value.Content(access),
            wanted.Checkpoint.At.Member("checkpoint")
        );
        if (difference is not null)
        {
            return CheckpointErrors.Mismatch(difference);
        }

        var wasDue = asset.Vault.RekeyDue;
        plan.Value.Write(scope, caller);
        Put(scope, asset, wanted.Checkpoint, signers.Value[0]);
        if (asset.Item is null || asset.Vault.RekeyDue != wasDue)
        {
            scope.Commands<VaultCommands>().Update(asset.Vault, scope.CommitSequence);
        }

        return default(Unit);
    }

    /// <summary>Keeps the checkpoint and moves the counter of its version; the vault's row is left to the caller.</summary>
    private static void Put(
        WriteScope scope,
        SharedAsset asset,
        SignedInput<PermissionContent> signed,
        long signer
    )
    {
        var sequence = scope
            .Commands<CheckpointCommands>()
            .Append(signed, asset.Id, signer, scope.Now, asset.PermissionCheckpoint);
        if (asset.Item is { } item)
        {
            item.PermissionVersion = signed.Content.Version;
            item.PermissionCheckpoint = sequence;
            scope.Commands<VaultItemCommands>().Update(item, scope.CommitSequence);
        }
        else
        {
            asset.Vault.PermissionVersion = signed.Content.Version;
            asset.Vault.PermissionCheckpoint = sequence;
        }
    }

    private static Result<PermissionList> List(ReadScope scope, SharedAsset asset) =>
        new PermissionList
        {
            AssetType = asset.Kind,
            AssetId = asset.PublicId,
            Permissions =
            [
                .. scope.Commands<GrantCommands>().Of(asset.Kind, asset.Id).Select(g => g.View),
            ],
            Checkpoint = CheckpointVerifier.Show(
                scope.Commands<AccessCommands>(),
                scope.Commands<CheckpointCommands>().Find(asset.PermissionCheckpoint)
            ),
        };

    private static Result<IReadOnlyList<ResolvedAccess>> Resolve(
        ReadScope scope,
        Standing standing,
        SharedAsset asset
    )
    {
        var grants = scope.Commands<GrantCommands>();
        var seesVault =
            Authorization.LevelOnVault(scope.Commands<AccessCommands>(), standing, asset.Vault.Id)
            is not null;
        var ofVault = seesVault ? grants.Of(GrantedAsset.Vault, asset.Vault.Id) : [];
        var ofItem = asset.Item is { } item ? grants.Of(GrantedAsset.VaultItem, item.Id) : [];
        return ofVault
            .Select(g => (Row: g, Via: GrantedAsset.Vault))
            .Concat(ofItem.Select(g => (Row: g, Via: GrantedAsset.VaultItem)))
            .Where(g => g.Row.Active)
            .GroupBy(g => g.Row.Principal)
            // The first of equals: the vault's.
            .Select(own => own.MaxBy(g => g.Row.View.Level))
            .Select(g => new ResolvedAccess(g.Row.View, g.Via))
            .ToList();
    }
}
