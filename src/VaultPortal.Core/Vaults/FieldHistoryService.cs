using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>The past of an item's fields: every instance with who, when and under which version (machine.md section 7).</summary>
public sealed class FieldHistoryService(Gate gate, TimeProvider time)
{
    /// <summary>
    /// Newest first, those of deleted fields included. Values come with the permission for them only, when the read is durably in the
    /// audit, and not of what has expired. One instance alone is in the audit by its own id.
    /// </summary>
    public async Task<Result<FieldHistory>> GetAsync(
        Caller caller,
        PublicId vaultId,
        PublicId itemId,
        FieldHistoryQuery query,
        CancellationToken cancellation
    )
    {
        var call = new AuditedCall(
            "vault_item.read_history",
            query.Instance is { } instance ? $"field_instance:{instance}" : $"vault_item:{itemId}",
            Permissions.VaultRead
        );
        var read = await gate.ReadAsync(
            caller,
            call,
            (scope, standing) =>
                Take(
                    HistorySources.Of(scope),
                    standing,
                    (vaultId, itemId, query),
                    null,
                    time.GetUtcNow()
                ),
            cancellation
        );
        return !read.Succeeded || !read.Value.ValuesIncluded
            ? read
            : await gate.ReleaseAsync(
                caller,
                VaultItemReadService.Release(call, "vault_item.read_history_values"),
                (scope, standing) =>
                    Take(
                        HistorySources.Of(scope),
                        standing,
                        (vaultId, itemId, query),
                        read.Value,
                        scope.Now
                    ),
                cancellation
            );
    }

    /// <summary>
    /// What was read before is answered as it was, for instances never change: an item has any number of them, and the queue is not where
    /// they are looked through. Who may read it, and what has expired, is decided again.
    /// </summary>
    private static Result<FieldHistory> Take(
        HistorySources sources,
        Standing standing,
        (PublicId Vault, PublicId Item, FieldHistoryQuery Query) asked,
        FieldHistory? before,
        DateTimeOffset now
    )
    {
        if (
            sources.Items.Find(asked.Item) is not { } item
            || item.VaultPublicId != asked.Vault
            || !VaultItemReadService.IsReadable(sources.Access, standing, item)
        )
        {
            return VaultErrors.ItemNotFound;
        }

        var history =
            before is null ? Read(sources, standing, item, asked.Query)
            : before.Changed == item.Changed ? before
            : WithExpiries(sources, before);
        return asked.Query.Instance is not null && history.Instances.Count == 0
            ? VaultErrors.FieldNotFound()
            : WithoutExpired(sources, history, item, now);
    }

    private static FieldHistory Read(
        HistorySources sources,
        Standing standing,
        ItemRow item,
        FieldHistoryQuery query
    )
    {
        var all = sources.History.List(item.Id);
        var withValues =
            query.WithValues && standing.Permissions.HasFlag(Permissions.VaultSecretRead);
        var authors = new Dictionary<PrincipalRef, Author>();
        return new FieldHistory(
            [
                .. Asked()
                    .Select(i =>
                        sources.History.Read(i.Sequence, i.ArchivedAt, withValues, AuthorOf)
                    ),
            ],
            all.Count
        )
        {
            ValuesIncluded = withValues,
            Changed = item.Changed,
        };

        IEnumerable<(long Sequence, DateTimeOffset? ArchivedAt)> Asked()
        {
            if (query.Instance is not { } id)
            {
                return all.Skip(query.Page.Skip).Take(query.Page.Limit);
            }

            var sequence = sources.History.SequenceOf(id);
            return all.Where(i => i.Sequence == sequence);
        }

        Author AuthorOf(PrincipalRef principal)
        {
            if (!authors.TryGetValue(principal, out var author))
            {
                var (id, name) = sources.Access.NameOf(principal);
                authors[principal] = author = new Author(principal.Kind, id, name);
            }

            return author;
        }
    }

    /// <summary>The instances of a page, with when their fields expire now.</summary>
    private static FieldHistory WithExpiries(HistorySources sources, FieldHistory before)
    {
        var expiries = before
            .Instances.Select(i => i.FieldId)
            .Distinct()
            .ToDictionary(id => id, sources.History.ExpiryOf);
        return before with
        {
            Instances =
            [
                .. before.Instances.Select(i =>
                    i with
                    {
                        FieldExpiresAt = expiries[i.FieldId].ExpiresAt,
                        PresentType = expiries[i.FieldId].Type,
                    }
                ),
            ],
        };
    }

    /// <summary>As of the item itself: vault and policies are looked at only where something has expired.</summary>
    private static FieldHistory WithoutExpired(
        HistorySources sources,
        FieldHistory history,
        ItemRow item,
        DateTimeOffset now
    )
    {
        if (
            !history.Instances.Any(i =>
                VaultTraits.IsExpired(item.ExpiresAt, i.FieldExpiresAt, now)
            )
        )
        {
            return history;
        }

        var vault = sources.Vaults.Find(item.VaultPublicId)!;
        var verdicts = new ExpiryVerdicts(sources.Policies, now);
        return history with { Instances = [.. history.Instances.Select(Judged)] };

        FieldInstanceView Judged(FieldInstanceView instance)
        {
            if (!VaultTraits.IsExpired(item.ExpiresAt, instance.FieldExpiresAt, now))
            {
                return instance;
            }

            var withheld =
                instance.Withheld
                || verdicts.WithholdsOrTakes(
                    vault,
                    (item.Type, item.ExpiresAt),
                    instance.FieldExpiresAt,
                    instance.PresentType,
                    instance.FieldType
                );
            return instance with
            {
                Expired = true,
                Withheld = withheld,
                Value = withheld ? null : instance.Value,
            };
        }
    }

    private readonly record struct HistorySources(
        AccessCommands Access,
        VaultItemCommands Items,
        FieldHistoryCommands History,
        VaultCommands Vaults,
        PolicyCommands Policies
    )
    {
        public static HistorySources Of(ReadScope scope) =>
            new(
                scope.Commands<AccessCommands>(),
                scope.Commands<VaultItemCommands>(),
                scope.Commands<FieldHistoryCommands>(),
                scope.Commands<VaultCommands>(),
                scope.Commands<PolicyCommands>()
            );

        public static HistorySources Of(WriteScope scope) =>
            new(
                scope.Commands<AccessCommands>(),
                scope.Commands<VaultItemCommands>(),
                scope.Commands<FieldHistoryCommands>(),
                scope.Commands<VaultCommands>(),
                scope.Commands<PolicyCommands>()
            );
    }
}
