using Microsoft.AspNetCore.Components;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Components.Pages.Lists;

/// <summary>
/// A list with search, filters, sort and selection in its address, of which only the rows in view are read and rendered; where rows
/// can be deleted, with trash and undo.
/// </summary>
public sealed partial class ObjectList<TRow, TFilter, TSort> : ActionPage
    where TFilter : struct, Enum
    where TSort : struct, Enum
{
    private ListSelection _selected = new();
    private ListAddress<TFilter, TSort> _address = new();
    private ListWindow<TRow>? _list;
    private ListBody<ListLine<TRow>>? _body;
    private VaultError? _refused;
    private ListNotice? _notice;
    private bool _asking;
    private bool _busy;
    private bool _confirming;

    [Parameter, EditorRequired]
    public ListWords Words { get; set; } = default!;

    [Parameter, EditorRequired]
    public IReadOnlyList<(TFilter Value, string Word)> Filters { get; set; } = [];

    /// <summary>What else the list is filtered by.</summary>
    [Parameter]
    public IReadOnlyList<ListFilter> MoreFilters { get; set; } = [];

    [Parameter]
    public string SearchedBy { get; set; } = "name";

    [Parameter, EditorRequired]
    public Func<
        Caller,
        ListAddress<TFilter, TSort>,
        CancellationToken,
        Task<Result<ListPage<TRow>>>
    > Load { get; set; } = default!;

    /// <summary>Null where rows are not deleted from the list.</summary>
    [Parameter]
    public Func<
        Caller,
        IReadOnlyList<string>,
        CancellationToken,
        Task<Result<IReadOnlyList<BulkOutcome>>>
    >? Delete { get; set; }

    /// <summary>The filter that lists the trash; null where there is none.</summary>
    [Parameter]
    public TFilter? Trash { get; set; }

    /// <summary>Takes one row back from the trash, where there is one.</summary>
    [Parameter]
    public Func<Caller, string, CancellationToken, Task<VaultError?>>? TakeBack { get; set; }

    [Parameter, EditorRequired]
    public Func<TRow, string> Id { get; set; } = default!;

    [Parameter, EditorRequired]
    public Func<TRow, string> Name { get; set; } = default!;

    /// <summary>Whether something can be done to a row, so that it can be selected.</summary>
    [Parameter]
    public Func<TRow, bool> CanPick { get; set; } = static _ => true;

    /// <summary>The class that gives the table its columns.</summary>
    [Parameter]
    public string Grid { get; set; } = "grid-objects";

    [Parameter]
    public RenderFragment? Buttons { get; set; }

    /// <summary>What can be done to the selected rows; null where it is deleting, or nothing.</summary>
    [Parameter]
    public RenderFragment<ListSelected>? SelectionButtons { get; set; }

    /// <summary>What was done last, said above the list.</summary>
    [Parameter]
    public RenderFragment? Said { get; set; }

    [Parameter, EditorRequired]
    public RenderFragment<ListAddress<TFilter, TSort>> Columns { get; set; } = default!;

    [Parameter, EditorRequired]
    public RenderFragment<TRow> Cells { get; set; } = default!;

    [Parameter, EditorRequired]
    public RenderFragment Empty { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? SearchParameter { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? StateParameter { get; set; }

    [SupplyParameterFromQuery(Name = "classification")]
    private string? ClassificationParameter { get; set; }

    [SupplyParameterFromQuery(Name = "access")]
    private string? AccessParameter { get; set; }

    [SupplyParameterFromQuery(Name = "expiring")]
    private string? ExpiringParameter { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? SortParameter { get; set; }

    [SupplyParameterFromQuery(Name = "dir")]
    private string? DirectionParameter { get; set; }

    [SupplyParameterFromQuery(Name = "selected")]
    private string? SelectedParameter { get; set; }

    private bool HasTrash => Trash is not null;

    private bool IsTrash => HasTrash && Nullable.Equals(_address.Filter, Trash);

    private ListAddress<TFilter, TSort> InTrash => new() { Filter = Trash };

    private bool Picks => MayAct && (Delete is not null || SelectionButtons is not null);

    private bool AllSelected =>
        _selected.Count > 0 && _selected.Count >= Math.Min(_list!.Total, ListRules.MostSelected);

    private bool IsEmpty => _list is { Total: 0 } && !_address.Filtered;

    /// <summary>Reads the list anew, where it is scrolled to: something was changed.</summary>
    public async Task ReloadAsync()
    {
        _selected = new();
        await LoadAsync();
        StateHasChanged();
    }

    protected override async Task OnParametersSetAsync()
    {
        var address = AddressNow();
        if (_list is null || Link(address) != Link(_address))
        {
            await FollowAsync(address);
        }
        else if (Picks && SelectedParameter != _selected.InAddress)
        {
            // Back, forward, or a link with rows selected.
            _selected = new(SelectedParameter);
        }
    }

    private ListAddress<TFilter, TSort> AddressNow()
    {
        var address = new ListAddress<TFilter, TSort>(
            SearchParameter,
            Chosen(Words.Filter),
            SortParameter,
            DirectionParameter
        );
        foreach (var filter in MoreFilters)
        {
            var value = Chosen(filter.Name);
            address = filter.WordFor(value) is null ? address : address.With(filter.Name, value);
        }

        return address;
    }

    private string? Chosen(string filter) =>
        filter switch
        {
            "classification" => ClassificationParameter,
            "access" => AccessParameter,
            "expiring" => ExpiringParameter,
            _ => StateParameter,
        };

    private async Task FollowAsync(ListAddress<TFilter, TSort> address)
    {
        // What is not seen any more is not deleted by a click.
        _selected = Picks ? new(SelectedParameter) : new();
        var wasTrash = IsTrash;
        _address = address;
        if (IsTrash != wasTrash)
        {
            (_list, _notice) = (null, null);
        }

        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var asked = _address;
        var list = new ListWindow<TRow>(page =>
            AskAsync((caller, stop) => Load(caller, asked with { Page = page }, stop))
        );
        _asking = true;
        var answer = await list.RowsAsync(0, ListRules.PageSize);
        if (!ReferenceEquals(asked, _address))
        {
            return; // A newer question is under way.
        }

        _asking = false;
        (_list, _refused) = answer.Succeeded ? (list, null) : (_list, answer.Error);
        if (_body is not null)
        {
            await _body.RefreshAsync();
        }
    }

    private async ValueTask<(IReadOnlyList<ListLine<TRow>> Lines, int Total)> ProvideAsync(
        int start,
        int count
    )
    {
        if (_list is not { } list)
        {
            return ([], 0);
        }

        var answer = await list.RowsAsync(start, count);
        if (!ReferenceEquals(list, _list))
        {
            // Another list came meanwhile: of this one nothing is shown any more.
            return await ProvideAsync(start, count);
        }

        if (_refused != answer.Error)
        {
            _refused = answer.Error;
            StateHasChanged();
        }

        List<ListLine<TRow>> lines = answer.Succeeded ? answer.Value : [];
        foreach (var line in lines)
        {
            _selected.Name(Id(line.Row), Name(line.Row));
        }

        return (lines, list.Total);
    }

    /// <summary>Selects a row or lets go of it; with Shift all from the one before.</summary>
    private async Task SelectAsync(ListLine<TRow> line, bool through)
    {
        var from = through ? _selected.Anchor ?? line.Index : line.Index;
        var (first, last) = (Math.Min(from, line.Index), Math.Max(from, line.Index));
        var select = !_selected.Contains(Id(line.Row));
        await SelectRowsAsync(first, last - first + 1, select);
        _selected.Anchor = line.Index;
    }

    private async Task SelectAllAsync(ChangeEventArgs choice)
    {
        _selected = new();
        if (choice.Value is true)
        {
            await SelectRowsAsync(0, ListRules.MostSelected, select: true);
        }
        else
        {
            ShowSelection();
        }
    }

    private async Task SelectRowsAsync(int start, int count, bool select)
    {
        var rows = await _list!.RowsAsync(start, Math.Min(count, ListRules.MostSelected));
        if (!rows.Succeeded)
        {
            _refused = rows.Error;
            return;
        }

        foreach (var row in rows.Value.Select(line => line.Row).Where(CanPick))
        {
            _selected.Set(Id(row), Name(row), select);
        }

        ShowSelection();
    }

    private void ClearSelection()
    {
        _selected = new();
        ShowSelection();
    }

    /// <summary>Puts it into the address, where it is no step to go back from.</summary>
    private void ShowSelection()
    {
        if (SelectedParameter != _selected.InAddress)
        {
            Navigation.NavigateTo(
                _address.ToUri(Navigation, Words, _selected.InAddress),
                replace: true
            );
        }
    }

    private async Task DeleteAsync()
    {
        _busy = true;
        var selected = _selected;
        var answer = await AskProvenAsync((caller, stop) => Delete!(caller, selected.Ids, stop));
        (_busy, _confirming) = (false, false);
        if (!answer.Succeeded)
        {
            _refused = answer.Error;
            return;
        }

        var done = answer.Value.Where(outcome => outcome.Error is null).Select(o => o.Name);
        await EndAsync(
            "Deleted",
            selected,
            [.. done],
            answer.Value.Where(outcome => outcome.Error is not null),
            undoable: true
        );
    }

    private async Task TakeBackAsync(IReadOnlyList<string> ids)
    {
        _busy = true;
        var selected = _selected;
        var outcomes = new List<BulkOutcome>();
        foreach (var id in ids)
        {
            var answer = await AskProvenAsync<Unit>(
                async (caller, stop) =>
                    await TakeBack!(caller, id, stop) is { } refused ? refused : default(Unit)
            );
            outcomes.Add(new BulkOutcome(id, answer.Error));
        }

        _busy = false;
        await EndAsync(
            "Took back",
            selected,
            [.. outcomes.Where(outcome => outcome.Error is null).Select(o => o.Name)],
            outcomes.Where(outcome => outcome.Error is not null),
            undoable: false
        );
    }

    private async Task EndAsync(
        string verb,
        ListSelection selected,
        IReadOnlyList<string> done,
        IEnumerable<BulkOutcome> failed,
        bool undoable
    )
    {
        var what = done.Count == 1 ? selected.NameOf(done[0]) : Words.Counted(done.Count);
        _notice = new ListNotice(
            done.Count == 0 ? "Nothing was changed." : $"{verb} {what}.",
            [.. failed.Select(f => $"{selected.NameOf(f.Name)}: {f.Error!.Message}")],
            undoable && HasTrash ? done : []
        );
        ClearSelection();
        await LoadAsync();
    }

    private string Link(ListAddress<TFilter, TSort> address) => address.ToUri(Navigation, Words);

    private string Searched() =>
        ListFilters<TFilter, TSort>.Said(
            IsTrash ? _address with { Filter = null } : _address,
            Words,
            SearchedBy,
            Filters,
            MoreFilters
        );
}
