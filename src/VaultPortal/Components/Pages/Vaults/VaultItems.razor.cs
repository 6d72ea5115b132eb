using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.JSInterop;
using VaultPortal.Components.Pages.Lists;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Pages.Vaults;

/// <summary>
/// A vault's items under their groups: searched, filtered and sorted by the address, in the order that the reader prefers. What is
/// changed for everybody is asked of the sealed element; the order changes here.
/// </summary>
public sealed partial class VaultItems : ServicePage
{
    private const string SearchedBy = "name or website";

    private readonly Dictionary<string, ElementReference> _menus = [];
    private IReadOnlyList<ListFilter> _filters = [];
    private ListWords _words = default!;
    private ListAddress<ItemType, ItemSort> _address = new();
    private ListSelection _selected = new();
    private ListBody<ItemLine>? _body;
    private List<ItemLine> _lines = [];
    private ArchivedItems? _archived;
    private VaultContents? _shown;
    private ItemOrder? _order;
    private VaultError? _refused;
    private string? _followed;
    private string? _said;
    private string? _focus;

    [Parameter, EditorRequired]
    public VaultContents Contents { get; set; } = default!;

    /// <summary>The account whose order it is.</summary>
    [Parameter, EditorRequired]
    public string Account { get; set; } = "";

    /// <summary>Whether changes are offered. It decides nothing: that is for the services.</summary>
    [Parameter]
    public bool MayWrite { get; set; }

    /// <summary>What stands in an empty vault.</summary>
    [Parameter]
    public RenderFragment? Buttons { get; set; }

    private VaultRow Vault => Contents.Vault;

    private bool InOwnGroupOrder => !_address.Filtered;

    private bool InOwnOrder => InOwnGroupOrder && _address.Sort == ItemSort.Own;

    private bool CanDrag => !_address.IsArchived() && (MayWrite || InOwnOrder);

    private string Searched =>
        ListFilters<ItemType, ItemSort>.Said(
            _address,
            _words,
            SearchedBy,
            ItemLists.Types,
            _filters
        );

    private bool AllSelected =>
        _selected.Count > 0
        && _selected.Count
            >= Math.Min(_lines.Count(line => line.Item is not null), ListRules.MostSelected);

    protected override async Task OnParametersSetAsync()
    {
        _words = ItemLists.Called(Vault.Id);
        _filters = ItemLists.Filters(MayWrite);
        var address = AddressNow();
        var link = address.ToUri(Navigation, _words);
        var selected = Queried().GetValueOrDefault("selected");
        var isNew = link != _followed || !ReferenceEquals(_shown, Contents);
        if (link != _followed || selected != _selected.InAddress)
        {
            _selected = new(selected);
        }

        (_address, _followed) = (address, link);
        if (isNew)
        {
            _shown = Contents;
            await LoadAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _order = await ReadOrderAsync();
            await ShowAsync();
        }

        if (_focus is { } key && _menus.TryGetValue(key, out var menu))
        {
            _focus = null;
            await menu.FocusAsync();
        }
    }

    private ListAddress<ItemType, ItemSort> AddressNow()
    {
        var query = Queried();
        var address = new ListAddress<ItemType, ItemSort>(
            query.GetValueOrDefault("q"),
            query.GetValueOrDefault("type"),
            query.GetValueOrDefault("sort"),
            query.GetValueOrDefault("dir")
        );
        foreach (var filter in _filters)
        {
            var value = query.GetValueOrDefault(filter.Name);
            address = filter.WordFor(value) is null ? address : address.With(filter.Name, value);
        }

        return address;
    }

    /// <summary>
    /// What stands behind the question mark. Not by parameters of the query: this component comes and goes with its tab, and the
    /// framework stumbles over one that begins to listen to the address while it tells the others of a new one.
    /// </summary>
    private Dictionary<string, string?> Queried() =>
        QueryHelpers
            .ParseQuery(new Uri(Navigation.Uri).Query)
            .ToDictionary(pair => pair.Key, pair => pair.Value.FirstOrDefault());

    private async Task LoadAsync()
    {
        _refused = null;
        if (_address.IsArchived())
        {
            var asked = _address;
            var answer = await AskAsync(
                (caller, stop) => VaultReads.GetArchivedItemsAsync(caller, Vault.Id, stop)
            );
            if (!ReferenceEquals(asked, _address))
            {
                return; // A newer question is under way.
            }

            _archived = answer.Succeeded ? answer.Value : null;
            _refused = answer.Error;
        }

        await ShowAsync();
    }

    private async Task ShowAsync()
    {
        if (_order is null)
        {
            return;
        }

        var archived = _address.IsArchived();
        _lines = ItemLists.Lines(
            archived ? _archived?.Items ?? [] : Contents.Items,
            Contents.LifetimeOf,
            archived ? [] : Contents.Groups,
            _address,
            _order,
            Clock.GetUtcNow()
        );
        if (_body is not null)
        {
            await _body.RefreshAsync();
        }

        StateHasChanged();
    }

    private ValueTask<(IReadOnlyList<ItemLine> Lines, int Total)> Provide(int start, int count)
    {
        var lines = _lines.Skip(start).Take(count).ToList();
        foreach (var item in lines.Select(line => line.Item).OfType<VaultItemRow>())
        {
            _selected.Name(item.Id.ToString(), item.Name);
        }

        return ValueTask.FromResult(((IReadOnlyList<ItemLine>)lines, _lines.Count));
    }

    /// <summary>Selects an item or lets go of it; with Shift all from the one before.</summary>
    private void Select(ItemLine line, bool through)
    {
        var from = through ? _selected.Anchor ?? line.Index : line.Index;
        var (first, last) = (Math.Min(from, line.Index), Math.Max(from, line.Index));
        var select = !_selected.Contains(line.Key);
        SelectLines(_lines.Skip(first).Take(last - first + 1), select);
        _selected.Anchor = line.Index;
        ShowSelection();
    }

    private void SelectAll(ChangeEventArgs choice)
    {
        _selected = new();
        if (choice.Value is true)
        {
            SelectLines(_lines, select: true);
        }

        ShowSelection();
    }

    private void SelectLines(IEnumerable<ItemLine> lines, bool select)
    {
        foreach (var item in lines.Select(line => line.Item).OfType<VaultItemRow>())
        {
            _selected.Set(item.Id.ToString(), item.Name, select);
        }
    }

    private void ClearSelection()
    {
        _selected = new();
        ShowSelection();
    }

    /// <summary>Puts it into the address, where it is no step to go back from.</summary>
    private void ShowSelection()
    {
        if (Queried().GetValueOrDefault("selected") != _selected.InAddress)
        {
            Navigation.NavigateTo(
                _address.ToUri(Navigation, _words, _selected.InAddress),
                replace: true
            );
        }
    }

    private Task ToggleAsync(ItemLine line) => OrderAsync(_order!.Toggled(line.Group?.Id));

    private async Task ShiftGroupAsync(ItemGroupRow group, bool up)
    {
        var id = group.Id.ToString();
        var ids = ItemOrder.Shift(GroupIds(), [id], up);
        _focus = id;
        await OrderAsync(_order!.WithGroups(ids));
        _said = $"{group.Name} is now group {ids.ToList().IndexOf(id) + 1} of {ids.Count}.";
    }

    private async Task ShiftItemsAsync(bool up)
    {
        var order = _order!;
        foreach (var items in ItemsByGroup())
        {
            if (items.Any(_selected.Contains))
            {
                order = order.WithItems(ItemOrder.Shift(items, _selected.Ids, up));
            }
        }

        await OrderAsync(order);
        _said = $"{_words.Counted(_selected.Count)} moved {(up ? "up" : "down")}.";
    }

    /// <summary>Something was dropped at another place of the reader's own order.</summary>
    private async Task DroppedAsync(OrderMovedEventArgs moved)
    {
        if (_order is not { } order)
        {
            return;
        }

        if (moved.Group is { } group)
        {
            order = order.WithGroups(ItemOrder.Put(GroupIds(), [group], moved.Before));
        }
        else if (moved.Items is { } ids && InOwnOrder)
        {
            var section = ItemsByGroup()
                .FirstOrDefault(items => moved.Before is { } before && items.Contains(before));
            order = section is null
                ? order
                : order.WithItems(ItemOrder.Put(section, ids, moved.Before));
        }

        await OrderAsync(order);
    }

    private IEnumerable<string> GroupIds() =>
        _order!.Sorted(Contents.Groups).Select(group => group.Id.ToString());

    /// <summary>The ids of each group's items in the reader's order, of closed groups too.</summary>
    private IEnumerable<List<string>> ItemsByGroup() =>
        _order!
            .Sorted(Contents.Items)
            .GroupBy(item => item.GroupId)
            .Select(items => items.Select(item => item.Id.ToString()).ToList());

    private async Task OrderAsync(ItemOrder order)
    {
        _order = order;
        await ShowAsync();
        try
        {
            await using var module = await ModuleAsync();
            await module.InvokeVoidAsync("write", Left, Account, Vault.Id.ToString(), order);
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or JSDisconnectedException)
        {
            // The page was left meanwhile: the order stays as it was.
        }
    }

    private async Task<ItemOrder> ReadOrderAsync()
    {
        try
        {
            await using var module = await ModuleAsync();
            return await module.InvokeAsync<ItemOrder?>("read", Left, Account, Vault.Id.ToString())
                ?? new ItemOrder();
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or JSDisconnectedException)
        {
            return new ItemOrder(); // The page was left meanwhile.
        }
    }

    private ValueTask<IJSObjectReference> ModuleAsync() =>
        Scripts.InvokeAsync<IJSObjectReference>("import", Left, "./js/item-order.js");

    private static string Sites(VaultItemRow item) =>
        item.Websites.Count == 1
            ? item.Websites[0]
            : $"{item.Websites[0]} and {item.Websites.Count - 1} more";
}
