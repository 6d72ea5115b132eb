using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Core.Porting;

/// <summary>A vault to be written as it stands, its signed histories beginning at the versions given here.</summary>
public sealed record SeedVault(
    PublicId Id,
    string Name,
    DataClassification? Classification,
    int DekVersion,
    long DirectoryVersion,
    long SummaryVersion,
    IReadOnlyList<SeedItem> Items
)
{
    /// <summary>
    /// The data key that the values are sealed under, to be wrapped to the signer's encryption key; the vault then gets a permission
    /// checkpoint too, so that clients can verify and open it. Null where nobody is to.
    /// </summary>
    public byte[]? Dek { get; init; }

    /// <summary>Without the key.</summary>
    public override string ToString() => $"Vault {Id}";
}

/// <summary>An item of a <see cref="SeedVault"/>.</summary>
public sealed record SeedItem(
    PublicId Id,
    string Name,
    ItemType Type,
    IReadOnlyList<string> Websites,
    long DetailVersion,
    IReadOnlyList<SeedField> Fields
)
{
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A field of a <see cref="SeedItem"/>; its order is its place in the list.</summary>
/// <param name="Envelope">The sealed value, a v3 envelope.</param>
public sealed record SeedField(
    PublicId Id,
    PublicId InstanceId,
    string Name,
    FieldType Type,
    string Envelope
);
