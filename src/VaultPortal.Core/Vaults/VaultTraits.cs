using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Vaults;

/// <summary>What policies match items and their fields on.</summary>
internal static class VaultTraits
{
    public static LifetimeTraits OfItem(Vault vault, ItemType type) =>
        new(
            LifetimeKind.VaultItem,
            vault.Id,
            (int)type,
            Classification: (int)(vault.Classification ?? 0)
        );

    public static LifetimeTraits OfField(Vault vault, ItemType item, FieldType field) =>
        new(LifetimeKind.Field, vault.Id, (int)item, (int)field, (int)(vault.Classification ?? 0));

    /// <summary>Whether the value of a field is withheld: because its item's policy, or its own, has it that what has expired is refused.</summary>
    public static bool Withholds(
        this ExpiryVerdicts verdicts,
        Vault vault,
        (ItemType Type, DateTimeOffset? ExpiresAt) item,
        (FieldType Type, DateTimeOffset? ExpiresAt) field
    ) =>
        verdicts.Refuse(OfItem(vault, item.Type), item.ExpiresAt)
        || verdicts.Refuse(OfField(vault, item.Type, field.Type), field.ExpiresAt);
}
