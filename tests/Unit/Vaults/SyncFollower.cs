using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Tests.Unit.Vaults;

/// <summary>A client that applies pages as the contract says: what was closed first, a vault with its items; then entries.</summary>
internal sealed class SyncFollower(VaultSync sync, Caller caller)
{
    private readonly Dictionary<PublicId, string> _vaults = [];
    private readonly Dictionary<PublicId, (PublicId Vault, string Text)> _items = [];

    public VaultSyncCursor? Cursor { get; private set; }

    /// <summary>How often it had to begin again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Called for each entry that is applied, with the id of its vault or item.</summary>
    public Action<PublicId>? Delivered { get; init; }

    public Action? Restarted { get; init; }

    /// <summary>All that it holds, as text that two followers can be compared by.</summary>
    public IReadOnlyList<string> Held =>
        [
            .. _vaults.Select(v => $"{v.Key} {v.Value}").Order(StringComparer.Ordinal),
            .. _items.Select(i => $"{i.Key} {i.Value}").Order(StringComparer.Ordinal),
        ];

    public async Task GoOn()
    {
        while (!await Step()) { }
    }

    /// <summary>Applies one page; true when it was empty.</summary>
    public async Task<bool> Step()
    {
        var page = await sync.ReadAsync(caller, Cursor, default);
        if (page.Error is { } refused)
        {
            refused.Code.ShouldBe("cursor_expired");
            Cursor.ShouldNotBeNull();
            Cursor = null;
            Restarts++;
            _vaults.Clear();
            _items.Clear();
            Restarted?.Invoke();
            return false;
        }

        Apply(page.Value);
        VaultSyncCursor.TryParse(page.Value.Next.ToString(), out var next).ShouldBeTrue();
        Cursor = next;
        return page.Value is { Vaults: [], Items: [], Closed: [] };
    }

    private void Apply(VaultSyncPage page)
    {
        foreach (var closed in page.Closed)
        {
            if (closed.ItemId is { } item)
            {
                _items.Remove(item);
                continue;
            }

            _vaults.Remove(closed.VaultId);
            foreach (var (id, _) in _items.Where(i => i.Value.Vault == closed.VaultId).ToArray())
            {
                _items.Remove(id);
            }
        }

        foreach (var vault in page.Vaults)
        {
            _vaults[vault.Id] = vault.ItemGrantsOnly
                ? $"{vault.Name} in part"
                : $"{vault.Name} {vault.ItemCount}";
            Delivered?.Invoke(vault.Id);
        }

        foreach (var (vault, item) in page.Items)
        {
            _items[item.Id] = (vault, item.Name);
            Delivered?.Invoke(item.Id);
        }
    }
}
