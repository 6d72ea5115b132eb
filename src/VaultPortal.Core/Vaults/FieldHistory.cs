using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>A part of all that an item's fields ever were, newest first.</summary>
/// <param name="Total">How many instances there are in all.</param>
public sealed record FieldHistory(IReadOnlyList<FieldInstanceView> Instances, int Total)
{
    /// <summary>Whether the caller may read values at all; without it they are absent, not empty.</summary>
    public required bool ValuesIncluded { get; init; }

    /// <summary>The commit that had changed the item last when it was read.</summary>
    internal long Changed { get; init; }
}

/// <summary>What of an item's past is asked for.</summary>
public sealed record FieldHistoryQuery(Page Page)
{
    /// <summary>One instance alone, however old; the page counts for nothing then.</summary>
    public PublicId? Instance { get; init; }

    public bool WithValues { get; init; } = true;
}

/// <summary>One value that a field had, with its label and type at the time.</summary>
public sealed record FieldInstanceView
{
    public required PublicId FieldId { get; init; }
    public required string FieldName { get; init; }
    public required FieldType FieldType { get; init; }
    public required PublicId InstanceId { get; init; }
    public required int DekVersion { get; init; }
    public required PublicId? AssetId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required Author CreatedBy { get; init; }

    /// <summary>When the next instance took its place, or the field was deleted; null while it is active.</summary>
    public required DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>The version of the detail checkpoint that it came with.</summary>
    public required long DetailVersion { get; init; }
    public required bool HasValue { get; init; }

    /// <summary>The field or its item has expired.</summary>
    public bool Expired { get; init; }

    /// <summary>It has expired, and values of the past are withheld as the present one is.</summary>
    public bool Withheld { get; init; }

    /// <summary>UTF-8 of the envelope, where it may be read.</summary>
    public byte[]? Value { get; init; }
    internal DateTimeOffset? FieldExpiresAt { get; init; }

    /// <summary>The type that the field has now: what policies say of either type withholds the value.</summary>
    internal FieldType PresentType { get; init; }

    /// <summary>Says nothing of the value: records print their members otherwise.</summary>
    public override string ToString() => $"FieldInstanceView {InstanceId}";
}

/// <summary>Who wrote something: a user, named by e-mail address, or an agent.</summary>
public sealed record Author(PrincipalKind Kind, PublicId Id, string Name);
