using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// Items that move to another group: worked out and compared with the summary and with each item's detail checkpoint before anything
/// is written.
/// </summary>
internal sealed class ItemGroupingPlan
{
    private readonly List<(ItemRow Item, SignedInput<DetailContent> Detail, long Signer)> _moves =
    [];
    private readonly PublicId? _group;

    private ItemGroupingPlan(PublicId? group, long summarySigner) =>
        (_group, SummarySigner) = (group, summarySigner);

    public long SummarySigner { get; }

    /// <param name="items">The items that are named, by id.</param>
    /// <param name="group">Where they go; null = out of any group.</param>
    public static Result<ItemGroupingPlan> Make(
        WriteScope scope,
        Standing standing,
        Vault vault,
        Dictionary<PublicId, ItemRow> items,
        ItemGrouping grouping,
        PublicId? group
    )
    {
        var signers = CheckpointVerifier.Accept(
            scope.Commands<AccessCommands>(),
            standing,
            agentMaySign: false,
            [
                (grouping.Summary, vault.SummaryVersion),
                .. grouping.Details.Select(d =>
                    ((ISignedInput?)d, items[d.Content.ItemId].DetailVersion)
                ),
            ]
        );
        if (signers.Error is { } refused)
        {
            return refused;
        }

        var plan = new ItemGroupingPlan(group, signers.Value[0]);
        for (var i = 0; i < grouping.Details.Count; i++)
        {
            var detail = grouping.Details[i];
            var item = items[detail.Content.ItemId];
            if (item.GroupId == group)
            {
                return VaultError.Invalid(
                    detail.At.ToString(),
                    "This item stands in that group already; it takes no checkpoint."
                );
            }

            plan._moves.Add((item, detail, signers.Value[i + 1]));
        }

        return plan.Compare(scope, vault, items.Values, grouping) is { } impossible
            ? impossible
            : plan;
    }

    /// <summary>Writes the items with their new details; the summary is the caller's to write.</summary>
    public void Write(WriteScope scope, long? groupRow)
    {
        var commands = scope.Commands<VaultItemCommands>();
        var checkpoints = scope.Commands<CheckpointCommands>();
        foreach (var (item, detail, signer) in _moves)
        {
            item.GroupRow = groupRow;
            item.DetailVersion = detail.Content.Version;
            item.DetailCheckpoint = checkpoints.Append(
                detail,
                item.Id,
                signer,
                scope.Now,
                item.DetailCheckpoint
            );
            item.UpdatedAt = scope.Now;
            commands.Update(item, scope.CommitSequence);
        }
    }

    private VaultError? Compare(
        WriteScope scope,
        Vault vault,
        IEnumerable<ItemRow> items,
        ItemGrouping grouping
    )
    {
        foreach (var item in items)
        {
            if (item.GroupId != _group && _moves.All(m => m.Item != item))
            {
                return VaultError.Invalid(
                    "/detailCheckpoints",
                    "Each item that changes its group takes a detail checkpoint."
                );
            }

            item.GroupId = _group;
        }

        var moved = _moves.Select(m => m.Item.PublicId).ToHashSet();
        var now = scope.Commands<VaultCommands>().SummaryOf(vault);
        var left = now with
        {
            Items =
            [
                .. now.Items.Select(i => moved.Contains(i.Id) ? i with { GroupId = _group } : i),
            ],
        };
        var difference = grouping.Summary.Content.DifferenceFrom(
            left,
            grouping.Summary.At.Member("checkpoint")
        );
        var commands = scope.Commands<VaultItemCommands>();
        foreach (var (item, detail, _) in _moves)
        {
            difference ??= detail.Content.DifferenceFrom(
                item.Detail(commands.FieldsOf(item.Id)),
                detail.At.Member("checkpoint")
            );
        }

        return difference is null ? null : CheckpointErrors.Mismatch(difference);
    }
}
