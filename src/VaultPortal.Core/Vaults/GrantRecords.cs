using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>What is granted on a vault or an item itself, and the checkpoint that says so.</summary>
public sealed record PermissionList
{
    public required GrantedAsset AssetType { get; init; }
    public required PublicId AssetId { get; init; }
    public required IReadOnlyList<GrantView> Permissions { get; init; }

    /// <summary>Null when nobody has signed one.</summary>
    public required SignedCheckpoint? Checkpoint { get; init; }
}

/// <param name="Name">An agent's name, a user's e-mail address.</param>
public sealed record GrantView(PrincipalKind Kind, PublicId Id, string Name, AccessLevel Level);

/// <summary>What a principal may do in the end.</summary>
/// <param name="Via">Where the higher one of his grants stands; the vault where both are alike.</param>
public sealed record ResolvedAccess(GrantView Grant, GrantedAsset Via);
