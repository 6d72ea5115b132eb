using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// Items and their fields, read by those with a grant. They are read beside the queue; a value leaves only when its read was
/// decided again in the queue, on the state of that moment, and the entry of the audit is durable (DESIGN section 3).
/// </summary>
public sealed class VaultItemReadService(Gate gate, TimeProvider time)
{
    /// <summary>
    /// An item with its fields. With values, and the permission for them, the read is audited durably before anything leaves;
    /// what has expired comes without its value, unless its policy only warns.
    /// </summary>
    public async Task<Result<VaultItemView>> GetAsync(
        Caller caller,
        PublicId vaultId,
        PublicId itemId,
        bool withValues,
        CancellationToken cancellation
    )
    {
        var call = new AuditedCall(
            "vault_item.read",
            $"vault_item:{itemId}",
            Permissions.VaultRead
        );
        var read = await gate.ReadAsync(
            caller,
            call,
            (scope, standing) =>
                Take(ItemSources.Of(scope), standing, null, Find, withValues, time.GetUtcNow()),
            cancellation
        );
        return !read.Succeeded || !read.Value.ValuesIncluded
            ? read
            : await gate.ReleaseAsync(
                caller,
                Release(call, "vault_item.read_values"),
                (scope, standing) =>
                    Take(ItemSources.Of(scope), standing, read.Value, Find, true, scope.Now),
                cancellation
            );

        ItemRow? Find(VaultItemCommands items) =>
            items.Find(itemId) is { } item && item.VaultPublicId == vaultId ? item : null;
    }

    /// <summary>One active field of a vault; its value as <see cref="GetAsync"/>, but an expired one is refused.</summary>
    public async Task<Result<FieldInItem>> GetFieldAsync(
        Caller caller,
        PublicId vaultId,
        PublicId fieldId,
        CancellationToken cancellation
    )
    {
        var call = new AuditedCall("field.read", $"field:{fieldId}", Permissions.VaultRead);
        var read = await gate.ReadAsync(
            caller,
            call,
            (scope, standing) =>
                FieldIn(
                    fieldId,
                    Take(ItemSources.Of(scope), standing, null, Find, true, time.GetUtcNow())
                ),
            cancellation
        );
        return !read.Succeeded || !read.Value.Item.ValuesIncluded
            ? read
            : await gate.ReleaseAsync(
                caller,
                Release(call, "field.read_value"),
                (scope, standing) =>
                    FieldIn(
                        fieldId,
                        Take(
                            ItemSources.Of(scope),
                            standing,
                            read.Value.Item,
                            Find,
                            true,
                            scope.Now
                        )
                    ),
                cancellation
            );

        ItemRow? Find(VaultItemCommands items) =>
            items.FindByField(fieldId) is { } item && item.VaultPublicId == vaultId ? item : null;
    }

    /// <summary>Whether the item is there for this caller: not archived, nor its vault, and granted to him.</summary>
    internal static bool IsReadable(AccessCommands access, Standing standing, ItemRow item) =>
        item.ArchivedAt is null
        && item.VaultArchivedAt is null
        && Authorization.LevelOnItem(access, standing, item.VaultId, item.Id) is not null;

    /// <summary>The call by which a value leaves: it needs the permission for values, too.</summary>
    internal static AuditedCall Release(AuditedCall call, string action) =>
        call with
        {
            Action = action,
            Needed = Permissions.VaultRead | Permissions.VaultSecretRead,
        };

    /// <summary>
    /// The item as the caller may see it now. What was read before is taken as it is when the item has not changed since, without
    /// what has expired meanwhile; the queue then has no fields to read.
    /// </summary>
    private static Result<VaultItemView> Take(
        ItemSources sources,
        Standing standing,
        VaultItemView? before,
        Func<VaultItemCommands, ItemRow?> find,
        bool withValues,
        DateTimeOffset now
    ) =>
        find(sources.Items) is not { } item || !IsReadable(sources.Access, standing, item)
            ? VaultErrors.ItemNotFound
        : before?.Changed == item.Changed ? WithoutExpired(sources, before, now)
        : WithoutExpired(sources, View(sources, standing, item, withValues), now);

    private static Result<FieldInItem> FieldIn(PublicId fieldId, Result<VaultItemView> taken)
    {
        if (taken.Error is not null)
        {
            return VaultErrors.FieldNotFound();
        }

        var field = taken.Value.Fields.Single(f => f.Id == fieldId);
        return field.Withheld ? VaultErrors.ItemExpired : new FieldInItem(taken.Value, field);
    }

    /// <summary>
    /// Says what has expired, and takes those values away whose policy does not only warn. Vault and policies are looked at only where
    /// something has expired: a good read pays nothing for them. A value that was taken away before stays so.
    /// </summary>
    private static VaultItemView WithoutExpired(
        ItemSources sources,
        VaultItemView view,
        DateTimeOffset now
    )
    {
        var item = view.Item;
        if (!view.Fields.Any(f => VaultTraits.IsExpired(item.ExpiresAt, f.ExpiresAt, now)))
        {
            return view;
        }

        var vault = sources.Vaults.Find(view.VaultId)!;
        var verdicts = new ExpiryVerdicts(sources.Policies, now);
        return view with { Fields = [.. view.Fields.Select(Judged)] };

        FieldView Judged(FieldView field)
        {
            if (!VaultTraits.IsExpired(item.ExpiresAt, field.ExpiresAt, now))
            {
                return field;
            }

            var withheld =
                field.Withheld
                || verdicts.WithholdsOrTakes(
                    vault,
                    (item.Type, item.ExpiresAt),
                    field.ExpiresAt,
                    field.Type
                );
            return field with
            {
                Expired = true,
                Withheld = withheld,
                Value = withheld ? null : field.Value,
            };
        }
    }

    private static VaultItemView View(
        ItemSources sources,
        Standing standing,
        ItemRow item,
        bool withValues
    )
    {
        var included = withValues && standing.Permissions.HasFlag(Permissions.VaultSecretRead);
        var fields = sources.Items.FieldsOf(item.Id, included);
        var stored = sources.Checkpoints.Find(item.DetailCheckpoint);
        var state = standing.Kind == CallerKind.Person ? item.Detail(fields) : null;
        var forPage = standing.Kind == CallerKind.Person && !withValues;
        var policies = forPage ? sources.Policies.All() : null;
        var vault = forPage ? sources.Vaults.Find(item.VaultPublicId) : null;
        return new VaultItemView
        {
            Item = VaultItemService.ToRow(item),
            VaultId = item.VaultPublicId,
            VaultName = item.VaultName,
            Fields = [.. fields.Select(f => ToView(f) with { Lifetime = LifetimeOf(f) })],
            Lifetime = policies
                ?.RuleFor(VaultTraits.OfItem(vault!, item.Type))
                .LifetimeOf(item.ExpiresAt, valueAt: null),
            Detail = CheckpointVerifier.Show(sources.Access, stored, state),
            Access = Authorization.LevelOnItem(sources.Access, standing, item.VaultId, item.Id),
            ValuesIncluded = included,
            Changed = item.Changed,
        };

        Lifetime? LifetimeOf(FieldRow field) =>
            policies
                ?.RuleFor(VaultTraits.OfField(vault!, item.Type, field.Type))
                .LifetimeOf(field.ExpiresAt, field.UpdatedAt);
    }

    private static FieldView ToView(FieldRow field) =>
        new()
        {
            Id = field.PublicId,
            Name = field.Name,
            Type = field.Type,
            Order = field.Order,
            InstanceId = field.InstanceId,
            AssetId = field.AssetId,
            DekVersion = field.DekVersion,
            ExpiresAt = field.ExpiresAt,
            HasValue = field.ValueLength is not null,
            SealedBytes = field.ValueLength ?? 0,
            UpdatedAt = field.UpdatedAt,
            Value = field.Value,
        };
}
