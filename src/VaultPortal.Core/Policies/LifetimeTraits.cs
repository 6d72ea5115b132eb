namespace VaultPortal.Core.Policies;

/// <summary>What policies are matched on. 0 = the object has no such thing.</summary>
/// <param name="VaultId">The row of the vault of an item or field.</param>
/// <param name="ItemType">The number of the item's type; of a field its item's.</param>
/// <param name="FieldType">The number of a field's type.</param>
/// <param name="Classification">The number of the vault's classification.</param>
public readonly record struct LifetimeTraits(
    LifetimeKind Kind,
    long VaultId = 0,
    int ItemType = 0,
    int FieldType = 0,
    int Classification = 0
);
