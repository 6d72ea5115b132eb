using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Core.Checkpoints;

/// <summary>Every checkpoint that was ever accepted for a vault and its items, as it was signed (machine.md section 4).</summary>
public sealed class CheckpointHistoryService(Gate gate)
{
    /// <summary>Most bytes of signed text in one answer; a page of the longest summaries would be a hundred times that.</summary>
    private const int MaxBytes = 32 << 20;

    /// <summary>Most bytes of summaries that are rebuilt for one answer, those included that only lead to the ones that are asked for.</summary>
    private const int MaxRebuilt = 8 * MaxBytes;

    /// <summary>
    /// Oldest first. Whoever has grants on single items only gets the vault's directory and what is about his items; archived items
    /// are among them.
    /// </summary>
    public Task<Result<Paged<AcceptedCheckpoint>>> ListAsync(
        Caller caller,
        PublicId vaultId,
        CheckpointQuery query,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync(
            caller,
            new AuditedCall("vault.read_checkpoints", $"vault:{vaultId}", Permissions.VaultRead),
            (scope, standing) => List(scope, standing, vaultId, query),
            cancellation
        );

    private static Result<Paged<AcceptedCheckpoint>> List(
        ReadScope scope,
        Standing standing,
        PublicId vaultId,
        CheckpointQuery query
    )
    {
        var access = scope.Commands<AccessCommands>();
        var vaults = scope.Commands<VaultCommands>();
        if (vaults.Find(vaultId) is not { } vault || !VaultAccess.IsThere(access, standing, vault))
        {
            return VaultErrors.VaultNotFound;
        }

        var readsVault = Authorization.LevelOnVault(access, standing, vault.Id) is not null;
        if (!readsVault && !vaults.HasItemGrant(standing.Principal, vault.Id))
        {
            return VaultErrors.VaultNotFound;
        }

        if (
            query.ItemId is { } itemId
            && (
                scope.Commands<VaultItemCommands>().Find(itemId) is not { } item
                || item.VaultId != vault.Id
                || Authorization.LevelOnItem(access, standing, vault.Id, item.Id) is null
            )
        )
        {
            return VaultErrors.ItemNotFound;
        }

        var places = scope
            .Commands<CheckpointListCommands>()
            .List(vault.Id, query.ItemId, readsVault, standing.Principal, query.Kind);
        return Read(scope, places, query.Page);
    }

    private static Result<Paged<AcceptedCheckpoint>> Read(
        ReadScope scope,
        List<CheckpointPlace> places,
        Page page
    )
    {
        var commands = scope.Commands<CheckpointCommands>();
        var access = scope.Commands<AccessCommands>();
        var asked = places.Skip(page.Skip).Take(page.Limit).ToArray();
        var room = MaxBytes;
        if (Summaries(commands, places, asked, ref room) is not { } summaries)
        {
            return TooLong(page);
        }

        var entries = new List<AcceptedCheckpoint>(asked.Length);
        foreach (var place in asked)
        {
            var stored = commands.Find(place.Sequence)!;
            if (summaries.TryGetValue(place.Sequence, out var text))
            {
                stored = stored with { Text = text, Hash = null };
            }
            else if ((room -= stored.Text.Length) < 0)
            {
                return TooLong(page);
            }

            entries.Add(new(CheckpointVerifier.Show(access, stored)!, place.ItemId));
        }

        return new Paged<AcceptedCheckpoint>(entries, places.Count);
    }

    /// <summary>
    /// The signed texts of the summaries that are asked for: from the next whole one after them backwards, which is at most
    /// <see cref="SummaryTexts.WholeEvery"/> versions away. Null when they need more room than there is.
    /// </summary>
    private static Dictionary<long, byte[]>? Summaries(
        CheckpointCommands commands,
        List<CheckpointPlace> places,
        CheckpointPlace[] asked,
        ref int room
    )
    {
        var texts = new Dictionary<long, byte[]>();
        var wanted = asked
            .Where(p => p.Kind == CheckpointKind.Summary)
            .Select(p => p.Sequence)
            .ToHashSet();
        if (wanted.Count == 0)
        {
            return texts;
        }

        var first = wanted.Min();
        var chain = new Stack<long>();
        foreach (
            var place in places.Where(p => p.Kind == CheckpointKind.Summary && p.Sequence >= first)
        )
        {
            chain.Push(place.Sequence);
            if (chain.Count >= wanted.Count && commands.IsWhole(place.Sequence))
            {
                break;
            }
        }

        // One at a time from here on: what is kept of a text is only needed for the one before it.
        byte[]? next = null;
        var work = MaxRebuilt;
        foreach (var sequence in chain)
        {
            next = SummaryTexts.Rebuild(commands.Text(sequence), next);
            work -= next.Length;
            if (wanted.Contains(sequence))
            {
                texts.Add(sequence, next);
                room -= next.Length;
            }

            // A single one is always answered: nobody could ask for less.
            if (wanted.Count > 1 && (room < 0 || work < 0))
            {
                return null;
            }
        }

        return texts;
    }

    private static VaultError TooLong(Page page) =>
        VaultError.Invalid(
            "/limit",
            $"These checkpoints are too long to be answered at once; ask for fewer than {page.Limit}."
        );
}
