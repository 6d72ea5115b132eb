using System.Collections.ObjectModel;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Vaults;

public enum VaultSort
{
    Name,
    Classification,
    ItemCount,
    UpdatedAt,

    /// <summary>By how many items are due or expired.</summary>
    Expiring,
}

/// <summary>The caller's level on a vault, as a filter; the numbers are those of <see cref="AccessLevel"/>.</summary>
public enum VaultAccessFilter
{
    /// <summary>He sees that it exists, or single items of it.</summary>
    None,
    Read = AccessLevel.Read,
    Write = AccessLevel.Write,
    Admin = AccessLevel.Admin,
}

public enum VaultListState
{
    Active,

    /// <summary>Those that the caller may restore.</summary>
    Archived,
}

public enum ExpiryFilter
{
    /// <summary>Due or expired.</summary>
    Soon,
    Expired,
}

/// <summary>How many active items of a vault have expired, and of how many the expiry is due, as their policies say.</summary>
public readonly record struct ExpiringItems(int Due, int Expired);

/// <summary>Which vaults, in which order, how many.</summary>
public sealed record VaultQuery
{
    /// <summary>Part of the name, in whatever case.</summary>
    public string? Search { get; init; }
    public DataClassification? Classification { get; init; }
    public VaultAccessFilter? Access { get; init; }
    public VaultListState State { get; init; }

    /// <summary>With items that are due or expired at <see cref="Now"/>.</summary>
    public ExpiryFilter? Expiring { get; init; }

    /// <summary>The moment at which items that expire are counted; null = they are not, and no filter or sort asks for them.</summary>
    public DateTimeOffset? Now { get; init; }
    public VaultSort Sort { get; init; }
    public bool Descending { get; init; }
    public int Skip { get; init; }

    /// <summary>Most rows to answer.</summary>
    public int Take { get; init; } = 50;
}

/// <param name="Total">How many match in all.</param>
public sealed record VaultList(IReadOnlyList<VaultRow> Vaults, int Total);

/// <summary>A vault as lists show it.</summary>
public sealed record VaultRow
{
    public required PublicId Id { get; init; }
    public required string Name { get; init; }
    public required DataClassification? Classification { get; init; }
    public required int ItemCount { get; init; }
    public required int CurrentDekVersion { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The caller's level on the vault. Null: he sees that it exists, by his role or because of a grant on an item.</summary>
    public required AccessLevel? Access { get; init; }

    /// <summary>The caller is an Auditor, who reads names and counts of everything and values nowhere, whatever his level.</summary>
    public bool MetadataOnly { get; init; }

    /// <summary>The caller has grants on single items only: counts, groups and the other checkpoints are not for him.</summary>
    public required bool ItemGrantsOnly { get; init; }

    /// <summary>Null where they were not asked for, and for whoever sees single items only.</summary>
    public ExpiringItems? Expiring { get; init; }

    /// <summary>Shown to those who may restore it, and to nobody else.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
    public SignedCheckpoint? Directory { get; init; }
}

public sealed record VaultView
{
    public required VaultRow Vault { get; init; }
    public SignedCheckpoint? Summary { get; init; }
    public SignedCheckpoint? Permission { get; init; }

    /// <summary>Name of the user or agent that made it.</summary>
    public required string CreatedBy { get; init; }
    public required PublicId CreatedById { get; init; }
    public required bool RekeyDue { get; init; }

    /// <summary>Active fields whose value is still sealed under an older data key.</summary>
    public required int StaleInstances { get; init; }
    public IReadOnlyList<VaultMember> Members { get; init; } = [];
}

public sealed record VaultMember(
    PrincipalKind Kind,
    PublicId Id,
    string Name,
    AccessLevel Level,
    DateTimeOffset Since,
    IReadOnlyList<string> KeyFingerprints
);

public sealed record VaultContents
{
    public required VaultRow Vault { get; init; }
    public SignedCheckpoint? Summary { get; init; }
    public required IReadOnlyList<VaultItemRow> Items { get; init; }
    public required IReadOnlyList<ItemGroupRow> Groups { get; init; }

    /// <summary>What policies say about its items, by type, for pages; of others the built-in rule.</summary>
    public IReadOnlyDictionary<ItemType, ExpiryRule> Rules { get; init; } =
        ReadOnlyDictionary<ItemType, ExpiryRule>.Empty;

    /// <summary>The moments at which the state of an item of it changes.</summary>
    public Lifetime LifetimeOf(VaultItemRow item) =>
        Rules
            .GetValueOrDefault(item.Type, ExpiryRule.BuiltIn)
            .LifetimeOf(item.ExpiresAt, valueAt: null);
}

public sealed record ItemGroupRow(PublicId Id, string Name);

public sealed record VaultItemRow
{
    public required PublicId Id { get; init; }
    public required string Name { get; init; }
    public required ItemType Type { get; init; }
    public required IReadOnlyList<string> Websites { get; init; }
    public required PublicId? GroupId { get; init; }
    public required int FieldCount { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? ArchivedAt { get; init; }
}

public sealed record ArchivedItems(IReadOnlyList<VaultItemRow> Items);

public sealed record VaultItemView
{
    public required VaultItemRow Item { get; init; }
    public required PublicId VaultId { get; init; }
    public required string VaultName { get; init; }
    public required IReadOnlyList<FieldView> Fields { get; init; }
    public SignedCheckpoint? Detail { get; init; }

    /// <summary>The moments at which its state changes, for pages; null where values were asked for.</summary>
    public Lifetime? Lifetime { get; init; }

    /// <summary>The caller's level here: the higher of his grants on the item and on its vault.</summary>
    public AccessLevel? Access { get; init; }

    /// <summary>Whether the caller may read values at all; without it they are absent, not empty.</summary>
    public required bool ValuesIncluded { get; init; }

    /// <summary>The commit that had changed the item last when it was read.</summary>
    internal long Changed { get; init; }
}

public sealed record FieldView
{
    public required PublicId Id { get; init; }
    public required string Name { get; init; }
    public required FieldType Type { get; init; }
    public required int Order { get; init; }
    public required PublicId InstanceId { get; init; }
    public required PublicId? AssetId { get; init; }
    public required int DekVersion { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>As of its item.</summary>
    public Lifetime? Lifetime { get; init; }

    /// <summary>The field or its item has expired.</summary>
    public bool Expired { get; init; }

    /// <summary>It has expired, and its value is withheld therefore: no policy has it that this is only warned of.</summary>
    public bool Withheld { get; init; }
    public required bool HasValue { get; init; }

    /// <summary>Length of the envelope's text in bytes.</summary>
    public required int SealedBytes { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>UTF-8 of the envelope, where values were asked for and may be read; never for pages.</summary>
    public byte[]? Value { get; init; }

    /// <summary>Says nothing of the value: records print their members otherwise.</summary>
    public override string ToString() => $"FieldView {Id}";
}

/// <summary>One field with the item it stands in.</summary>
public sealed record FieldInItem(VaultItemView Item, FieldView Field);
