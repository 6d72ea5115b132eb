namespace VaultPortal.Core.Vaults;

/// <summary>A grant's time in commits, the latest one that it has had.</summary>
/// <param name="Opened">The first commit with it.</param>
/// <param name="Ended">The first commit without it; null while it lasts.</param>
internal readonly record struct GrantSpan(long Opened, long? Ended)
{
    public bool Lasts => Ended is null;
}

/// <summary>A grant on a single item, and how the item stands.</summary>
internal readonly record struct ItemGrantSpan(GrantSpan Grant, long Changed, bool Archived)
{
    /// <summary>The first commit in which the item could not be read by it any more; null while it can.</summary>
    public long? Closed =>
        (Grant.Ended, Archived) switch
        {
            ({ } ended, true) => Math.Min(ended, Changed),
            (var ended, false) => ended,
            (null, true) => Changed,
        };
}

/// <summary>That something is to be told of an object, as of a commit.</summary>
/// <param name="At">The commit in which it last changed for this reader.</param>
/// <param name="Closed">Null: it can be read. Else why it cannot any more.</param>
internal readonly record struct SyncChange(long At, ClosureReason? Closed);

/// <summary>
/// What one principal reads of one vault and since when: all of it by a grant on the vault (or as an Auditor), single items by
/// grants on them, or nothing any more. An object's change counts for him as of the commit of the change itself or as of that
/// since which he reads the object without a break, whichever is later. That number never falls, so a reader who has everything up
/// to a commit is told of whatever comes after it.
/// </summary>
internal sealed class VaultSyncReach(
    SyncedVault vault,
    bool readsAll,
    IReadOnlyDictionary<long, ItemGrantSpan> items
)
{
    private bool ReadsWhole => !vault.Archived && (readsAll || vault.Grant is { Lasts: true });

    private bool ReadsItems =>
        !vault.Archived && !ReadsWhole && items.Values.Any(i => i.Closed is null);

    public bool Readable => ReadsWhole || ReadsItems;

    /// <summary>He sees the vault because of grants on single items.</summary>
    public bool ItemsOnly => ReadsItems;

    /// <summary>The commit that the vault's own entry counts as of; null when it is not to be read.</summary>
    public long? Entry =>
        ReadsWhole ? Latest(vault.Changed, vault.Opened, readsAll ? 0 : vault.Grant!.Value.Opened)
        : ReadsItems
            ? Latest(
                vault.Changed,
                vault.Opened,
                WholeEnded,
                items.Values.Where(i => i.Closed is null).Min(i => i.Grant.Opened)
            )
        : null;

    /// <summary>
    /// The commit that closed the vault, with all that is in it; null when nothing did. Also where single items are left of it: they
    /// are given anew then, because which others he knew cannot be told.
    /// </summary>
    public SyncChange? Closing
    {
        get
        {
            if (ReadsWhole)
            {
                return null;
            }

            if (ReadsItems)
            {
                return vault.Grant?.Ended is { } whole
                    ? new SyncChange(whole, ClosureReason.NoAccess)
                    : null;
            }

            var ended = AccessEnded;
            return !vault.Archived ? (ended is { } at ? Ended(at) : null)
                : ended < vault.Changed ? Ended(ended.Value)
                : new SyncChange(vault.Changed, ClosureReason.Archived);
        }
    }

    /// <summary>Whether the access to the vault as a whole, or to single items, changed after the commit: then each item counts anew.</summary>
    public bool ChangedAfter(long commit) =>
        vault.Opened > commit
        || (!readsAll && vault.Grant is { } grant && IsAfter(grant, commit))
        || items.Values.Any(i => IsAfter(i.Grant, commit));

    /// <summary>What is to be told of an item of a vault that can be read; null = he never could read it.</summary>
    public SyncChange? Of(long item, long changed, bool archived) =>
        ReadsWhole ? OfWhole(item, changed, archived)
        : items.TryGetValue(item, out var own) ? OfItem(own)
        : null;

    private SyncChange? OfWhole(long item, long changed, bool archived)
    {
        var own = items.TryGetValue(item, out var granted) ? granted.Grant : (GrantSpan?)null;
        var since = readsAll ? 0 : vault.Grant!.Value.Opened;
        if (own is { } one && one.Opened < since && !(one.Ended < since))
        {
            since = one.Opened; // He read it already when the whole vault was opened to him.
        }

        return !archived ? new SyncChange(Latest(changed, vault.Opened, since), null)
            : since < changed ? new SyncChange(changed, ClosureReason.Archived)
            : own is not null ? OfItem(granted)
            : null;
    }

    private SyncChange? OfItem(ItemGrantSpan own) =>
        own.Closed is not { } closed
            ? new SyncChange(Latest(own.Changed, vault.Opened, own.Grant.Opened, WholeEnded), null)
        : own.Grant.Opened < closed
            ? new SyncChange(
                closed,
                closed == own.Grant.Ended ? ClosureReason.NoAccess : ClosureReason.Archived
            )
        : null;

    private long WholeEnded => vault.Grant?.Ended ?? 0;

    /// <summary>When the last grant ended that let him see the vault; null while one lasts or the reader needs none.</summary>
    private long? AccessEnded
    {
        get
        {
            if (
                readsAll
                || vault.Grant is { Lasts: true }
                || items.Values.Any(i => i.Closed is null)
            )
            {
                return null;
            }

            return items.Values.Select(i => i.Closed!.Value).Append(WholeEnded).Max();
        }
    }

    private static SyncChange Ended(long at) => new(at, ClosureReason.NoAccess);

    private static bool IsAfter(GrantSpan grant, long commit) =>
        grant.Opened > commit || grant.Ended > commit;

    private static long Latest(params ReadOnlySpan<long> commits)
    {
        var latest = 0L;
        foreach (var commit in commits)
        {
            latest = Math.Max(latest, commit);
        }

        return latest;
    }
}

/// <summary>What of a vault's row decides about what its readers are told.</summary>
/// <param name="Changed">The commit that changed it last; of an archived one, that which archived it.</param>
/// <param name="Opened">The commit that made or restored it.</param>
/// <param name="Grant">The reader's own grant on it, lasting or ended.</param>
internal sealed record SyncedVault(long Changed, long Opened, bool Archived, GrantSpan? Grant);
