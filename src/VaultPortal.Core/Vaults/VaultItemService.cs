using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>Items and their fields: made, updated, archived and restored by signed requests. They are read by <see cref="VaultItemReadService"/>.</summary>
public sealed class VaultItemService(Gate gate, CheckpointVerifier verifier, LimitOptions limits)
{
    /// <summary>
    /// Applies field changes and new metadata under a detail checkpoint, and under a summary checkpoint where the summary changes
    /// (machine.md section 6). Of several writers with the same next version exactly one succeeds.
    /// </summary>
    public Task<Result<Unit>> UpdateAsync(
        Caller caller,
        PublicId itemId,
        VaultItemUpdate update,
        CancellationToken cancellation
    )
    {
        verifier.VerifySignatures(update.Detail, update.Summary);
        return gate.WriteAsync(
            caller,
            new AuditedCall("vault_item.update", $"vault_item:{itemId}", Permissions.VaultWrite),
            (scope, standing) =>
                VaultAccess.OpenItem(
                    scope,
                    standing,
                    itemId,
                    AccessLevel.Write,
                    update.Summary is not null
                ),
            (scope, standing, open) => Update(scope, standing, open, update),
            cancellation
        );
    }

    /// <summary>Makes an item with its first fields under a summary and a first detail checkpoint.</summary>
    public Task<Result<Created>> CreateAsync(
        Caller caller,
        PublicId vaultId,
        NewVaultItem item,
        CancellationToken cancellation
    )
    {
        verifier.VerifySignatures(item.Summary, item.Detail);
        return gate.WriteAsync(
            caller,
            new AuditedCall("vault_item.create", $"vault_item:{item.Id}", Permissions.VaultWrite),
            (scope, standing) =>
                VaultAccess.OpenVault(
                    scope.Commands<AccessCommands>(),
                    scope.Commands<VaultCommands>(),
                    standing,
                    vaultId,
                    AccessLevel.Write
                ),
            (scope, standing, vault) => Create(scope, standing, vault, item),
            cancellation
        );
    }

    /// <summary>Takes an item out of its vault, under a summary checkpoint; nothing is erased.</summary>
    public Task<Result<Unit>> ArchiveAsync(
        Caller caller,
        PublicId vaultId,
        PublicId itemId,
        SignedInput<SummaryContent> summary,
        CancellationToken cancellation
    )
    {
        verifier.VerifySignatures(summary);
        return gate.WriteAsync(
            caller,
            new AuditedCall("vault_item.archive", $"vault_item:{itemId}", Permissions.VaultWrite),
            (scope, standing) => OpenIn(scope, standing, vaultId, itemId),
            (scope, standing, open) => Archive(scope, standing, open, summary),
            cancellation
        );
    }

    /// <summary>
    /// Brings an archived item back under a summary and a detail checkpoint, its fields as they were. An item that is not archived
    /// stays as it is and takes the checkpoints: the same state, signed anew.
    /// </summary>
    public Task<Result<Unit>> RestoreAsync(
        Caller caller,
        PublicId vaultId,
        PublicId itemId,
        ItemRestore restore,
        CancellationToken cancellation
    )
    {
        verifier.VerifySignatures(restore.Summary, restore.Detail);
        return gate.WriteAsync(
            caller,
            new AuditedCall("vault_item.restore", $"vault_item:{itemId}", Permissions.VaultWrite),
            (scope, standing) => OpenIn(scope, standing, vaultId, itemId),
            (scope, standing, open) => Restore(scope, standing, open, restore),
            cancellation
        );
    }

    internal static VaultItemRow ToRow(ItemRow item) =>
        new()
        {
            Id = item.PublicId,
            Name = item.Name,
            Type = item.Type,
            Websites = item.Websites,
            GroupId = item.GroupId,
            FieldCount = item.FieldCount,
            CreatedAt = item.CreatedAt,
            UpdatedAt = item.UpdatedAt,
            ExpiresAt = item.ExpiresAt,
            ArchivedAt = item.ArchivedAt,
        };

    /// <summary>An item of this vault for a write that carries a summary.</summary>
    private static Result<OpenItem> OpenIn(
        WriteScope scope,
        Standing standing,
        PublicId vaultId,
        PublicId itemId
    )
    {
        var open = VaultAccess.OpenItem(
            scope,
            standing,
            itemId,
            AccessLevel.Write,
            signsSummary: true
        );
        return open.Succeeded && open.Value.Vault.PublicId != vaultId
            ? VaultErrors.ItemNotFound
            : open;
    }

    private static Result<Unit> Update(
        WriteScope scope,
        Standing standing,
        OpenItem open,
        VaultItemUpdate update
    )
    {
        if (open.Archived)
        {
            return VaultErrors.ItemNotFound;
        }

        var (item, vault) = (open.Item, open.Vault);
        var signers = CheckpointVerifier.Accept(
            scope.Commands<AccessCommands>(),
            standing,
            agentMaySign: true,
            (update.Summary, vault.SummaryVersion),
            (update.Detail, item.DetailVersion)
        );
        if (signers.Error is { } refused)
        {
            return refused;
        }

        var plan = FieldPlan.Make(
            scope,
            standing,
            vault,
            scope.Commands<VaultItemCommands>().FieldsOf(item.Id),
            update.Changes
        );
        if (plan.Error is { } impossible)
        {
            return impossible;
        }

        var typeBefore = item.Type;
        var changesSummary = ChangeMetadata(item, update);
        if (update.Changes.Count == 0 && !changesSummary)
        {
            return VaultError.Invalid(
                "/updates",
                "There is nothing to update: change a field, the name, type or websites."
            );
        }

        if (changesSummary && update.Summary is null)
        {
            return VaultError.Invalid(
                "/summaryCheckpoint",
                "A new name, type or websites list stands in the vault's summary too: sign that as well."
            );
        }

        item.UpdatedAt = scope.Now;
        return Finish(
            scope,
            standing,
            item,
            vault,
            plan.Value,
            (update.Summary, signers.Value[0]),
            (update.Detail, signers.Value[1]),
            new ItemLifetimes(typeBefore)
        );
    }

    private Result<Created> Create(
        WriteScope scope,
        Standing standing,
        Vault vault,
        NewVaultItem request
    )
    {
        if (vault.ArchivedAt is not null)
        {
            return VaultErrors.VaultNotFound;
        }

        var signers = CheckpointVerifier.Accept(
            scope.Commands<AccessCommands>(),
            standing,
            agentMaySign: true,
            (request.Summary, vault.SummaryVersion),
            (request.Detail, 0)
        );
        if (signers.Error is { } refused)
        {
            return OnCreate(refused);
        }

        var commands = scope.Commands<VaultItemCommands>();
        if (commands.Find(request.Id) is not null)
        {
            return VaultErrors.IdConflict(JsonPointer.Root.Member("id"));
        }

        if (vault.ItemCount >= limits.ItemsPerVault)
        {
            return VaultError.Invalid("/id", $"A vault has at most {limits.ItemsPerVault} items.");
        }

        var plan = FieldPlan.Make(scope, standing, vault, [], request.Fields);
        if (plan.Error is { } impossible)
        {
            return impossible;
        }

        var item = new ItemRow
        {
            PublicId = request.Id,
            VaultId = vault.Id,
            VaultPublicId = vault.PublicId,
            Name = request.Name,
            Type = request.Type,
            Websites = request.Websites,
            CreatedAt = scope.Now,
            UpdatedAt = scope.Now,
        };
        var finished = Finish(
            scope,
            standing,
            item,
            vault,
            plan.Value,
            (request.Summary, signers.Value[0]),
            (request.Detail, signers.Value[1]),
            new ItemLifetimes(TypeBefore: null)
        );
        return finished.Error is { } mismatch ? OnCreate(mismatch) : new Created(item.PublicId);
    }

    private static Result<Unit> Archive(
        WriteScope scope,
        Standing standing,
        OpenItem open,
        SignedInput<SummaryContent> summary
    )
    {
        if (open.Archived)
        {
            return VaultErrors.ItemNotFound;
        }

        var (item, vault) = (open.Item, open.Vault);
        var signers = CheckpointVerifier.Accept(
            scope.Commands<AccessCommands>(),
            standing,
            agentMaySign: true,
            (summary, vault.SummaryVersion)
        );
        if (signers.Error is { } refused)
        {
            return refused;
        }

        var now = scope.Commands<VaultCommands>().SummaryOf(vault);
        var left = now with { Items = [.. now.Items.Where(i => i.Id != item.PublicId)] };
        if (summary.Content.DifferenceFrom(left, summary.At.Member("checkpoint")) is { } difference)
        {
            return CheckpointErrors.Mismatch(difference);
        }

        item.ArchivedAt = item.UpdatedAt = scope.Now;
        scope.Commands<VaultItemCommands>().Update(item, scope.CommitSequence);
        ItemSearch.Remove(scope, item);
        vault.ItemCount--;
        VaultSummary.Put(scope, vault, summary, signers.Value[0]);
        return default(Unit);
    }

    private Result<Unit> Restore(
        WriteScope scope,
        Standing standing,
        OpenItem open,
        ItemRestore restore
    )
    {
        var (item, vault) = (open.Item, open.Vault);
        if (vault.ArchivedAt is not null)
        {
            return VaultErrors.ItemNotFound;
        }

        var signers = CheckpointVerifier.Accept(
            scope.Commands<AccessCommands>(),
            standing,
            agentMaySign: true,
            (restore.Summary, vault.SummaryVersion),
            (restore.Detail, item.DetailVersion)
        );
        if (signers.Error is { } refused)
        {
            return refused;
        }

        var isBack = item.ArchivedAt is not null;
        if (isBack)
        {
            if (vault.ItemCount >= limits.ItemsPerVault)
            {
                return VaultError.Invalid(
                    restore.Summary.At.Member("checkpoint").Member("items").ToString(),
                    $"A vault has at most {limits.ItemsPerVault} items."
                );
            }

            BringBack(scope, item, vault);
        }

        item.UpdatedAt = scope.Now;
        return Finish(
            scope,
            standing,
            item,
            vault,
            FieldPlan.Unchanged(scope.Commands<VaultItemCommands>().FieldsOf(item.Id)),
            (restore.Summary, signers.Value[0]),
            (restore.Detail, signers.Value[1]),
            new ItemLifetimes(item.Type, isBack)
        );
    }

    /// <summary>A group may have gone while the item was away: then it comes back without one.</summary>
    private static void BringBack(WriteScope scope, ItemRow item, Vault vault)
    {
        item.ArchivedAt = null;
        vault.ItemCount++;
        if (
            item.GroupId is { } group
            && scope.Commands<VaultCommands>().GroupsOf(vault.Id).All(g => g.Id != group)
        )
        {
            (item.GroupRow, item.GroupId) = (null, null);
        }
    }

    /// <summary>Compares both checkpoints with the state that the request would leave, and then writes that state.</summary>
    private static Result<Unit> Finish(
        WriteScope scope,
        Standing standing,
        ItemRow item,
        Vault vault,
        FieldPlan plan,
        (SignedInput<SummaryContent>? Signed, long Signer) summary,
        (SignedInput<DetailContent> Signed, long Signer) detail,
        ItemLifetimes lifetimes
    )
    {
        var replaces = lifetimes.TypeBefore is not null;
        if (
            summary.Signed is { } signed
            && SummaryDifference(scope, vault, item, signed, replaces) is { } inSummary
        )
        {
            return CheckpointErrors.Mismatch(inSummary);
        }

        if (
            detail.Signed.Content.DifferenceFrom(
                item.Detail(plan.Active),
                detail.Signed.At.Member("checkpoint")
            ) is
            { } inDetail
        )
        {
            return CheckpointErrors.Mismatch(inDetail);
        }

        var commands = scope.Commands<VaultItemCommands>();
        if (!replaces)
        {
            commands.Insert(item, standing.Principal, scope.CommitSequence);
            vault.ItemCount++;
        }

        item.DetailVersion = detail.Signed.Content.Version;
        item.DetailCheckpoint = scope
            .Commands<CheckpointCommands>()
            .Append(detail.Signed, item.Id, detail.Signer, scope.Now, item.DetailCheckpoint);
        item.FieldCount = plan.Active.Count;
        plan.Write(scope, item, standing.Principal);
        lifetimes.Write(scope, vault, item, plan);
        commands.Update(item, scope.CommitSequence);
        if (summary.Signed is not null || plan.ChangesLabels)
        {
            ItemSearch.Put(scope, item, plan.Active);
        }

        if (summary.Signed is not null)
        {
            VaultSummary.Put(scope, vault, summary.Signed, summary.Signer);
        }

        return default(Unit);
    }

    private static JsonPointer? SummaryDifference(
        WriteScope scope,
        Vault vault,
        ItemRow item,
        SignedInput<SummaryContent> signed,
        bool replaces
    )
    {
        var now = scope.Commands<VaultCommands>().SummaryOf(vault);
        var others = replaces ? now.Items.Where(i => i.Id != item.PublicId) : now.Items;
        return signed.Content.DifferenceFrom(
            now with
            {
                Items = [.. others, item.InSummary()],
            },
            signed.At.Member("checkpoint")
        );
    }

    /// <summary>Takes name, type and websites over; true when one of them changes.</summary>
    private static bool ChangeMetadata(ItemRow item, VaultItemUpdate update)
    {
        var before = item.InSummary();
        item.Name = update.Name ?? item.Name;
        item.Type = update.Type ?? item.Type;
        item.Websites = update.Websites ?? item.Websites;
        return !string.Equals(before.Name, item.Name, StringComparison.Ordinal)
            || before.Type != item.Type
            || !before.Websites.SequenceEqual(item.Websites, StringComparer.Ordinal);
    }

    /// <summary>On creation the two checkpoint refusals have a code of their own and name the finer one.</summary>
    private static VaultError OnCreate(VaultError error) =>
        VaultErrors.OnCreate("vault_item_creation_failed", error);
}
