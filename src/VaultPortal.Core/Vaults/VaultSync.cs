using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// Everything readable that changed after a cursor, in pages, and what was closed since (machine.md section 7). Each page is of one
/// moment; a reader who goes on until a page is empty has what a first reading would give, whatever was written meanwhile.
/// </summary>
/// <remarks>
/// A grant keeps only its latest time. When one that a reader still went by has ended and was opened again, what happened in between
/// cannot be told any more: the count of the grants in the cursor shows it, and the cursor has expired.
/// </remarks>
/// <param name="gate">The way in.</param>
/// <param name="pageSize">Most entries of a page; one more where a vault was closed of which single items are left.</param>
public sealed class VaultSync(Gate gate, int pageSize = VaultSync.DefaultPageSize)
{
    public const int DefaultPageSize = 500;

    private static readonly VaultError Expired = new(
        ErrorKind.Conflict,
        "cursor_expired",
        "This cursor does not lead on: it is from before a restore, or access or role changed. Start again without one."
    );

    /// <summary>The next page after a cursor; without one the first page of everything.</summary>
    public Task<Result<VaultSyncPage>> ReadAsync(
        Caller caller,
        VaultSyncCursor? since,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync(
            caller,
            new AuditedCall("vault.sync", "vaults", Permissions.VaultRead),
            (scope, standing) => Read(scope, standing, since),
            cancellation
        );

    private Result<VaultSyncPage> Read(ReadScope scope, Standing standing, VaultSyncCursor? since)
    {
        var commands = scope.Commands<VaultSyncCommands>();
        var (chain, head) = commands.Head();
        var cursor =
            since ?? new VaultSyncCursor { Context = VaultSyncCursor.ContextOf(chain, standing) };
        if (
            cursor.Context != VaultSyncCursor.ContextOf(chain, standing)
            || cursor.Seen > head
            || commands.CountGrants(standing.Principal, cursor.Seen, cursor.Base) < cursor.Grants
        )
        {
            return Expired;
        }

        var page = new PageInTheMaking(scope, standing, pageSize);
        do
        {
            // A walk that ends with room left is followed by the next at once: so a page with room has reached the present.
            cursor = cursor.Base == cursor.Target ? cursor with { Target = head } : cursor;
            cursor = page.Walk(cursor);
        } while (!page.IsFull && cursor.Base < head);

        return page.ToPage(
            cursor with
            {
                Seen = head,
                Grants = commands.CountGrants(standing.Principal, head, cursor.Base),
            }
        );
    }

    private sealed class PageInTheMaking(ReadScope scope, Standing standing, int size)
    {
        private readonly VaultSyncCommands _commands = scope.Commands<VaultSyncCommands>();
        private readonly Dictionary<long, Dictionary<long, ItemGrantSpan>> _itemGrants = scope
            .Commands<VaultSyncCommands>()
            .ItemGrants(standing.Principal);
        private readonly List<VaultRow> _vaults = [];
        private readonly List<SyncedItem> _items = [];
        private readonly List<SyncedClosure> _closed = [];

        public bool IsFull => _vaults.Count + _items.Count + _closed.Count >= size;

        /// <summary>Goes on with a walk until its end or until the page is full.</summary>
        public VaultSyncCursor Walk(VaultSyncCursor cursor)
        {
            var all = standing.ReadsAllMetadata;
            foreach (var row in _commands.Vaults(standing.Principal, all, cursor.Vault))
            {
                var reach = new VaultSyncReach(
                    row.State,
                    all,
                    _itemGrants.GetValueOrDefault(row.Row) ?? []
                );
                if (row.Row != cursor.Vault)
                {
                    if (IsFull)
                    {
                        return cursor;
                    }

                    Add(row, reach, cursor);
                    cursor = cursor with { Vault = row.Row, Item = 0 };
                }

                if (reach.Readable)
                {
                    cursor = WalkItems(row, reach, cursor);
                }
            }

            return IsFull ? cursor : cursor with { Base = cursor.Target, Vault = 0, Item = 0 };
        }

        public VaultSyncPage ToPage(VaultSyncCursor next) =>
            new()
            {
                Vaults = _vaults,
                Items = _items,
                Closed = _closed,
                Next = next,
            };

        private void Add(SyncVaultRow row, VaultSyncReach reach, VaultSyncCursor walk)
        {
            if (reach.Closing is { } closing && IsNews(closing, walk))
            {
                _closed.Add(new SyncedClosure(row.Vault.Id, null, closing.Closed!.Value));
            }

            if (reach.Entry is { } entry && IsNews(new SyncChange(entry, null), walk))
            {
                _vaults.Add(
                    VaultService.WithDirectory(
                        scope,
                        standing,
                        row.Vault with
                        {
                            ItemGrantsOnly = reach.ItemsOnly,
                        },
                        row.DirectoryCheckpoint
                    )
                );
            }
        }

        private VaultSyncCursor WalkItems(
            SyncVaultRow vault,
            VaultSyncReach reach,
            VaultSyncCursor cursor
        )
        {
            var changedAfter = reach.ChangedAfter(cursor.Base) ? -1 : cursor.Base;
            foreach (var row in _commands.Items(vault.Row, changedAfter, cursor.Item))
            {
                if (IsFull)
                {
                    return cursor;
                }

                if (
                    reach.Of(row.Row, row.Changed, row.Archived) is { } change
                    && IsNews(change, cursor)
                )
                {
                    Add(vault.Vault.Id, row, change);
                }

                cursor = cursor with { Item = row.Row };
            }

            return cursor;
        }

        private void Add(PublicId vault, SyncItemRow row, SyncChange change)
        {
            if (change.Closed is { } reason)
            {
                _closed.Add(new SyncedClosure(vault, row.Item.Id, reason));
            }
            else
            {
                _items.Add(new SyncedItem(vault, row.Item));
            }
        }

        /// <summary>Whether a change belongs to this walk. Whoever begins has nothing that could have been closed.</summary>
        private static bool IsNews(SyncChange change, VaultSyncCursor walk) =>
            change.At > walk.Base
            && change.At <= walk.Target
            && (change.Closed is null || walk.Base > 0);
    }
}
