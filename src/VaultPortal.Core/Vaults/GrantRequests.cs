using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>Everything that is granted on a vault or an item from now on; whoever is not in it loses his grant.</summary>
/// <param name="Permissions">Each principal once.</param>
/// <param name="Checkpoint">The next permission checkpoint, with the state that this leaves.</param>
public sealed record NewPermissions(
    IReadOnlyList<WantedGrant> Permissions,
    SignedInput<PermissionContent> Checkpoint
);

/// <summary>A grant as it is asked for.</summary>
public sealed record WantedGrant(PrincipalKind Kind, PublicId Id, AccessLevel Level);
