using System.Data.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// What becomes of the expiries in a vault that is classified otherwise, or comes back from the archive: as of an item of another type
/// (<see cref="ItemLifetimes"/>), but for all items at once, by type, because there may be thousands of them.
/// </summary>
internal sealed class VaultLifetimes : ICommandSet<VaultLifetimes>
{
    private const string IsOutside = "(($4 IS NOT NULL AND expires_at IS NULL) OR expires_at > $5)";

    private readonly PreparedCommand _items;
    private readonly PreparedCommand _itemsOfFields;
    private readonly PreparedCommand _fields;

    private VaultLifetimes(DbConnection connection)
    {
        _items = new(
            connection,
            $"""
            UPDATE vault_item SET expires_at = CASE WHEN expires_at IS NULL THEN $4 ELSE $5 END, updated_at = $6, changed = $7
            WHERE vault_id = $1 AND type = $2 AND $3 = 0 AND {IsOutside}
            """
        );
        // What was read of an item is taken again while the item has not changed: so these change, too.
        _itemsOfFields = new(
            connection,
            $"""
            UPDATE vault_item SET updated_at = $6, changed = $7
            WHERE vault_id = $1 AND type = $2 AND EXISTS (
                SELECT 1 FROM field
                WHERE item_id = vault_item.id AND field.type = $3 AND field.archived_at IS NULL AND {IsOutside})
            """
        );
        _fields = new(
            connection,
            $"""
            UPDATE field SET expires_at = CASE WHEN expires_at IS NULL THEN $4 ELSE $5 END
            WHERE item_id IN (SELECT id FROM vault_item WHERE vault_id = $1 AND type = $2)
              AND type = $3 AND archived_at IS NULL AND {IsOutside}
            """
        );
    }

    public static VaultLifetimes Create(DbConnection connection) => new(connection);

    /// <summary>For a vault whose classification was another one until now.</summary>
    public static void Classified(WriteScope scope, Vault vault, DataClassification? before)
    {
        var policies = scope.Commands<PolicyCommands>().All();
        foreach (var traits in All(vault))
        {
            var rule = policies.RuleFor(traits);
            var earlier = policies.RuleFor(traits with { Classification = (int)(before ?? 0) });
            if (rule.Policy != earlier.Policy)
            {
                Keep(
                    scope,
                    traits,
                    rule.DefaultExpiry(scope.Now),
                    scope.Now + rule.LongestLifetime
                );
            }
        }
    }

    /// <summary>For a vault that was archived until now.</summary>
    public static void BroughtBack(WriteScope scope, Vault vault)
    {
        var policies = scope.Commands<PolicyCommands>().All();
        foreach (var traits in All(vault))
        {
            var latest = scope.Now + policies.RuleFor(traits).LongestLifetime;
            Keep(scope, traits, latest, latest);
        }
    }

    private static IEnumerable<LifetimeTraits> All(Vault vault) =>
        Enum.GetValues<ItemType>()
            .SelectMany(item =>
                Enum.GetValues<FieldType>()
                    .Select(field => VaultTraits.OfField(vault, item, field))
                    .Prepend(VaultTraits.OfItem(vault, item))
            );

    /// <param name="traits">Of which items, or of which fields.</param>
    /// <param name="missing">What those without an expiry get; null = none.</param>
    /// <param name="latest">What those with a later one get; null = they keep it.</param>
    private static void Keep(
        WriteScope scope,
        LifetimeTraits traits,
        DateTimeOffset? missing,
        DateTimeOffset? latest
    )
    {
        if (missing is null && latest is null)
        {
            return;
        }

        var commands = scope.Commands<VaultLifetimes>();
        var (vault, item, field) = (traits.VaultId, (long)traits.ItemType, (long)traits.FieldType);
        var ofItems =
            traits.Kind == LifetimeKind.VaultItem ? commands._items : commands._itemsOfFields;
        ofItems.Execute(vault, item, field, missing, latest, scope.Now, scope.CommitSequence);
        if (traits.Kind == LifetimeKind.Field)
        {
            commands._fields.Execute(vault, item, field, missing, latest);
        }
    }
}
