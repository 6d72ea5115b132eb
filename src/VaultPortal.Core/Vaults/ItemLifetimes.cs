using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>What a write of an item makes of its expiries: no type, and no way back, leads past a policy.</summary>
/// <param name="TypeBefore">The item's type before; null = it is new.</param>
/// <param name="IsBack">Whether it was archived until now.</param>
internal readonly record struct ItemLifetimes(ItemType? TypeBefore, bool IsBack = false)
{
    /// <summary>
    /// Writes what is new or decided by another policy than before with the expiry that its policy has for it, and what comes back with its
    /// own or the latest that is allowed. Everything else keeps its own, and then no policy is asked.
    /// </summary>
    public void Write(WriteScope scope, Vault vault, ItemRow item, FieldPlan plan)
    {
        if (TypeBefore == item.Type && !IsBack && !plan.ChangesTypes)
        {
            return;
        }

        var commands = scope.Commands<VaultItemCommands>();
        var policies = scope.Commands<PolicyCommands>().All();
        var ofItem = After(
            policies,
            TypeBefore is { } type ? VaultTraits.OfItem(vault, type) : null,
            VaultTraits.OfItem(vault, item.Type),
            item.ExpiresAt,
            scope.Now
        );
        if (ofItem != item.ExpiresAt)
        {
            item.ExpiresAt = ofItem;
            commands.SetExpiry(item);
        }

        foreach (var field in plan.Active)
        {
            var ofField = After(
                policies,
                plan.TypeBefore(field) is { } before
                    ? VaultTraits.OfField(vault, TypeBefore ?? item.Type, before)
                    : null,
                VaultTraits.OfField(vault, item.Type, field.Type),
                field.ExpiresAt,
                scope.Now
            );
            if (ofField != field.ExpiresAt)
            {
                field.ExpiresAt = ofField;
                commands.SetFieldExpiry(field.Id, ofField);
            }
        }
    }

    private DateTimeOffset? After(
        PolicySet policies,
        LifetimeTraits? before,
        LifetimeTraits traits,
        DateTimeOffset? expiresAt,
        DateTimeOffset now
    )
    {
        var rule = policies.RuleFor(traits);
        return before is not { } earlier ? rule.DefaultExpiry(now)
            : IsBack ? rule.Nearest(expiresAt, now)
            : rule.ExpiryAfter(policies.RuleFor(earlier), expiresAt, now);
    }
}
