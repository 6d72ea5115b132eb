using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>When items and their fields expire: from then on their values do not leave any more.</summary>
public sealed class ItemExpiryService(Gate gate)
{
    /// <summary>Sets or clears the expiries that are named, as far as policies allow it, all or none; the others stay.</summary>
    public Task<Result<Unit>> SetAsync(
        Caller caller,
        PublicId itemId,
        ExpiryChange change,
        CancellationToken cancellation
    ) =>
        gate.WriteAsync(
            caller,
            new AuditedCall(
                "vault_item.set_expiry",
                $"vault_item:{itemId}",
                Permissions.VaultWrite
            ),
            (scope, standing) =>
                VaultAccess.OpenItem(
                    scope,
                    standing,
                    itemId,
                    AccessLevel.Write,
                    signsSummary: false
                ),
            (scope, _, open) => Set(scope, open, change),
            cancellation
        );

    private static Result<Unit> Set(WriteScope scope, OpenItem open, ExpiryChange change)
    {
        if (open.Archived)
        {
            return VaultErrors.ItemNotFound;
        }

        var (item, commands) = (open.Item, scope.Commands<VaultItemCommands>());
        var fields = commands.FieldsOf(item.Id).ToDictionary(f => f.PublicId);
        foreach (var entry in change.Fields)
        {
            if (!fields.ContainsKey(entry.FieldId))
            {
                return VaultErrors.FieldNotFound(entry.At);
            }
        }

        if (Refusal(scope, open, change, fields) is { } refused)
        {
            return refused;
        }

        foreach (var entry in change.Fields)
        {
            commands.SetFieldExpiry(fields[entry.FieldId].Id, entry.ExpiresAt);
        }

        item.ExpiresAt = change.SaysItem ? change.ItemExpiresAt : item.ExpiresAt;
        item.UpdatedAt = scope.Now;
        commands.SetExpiry(item);
        commands.Update(item, scope.CommitSequence);
        return default(Unit);
    }

    /// <summary>The first expiry that a policy does not allow.</summary>
    private static VaultError? Refusal(
        WriteScope scope,
        OpenItem open,
        ExpiryChange change,
        Dictionary<PublicId, FieldRow> fields
    )
    {
        var policies = scope.Commands<PolicyCommands>().All();
        var (item, vault) = (open.Item, open.Vault);
        if (
            change.SaysItem
            && policies
                .RuleFor(VaultTraits.OfItem(vault, item.Type))
                .RefusalOfChange(item.ExpiresAt, change.ItemExpiresAt, scope.Now, "/expiresAt")
                is { } ofItem
        )
        {
            return ofItem;
        }

        return change
            .Fields.Select(entry =>
                policies
                    .RuleFor(VaultTraits.OfField(vault, item.Type, fields[entry.FieldId].Type))
                    .RefusalOfChange(
                        fields[entry.FieldId].ExpiresAt,
                        entry.ExpiresAt,
                        scope.Now,
                        entry.At.Member("expiresAt").ToString()
                    )
            )
            .FirstOrDefault(refusal => refusal is not null);
    }
}
