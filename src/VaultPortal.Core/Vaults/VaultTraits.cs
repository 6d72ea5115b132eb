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

    /// <summary>Whether a field's value has expired, by itself or with its item.</summary>
    public static bool IsExpired(DateTimeOffset? item, DateTimeOffset? field, DateTimeOffset now) =>
        item <= now || field <= now;

    /// <summary>
    /// Whether the value of a field that has expired is withheld: because its item's policy, or its own, has it that what has expired is
    /// refused.
    /// </summary>
    /// <param name="verdicts">Those of this moment.</param>
    /// <param name="vault">The item's.</param>
    /// <param name="item">Its type and expiry.</param>
    /// <param name="expiresAt">Of the field.</param>
    /// <param name="types">
    /// Of the field; of a value of its past also the type that it had then: a value was given for that, and another type does not open it.
    /// </param>
    public static bool Withholds(
        this ExpiryVerdicts verdicts,
        Vault vault,
        (ItemType Type, DateTimeOffset? ExpiresAt) item,
        DateTimeOffset? expiresAt,
        params ReadOnlySpan<FieldType> types
    )
    {
        if (verdicts.Refuse(OfItem(vault, item.Type), item.ExpiresAt))
        {
            return true;
        }

        foreach (var type in types)
        {
            if (verdicts.Refuse(OfField(vault, item.Type, type), expiresAt))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same of a value that is about to leave: where it does, the audit is to say that it had expired.</summary>
    public static bool WithholdsOrTakes(
        this ExpiryVerdicts verdicts,
        Vault vault,
        (ItemType Type, DateTimeOffset? ExpiresAt) item,
        DateTimeOffset? expiresAt,
        params ReadOnlySpan<FieldType> types
    )
    {
        var withheld = verdicts.Withholds(vault, item, expiresAt, types);
        if (!withheld)
        {
            verdicts.Taken();
        }

        return withheld;
    }
}
