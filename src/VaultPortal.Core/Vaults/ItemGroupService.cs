using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// Groups of a vault's items (machine.md section 6): every change stands in the vault's summary, which a user signs; agents sign none
/// of them. Moving items stands in their details, too.
/// </summary>
public sealed class ItemGroupService(Gate gate, CheckpointVerifier verifier)
{
    /// <summary>Most active groups of a vault: as many as items.</summary>
    public const int MaxGroups = 2_000;

    /// <summary>Makes an empty group.</summary>
    public Task<Result<Created>> CreateAsync(
        Caller caller,
        PublicId vaultId,
        NewItemGroup group,
        CancellationToken cancellation
    )
    {
        verifier.VerifySignatures(group.Summary);
        return gate.WriteAsync(
            caller,
            new AuditedCall("item_group.create", $"item_group:{group.Id}", Permissions.VaultWrite),
            (scope, standing) => Open(scope, standing, vaultId),
            (scope, standing, vault) => Create(scope, standing, vault, group),
            cancellation
        );
    }

    /// <summary>Gives a group another name.</summary>
    public Task<Result<Unit>> RenameAsync(
        Caller caller,
        PublicId vaultId,
        PublicId groupId,
        ItemGroupUpdate update,
        CancellationToken cancellation
    )
    {
        verifier.VerifySignatures(update.Summary);
        return gate.WriteAsync(
            caller,
            new AuditedCall("item_group.rename", $"item_group:{groupId}", Permissions.VaultWrite),
            (scope, standing) => Open(scope, standing, vaultId),
            (scope, standing, vault) => Rename(scope, standing, vault, groupId, update),
            cancellation
        );
    }

    /// <summary>Takes an empty group away; <c>group_not_empty</c> while active items stand in it.</summary>
    public Task<Result<Unit>> ArchiveAsync(
        Caller caller,
        PublicId vaultId,
        PublicId groupId,
        SignedInput<SummaryContent> summary,
        CancellationToken cancellation
    )
    {
        verifier.VerifySignatures(summary);
        return gate.WriteAsync(
            caller,
            new AuditedCall("item_group.archive", $"item_group:{groupId}", Permissions.VaultWrite),
            (scope, standing) => Open(scope, standing, vaultId),
            (scope, standing, vault) => Archive(scope, standing, vault, groupId, summary),
            cancellation
        );
    }

    /// <summary>Puts items into a group; null takes them out of theirs. Items that stand there already do not change.</summary>
    public Task<Result<Unit>> PutItemsAsync(
        Caller caller,
        PublicId vaultId,
        PublicId? groupId,
        ItemGrouping grouping,
        CancellationToken cancellation
    )
    {
        verifier.VerifySignatures([grouping.Summary, .. grouping.Details]);
        return gate.WriteAsync(
            caller,
            new AuditedCall(
                "item_group.put_items",
                groupId is { } id ? $"item_group:{id}" : $"vault:{vaultId}",
                Permissions.VaultWrite
            ),
            (scope, standing) => Open(scope, standing, vaultId),
            (scope, standing, vault) => PutItems(scope, standing, vault, groupId, grouping),
            cancellation
        );
    }

    private static Result<Vault> Open(WriteScope scope, Standing standing, PublicId vaultId)
    {
        var vault = VaultAccess.OpenVault(
            scope.Commands<AccessCommands>(),
            scope.Commands<VaultCommands>(),
            standing,
            vaultId,
            AccessLevel.Write
        );
        return vault.Succeeded && vault.Value.ArchivedAt is not null
            ? VaultErrors.VaultNotFound
            : vault;
    }

    private static Result<Created> Create(
        WriteScope scope,
        Standing standing,
        Vault vault,
        NewItemGroup request
    )
    {
        var groups = scope.Commands<ItemGroupCommands>();
        var written = Change(
            scope,
            standing,
            vault,
            request.Summary,
            now =>
                groups.Find(request.Id) is not null
                    ? VaultErrors.IdConflict(JsonPointer.Root.Member("id"))
                : now.Groups.Count >= MaxGroups
                    ? VaultError.Invalid("/id", $"A vault has at most {MaxGroups} groups.")
                : now with { Groups = [.. now.Groups, new SummaryGroup(request.Id, request.Name)] },
            () => groups.Insert(request.Id, vault.Id, request.Name, scope.Now)
        );
        return written.Error is { } refused ? refused : new Created(request.Id);
    }

    private static Result<Unit> Rename(
        WriteScope scope,
        Standing standing,
        Vault vault,
        PublicId groupId,
        ItemGroupUpdate update
    )
    {
        var groups = scope.Commands<ItemGroupCommands>();
        if (Find(groups, vault, groupId) is not { } group)
        {
            return VaultErrors.GroupNotFound;
        }

        return Change(
            scope,
            standing,
            vault,
            update.Summary,
            now =>
                now with
                {
                    Groups =
                    [
                        .. now.Groups.Select(g =>
                            g.Id == groupId ? g with { Name = update.Name } : g
                        ),
                    ],
                },
            () => groups.Rename(group.Id, update.Name)
        );
    }

    private static Result<Unit> Archive(
        WriteScope scope,
        Standing standing,
        Vault vault,
        PublicId groupId,
        SignedInput<SummaryContent> summary
    )
    {
        var groups = scope.Commands<ItemGroupCommands>();
        if (Find(groups, vault, groupId) is not { } group)
        {
            return VaultErrors.GroupNotFound;
        }

        return Change(
            scope,
            standing,
            vault,
            summary,
            now =>
                groups.HasItems(group)
                    ? VaultErrors.GroupNotEmpty
                    : now with
                    {
                        Groups = [.. now.Groups.Where(g => g.Id != groupId)],
                    },
            () => groups.Archive(group.Id, scope.Now)
        );
    }

    /// <summary>A change that stands in nothing but the summary: signer, signature and version first, then what it would leave.</summary>
    private static Result<Unit> Change(
        WriteScope scope,
        Standing standing,
        Vault vault,
        SignedInput<SummaryContent> summary,
        Func<SummaryContent, Result<SummaryContent>> decide,
        Action write
    )
    {
        var signers = CheckpointVerifier.Accept(
            scope.Commands<AccessCommands>(),
            standing,
            agentMaySign: false,
            (summary, vault.SummaryVersion)
        );
        if (signers.Error is { } refused)
        {
            return refused;
        }

        var left = decide(scope.Commands<VaultCommands>().SummaryOf(vault));
        if (left.Error is { } impossible)
        {
            return impossible;
        }

        if (
            summary.Content.DifferenceFrom(left.Value, summary.At.Member("checkpoint")) is
            { } difference
        )
        {
            return CheckpointErrors.Mismatch(difference);
        }

        write();
        VaultSummary.Put(scope, vault, summary, signers.Value[0]);
        return default(Unit);
    }

    private static Result<Unit> PutItems(
        WriteScope scope,
        Standing standing,
        Vault vault,
        PublicId? groupId,
        ItemGrouping grouping
    )
    {
        ItemGroup? group = null;
        if (
            groupId is { } id
            && (group = Find(scope.Commands<ItemGroupCommands>(), vault, id)) is null
        )
        {
            return VaultErrors.GroupNotFound;
        }

        var items = Items(scope.Commands<VaultItemCommands>(), vault, grouping.ItemIds);
        if (items.Error is { } missing)
        {
            return missing;
        }

        var plan = ItemGroupingPlan.Make(scope, standing, vault, items.Value, grouping, groupId);
        if (plan.Error is { } refused)
        {
            return refused;
        }

        plan.Value.Write(scope, group?.Id);
        VaultSummary.Put(scope, vault, grouping.Summary, plan.Value.SummarySigner);
        return default(Unit);
    }

    private static Result<Dictionary<PublicId, ItemRow>> Items(
        VaultItemCommands commands,
        Vault vault,
        IReadOnlyList<PublicId> ids
    )
    {
        var items = new Dictionary<PublicId, ItemRow>(ids.Count);
        for (var i = 0; i < ids.Count; i++)
        {
            if (commands.Find(ids[i]) is not { ArchivedAt: null } item || item.VaultId != vault.Id)
            {
                return VaultErrors.ItemNotFound with
                {
                    Path = JsonPointer.Root.Member("itemIds").Element(i).ToString(),
                };
            }

            items.Add(item.PublicId, item);
        }

        return items;
    }

    private static ItemGroup? Find(ItemGroupCommands groups, Vault vault, PublicId id) =>
        groups.Find(id) is { ArchivedAt: null } group && group.VaultId == vault.Id ? group : null;
}
