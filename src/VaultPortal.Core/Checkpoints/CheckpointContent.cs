using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Core.Checkpoints;

/// <summary>
/// What a checkpoint says. The server builds the one that its own state would have after a request and compares: names, order
/// and membership are bound by the signature because every accepted checkpoint equals the state (machine.md section 4).
/// </summary>
public abstract record CheckpointContent(long Version)
{
    public abstract CheckpointKind Kind { get; }
}

/// <summary>What a list of vaults shows of one.</summary>
public sealed record DirectoryContent(
    PublicId VaultId,
    long Version,
    string Name,
    PublicId? GroupId,
    DataClassification? Classification
) : CheckpointContent(Version)
{
    public override CheckpointKind Kind => CheckpointKind.Directory;

    /// <summary>The first member, in the contract's order, in which this differs from <paramref name="state"/>; null = none.</summary>
    public JsonPointer? DifferenceFrom(DirectoryContent state, JsonPointer at) =>
        VaultId != state.VaultId ? at.Member("vaultId")
        : !string.Equals(Name, state.Name, StringComparison.Ordinal) ? at.Member("name")
        : GroupId != state.GroupId ? at.Member("groupId")
        : Classification != state.Classification ? at.Member("dataClassification")
        : null;
}

/// <summary>A vault with its active items and groups.</summary>
public sealed record SummaryContent(
    PublicId VaultId,
    long Version,
    string Name,
    DataClassification? Classification,
    int CurrentDekVersion,
    IReadOnlyList<SummaryItem> Items,
    IReadOnlyList<SummaryGroup> Groups
) : CheckpointContent(Version)
{
    public override CheckpointKind Kind => CheckpointKind.Summary;

    /// <inheritdoc cref="DirectoryContent.DifferenceFrom"/>
    public JsonPointer? DifferenceFrom(SummaryContent state, JsonPointer at) =>
        VaultId != state.VaultId ? at.Member("vaultId")
        : !string.Equals(Name, state.Name, StringComparison.Ordinal) ? at.Member("name")
        : Classification != state.Classification ? at.Member("dataClassification")
        : CurrentDekVersion != state.CurrentDekVersion ? at.Member("currentDekVersion")
        : SetComparison.Difference(
            Items,
            state.Items,
            i => i.Id,
            (a, b, p) => a.DifferenceFrom(b, p),
            at.Member("items")
        )
            ?? SetComparison.Difference(
                Groups,
                state.Groups,
                g => g.Id,
                (a, b, p) =>
                    string.Equals(a.Name, b.Name, StringComparison.Ordinal)
                        ? null
                        : p.Member("name"),
                at.Member("groups")
            );
}

public sealed record SummaryItem(
    PublicId Id,
    string Name,
    ItemType Type,
    IReadOnlyList<string> Websites,
    PublicId? GroupId
)
{
    internal JsonPointer? DifferenceFrom(SummaryItem state, JsonPointer at) =>
        !string.Equals(Name, state.Name, StringComparison.Ordinal) ? at.Member("name")
        : Type != state.Type ? at.Member("type")
        : !Websites.SequenceEqual(state.Websites, StringComparer.Ordinal) ? at.Member("websites")
        : GroupId != state.GroupId ? at.Member("groupId")
        : null;
}

public sealed record SummaryGroup(PublicId Id, string Name);

/// <summary>An item with its active fields. Values are in no checkpoint.</summary>
public sealed record DetailContent(
    PublicId ItemId,
    PublicId VaultId,
    long Version,
    string Name,
    ItemType Type,
    IReadOnlyList<string> Websites,
    PublicId? GroupId,
    IReadOnlyList<DetailField> Fields
) : CheckpointContent(Version)
{
    public override CheckpointKind Kind => CheckpointKind.Detail;

    /// <inheritdoc cref="DirectoryContent.DifferenceFrom"/>
    public JsonPointer? DifferenceFrom(DetailContent state, JsonPointer at) =>
        ItemId != state.ItemId ? at.Member("vaultItemId")
        : VaultId != state.VaultId ? at.Member("vaultId")
        : !string.Equals(Name, state.Name, StringComparison.Ordinal) ? at.Member("name")
        : Type != state.Type ? at.Member("type")
        : !Websites.SequenceEqual(state.Websites, StringComparer.Ordinal) ? at.Member("websites")
        : GroupId != state.GroupId ? at.Member("groupId")
        : SetComparison.Difference(
            Fields,
            state.Fields,
            f => f.Id,
            (a, b, p) => a.DifferenceFrom(b, p),
            at.Member("fields")
        );
}

public sealed record DetailField(
    PublicId Id,
    string Name,
    FieldType Type,
    int Order,
    IReadOnlyList<PublicId> InstanceIds,
    IReadOnlyList<PublicId> AssetIds
)
{
    internal JsonPointer? DifferenceFrom(DetailField state, JsonPointer at) =>
        !string.Equals(Name, state.Name, StringComparison.Ordinal) ? at.Member("name")
        : Type != state.Type ? at.Member("type")
        : Order != state.Order ? at.Member("order")
        : !SetComparison.Same(InstanceIds, state.InstanceIds) ? at.Member("fieldInstanceIds")
        : !SetComparison.Same(AssetIds, state.AssetIds) ? at.Member("assetIds")
        : null;
}

/// <summary>Who may do what with a vault or an item, and by which keys each is known.</summary>
public sealed record PermissionContent(
    GrantedAsset AssetType,
    PublicId AssetId,
    long Version,
    IReadOnlyList<PermissionEntry> Permissions
) : CheckpointContent(Version)
{
    public override CheckpointKind Kind =>
        AssetType == GrantedAsset.Vault ? CheckpointKind.Permission : CheckpointKind.ItemPermission;

    /// <inheritdoc cref="DirectoryContent.DifferenceFrom"/>
    public JsonPointer? DifferenceFrom(PermissionContent state, JsonPointer at) =>
        AssetType != state.AssetType ? at.Member("assetType")
        : AssetId != state.AssetId ? at.Member("assetId")
        : SetComparison.Difference(
            Permissions,
            state.Permissions,
            p => p.PrincipalId,
            (a, b, p) => a.DifferenceFrom(b, p),
            at.Member("permissions")
        );

    /// <summary>
    /// As <see cref="DifferenceFrom"/>, for looking again later: who may do what. The fingerprints are those of the moment of
    /// signing, compared then and never again (machine.md section 4), because keys come and go without a new checkpoint.
    /// </summary>
    public JsonPointer? DifferenceInGrants(PermissionContent state, JsonPointer at) =>
        WithoutFingerprints(this).DifferenceFrom(WithoutFingerprints(state), at);

    private static PermissionContent WithoutFingerprints(PermissionContent content) =>
        content with
        {
            Permissions = [.. content.Permissions.Select(p => p with { KeyFingerprints = [] })],
        };
}

/// <param name="KeyFingerprints">The principal's signing keys that are active when the checkpoint is signed, 64 hex characters each.</param>
public sealed record PermissionEntry(
    PrincipalKind PrincipalKind,
    PublicId PrincipalId,
    AccessLevel Level,
    IReadOnlyList<string> KeyFingerprints
)
{
    internal JsonPointer? DifferenceFrom(PermissionEntry state, JsonPointer at) =>
        PrincipalKind != state.PrincipalKind ? at.Member("principalType")
        : Level != state.Level ? at.Member("accessLevel")
        : !SetComparison.Same(KeyFingerprints, state.KeyFingerprints) ? at.Member("keyFingerprints")
        : null;
}
