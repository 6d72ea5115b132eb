using System.Globalization;
using Microsoft.AspNetCore.Components;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Components.Pages.Lists;

/// <summary>A list with search, filter, sort and pages in its address; where rows can be deleted, with selection, trash and undo.</summary>
public sealed partial class ObjectList<TRow, TFilter, TSort> : ActionPage
    where TFilter : struct, Enum
    where TSort : struct, Enum
{
    private readonly HashSet<string> _selected = [];
    private ListAddress<TFilter, TSort> _address = new();
    private ListPage<TRow>? _list;
    private VaultError? _refused;
    private ListNotice? _notice;
    private string? _search;
    private int _typed;
    private bool _busy;
    private bool _confirming;

    [Parameter, EditorRequired]
    public ListWords Words { get; set; } = default!;

    [Parameter, EditorRequired]
    public IReadOnlyList<(TFilter Value, string Word)> Filters { get; set; } = [];

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

    /// <summary>The class that gives the table its columns.</summary>
    [Parameter]
    public string Grid { get; set; } = "grid-objects";

    [Parameter]
    public RenderFragment? Buttons { get; set; }

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

    [SupplyParameterFromQuery(Name = "sort")]
    private string? SortParameter { get; set; }

    [SupplyParameterFromQuery(Name = "dir")]
    private string? DirectionParameter { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageParameter { get; set; }

    private bool HasTrash => Trash is not null;

    private bool IsTrash => HasTrash && Nullable.Equals(_address.Filter, Trash);

    private ListAddress<TFilter, TSort> InTrash => new() { Filter = Trash };

    private bool Picks => MayAct && Delete is not null;

    private bool AllSelected => _list!.Rows.All(row => _selected.Contains(Id(row)));

    private int Pages => Math.Max(1, (_list!.Total + ListRules.PageSize - 1) / ListRules.PageSize);

    protected override async Task OnParametersSetAsync()
    {
        var address = new ListAddress<TFilter, TSort>(
            SearchParameter,
            Words.Filter == "classification" ? ClassificationParameter : StateParameter,
            SortParameter,
            DirectionParameter,
            PageParameter
        );
        if (_list is not null && address == _address)
        {
            return;
        }

        // What is being typed stays; a search that came with the address is shown.
        if (address.Search != _search?.Trim())
        {
            _search = address.Search;
        }

        // What is not seen any more is not deleted by a click.
        _selected.Clear();
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
        var answer = await AskAsync((caller, stop) => Load(caller, asked, stop));
        if (asked != _address)
        {
            return; // A newer question is under way.
        }

        (_list, _refused) = answer.Succeeded ? (answer.Value, null) : (_list, answer.Error);
        if (_refused is null && _address.Page > Pages)
        {
            // A link of yesterday, when there were more.
            Navigation.NavigateTo(Link(_address with { Page = Pages }), replace: true);
        }
    }

    private async Task SearchSoonAsync()
    {
        var turn = ++_typed;
        try
        {
            await Task.Delay(ListRules.TypingRest, Clock, Left);
        }
        catch (OperationCanceledException)
        {
            return; // The page was left while somebody typed.
        }

        if (turn == _typed)
        {
            var search = string.IsNullOrWhiteSpace(_search) ? null : _search.Trim();
            Navigation.NavigateTo(Link(_address with { Search = search, Page = 1 }), replace: true);
        }
    }

    private void FilterChosen(ChangeEventArgs choice)
    {
        TFilter? chosen = Enum.TryParse<TFilter>(choice.Value as string, out var value)
            ? value
            : null;
        Navigation.NavigateTo(Link(_address with { Filter = chosen, Page = 1 }));
    }

    private void Select(string id)
    {
        if (!_selected.Remove(id))
        {
            _selected.Add(id);
        }
    }

    private void SelectAll(ChangeEventArgs choice)
    {
        _selected.Clear();
        if (choice.Value is true)
        {
            _selected.UnionWith(_list!.Rows.Select(Id));
        }
    }

    private async Task DeleteAsync()
    {
        _busy = true;
        var names = _selected.ToDictionary(id => id, NameOf);
        var answer = await AskProvenAsync((caller, stop) => Delete!(caller, [.. _selected], stop));
        (_busy, _confirming) = (false, false);
        if (!answer.Succeeded)
        {
            _refused = answer.Error;
            return;
        }

        var done = answer.Value.Where(outcome => outcome.Error is null).Select(o => o.Name);
        await EndAsync(
            "Deleted",
            names,
            [.. done],
            answer.Value.Where(outcome => outcome.Error is not null),
            undoable: true
        );
    }

    private async Task TakeBackAsync(IReadOnlyList<string> ids)
    {
        _busy = true;
        var names = ids.ToDictionary(id => id, NameOf);
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
            names,
            [.. outcomes.Where(outcome => outcome.Error is null).Select(o => o.Name)],
            outcomes.Where(outcome => outcome.Error is not null),
            undoable: false
        );
    }

    private async Task EndAsync(
        string verb,
        Dictionary<string, string> names,
        IReadOnlyList<string> done,
        IEnumerable<BulkOutcome> failed,
        bool undoable
    )
    {
        _selected.Clear();
        var what = done.Count == 1 ? names[done[0]] : Words.Counted(done.Count);
        _notice = new ListNotice(
            done.Count == 0 ? "Nothing was changed." : $"{verb} {what}.",
            [
                .. failed.Select(f =>
                    $"{names.GetValueOrDefault(f.Name, f.Name)}: {f.Error!.Message}"
                ),
            ],
            undoable && HasTrash ? done : []
        );
        await LoadAsync();
    }

    private string NameOf(string id) =>
        _list!.Rows.FirstOrDefault(row => Id(row) == id) is { } row ? Name(row) : id;

    private string WordFor(TFilter filter) =>
        Filters.FirstOrDefault(known => known.Value.Equals(filter)).Word ?? filter.ToString();

    private string Link(ListAddress<TFilter, TSort> address) => address.ToUri(Navigation, Words);

    private string Range()
    {
        var first = _address.Skip + 1;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{first:N0} to {first + _list!.Rows.Count - 1:N0} of {_list.Total:N0}"
        );
    }

    private string Searched() =>
        (_address.Search, _address.Filter) switch
        {
            ({ } search, { } filter) when !IsTrash =>
                $"Filters: {SearchedBy} contains “{search}”, {Words.Filter} {WordFor(filter)}.",
            ({ } search, _) => $"Filter: {SearchedBy} contains “{search}”.",
            (null, { } filter) => $"Filter: {Words.Filter} {WordFor(filter)}.",
            _ => "",
        };
}
