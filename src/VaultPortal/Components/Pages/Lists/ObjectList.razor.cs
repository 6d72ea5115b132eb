using System.Globalization;
using Microsoft.AspNetCore.Components;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Components.Pages.Lists;

/// <summary>A list with search, state, sort and pages in its address; where rows can be deleted, with selection, trash and undo.</summary>
public sealed partial class ObjectList<TRow> : ActionPage
{
    /// <summary>How long typing has to rest before the list follows it.</summary>
    internal static readonly TimeSpan TypingRest = TimeSpan.FromMilliseconds(150);

    private readonly HashSet<string> _selected = [];
    private ListAddress _address = new();
    private SecretPage<TRow>? _list;
    private VaultError? _refused;
    private ListNotice? _notice;
    private string? _search;
    private int _typed;
    private bool _busy;
    private bool _confirming;

    [Parameter, EditorRequired]
    public ListWords Words { get; set; } = default!;

    [Parameter, EditorRequired]
    public IReadOnlyList<(SecretListState State, string Word)> States { get; set; } = [];

    [Parameter]
    public string SearchedBy { get; set; } = "name";

    [Parameter, EditorRequired]
    public Func<
        Caller,
        SecretQuery,
        CancellationToken,
        Task<Result<SecretPage<TRow>>>
    > Load { get; set; } = default!;

    /// <summary>Null where rows are not deleted from the list.</summary>
    [Parameter]
    public Func<
        Caller,
        IReadOnlyList<string>,
        CancellationToken,
        Task<Result<IReadOnlyList<BulkOutcome>>>
    >? Delete { get; set; }

    /// <summary>Takes one row back from the trash; null where there is none.</summary>
    [Parameter]
    public Func<Caller, string, CancellationToken, Task<VaultError?>>? TakeBack { get; set; }

    [Parameter, EditorRequired]
    public Func<TRow, string> Id { get; set; } = default!;

    [Parameter, EditorRequired]
    public Func<TRow, string> Name { get; set; } = default!;

    [Parameter]
    public RenderFragment? Buttons { get; set; }

    [Parameter, EditorRequired]
    public RenderFragment<ListAddress> Columns { get; set; } = default!;

    [Parameter, EditorRequired]
    public RenderFragment<TRow> Cells { get; set; } = default!;

    [Parameter, EditorRequired]
    public RenderFragment Empty { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? SearchParameter { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? StateParameter { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? SortParameter { get; set; }

    [SupplyParameterFromQuery(Name = "dir")]
    private string? DirectionParameter { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageParameter { get; set; }

    private bool HasTrash => TakeBack is not null;

    private bool Picks => MayAct && Delete is not null;

    private bool AllSelected => _list!.Items.All(row => _selected.Contains(Id(row)));

    private int Pages =>
        Math.Max(1, (_list!.Total + ListAddress.PageSize - 1) / ListAddress.PageSize);

    protected override async Task OnParametersSetAsync()
    {
        var address = ListAddress.Read(
            SearchParameter,
            StateParameter,
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

        if (address.IsTrash != _address.IsTrash)
        {
            (_list, _notice) = (null, null);
        }

        // What is not seen any more is not deleted by a click.
        _selected.Clear();
        _address = address;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var asked = _address;
        var answer = await AskAsync((caller, stop) => Load(caller, asked.ToQuery(), stop));
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
            await Task.Delay(TypingRest, Clock, Left);
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

    private void StateChosen(ChangeEventArgs choice)
    {
        SecretListState? chosen = Enum.TryParse<SecretListState>(
            choice.Value as string,
            out var value
        )
            ? value
            : null;
        Navigation.NavigateTo(Link(_address with { State = chosen, Page = 1 }));
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
            _selected.UnionWith(_list!.Items.Select(Id));
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
        _list!.Items.FirstOrDefault(row => Id(row) == id) is { } row ? Name(row) : id;

    private string WordFor(SecretListState state) =>
        States.FirstOrDefault(known => known.State == state).Word ?? state.ToString();

    private string Link(ListAddress address) => address.ToUri(Navigation, Words.Path);

    private string Range()
    {
        var first = (_address.Page - 1) * ListAddress.PageSize + 1;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{first:N0} to {first + _list!.Items.Count - 1:N0} of {_list.Total:N0}"
        );
    }

    private string Searched() =>
        (_address.Search, _address.State) switch
        {
            ({ } search, { } state) when !_address.IsTrash =>
                $"Filters: {SearchedBy} contains “{search}”, state {WordFor(state)}.",
            ({ } search, _) => $"Filter: {SearchedBy} contains “{search}”.",
            (null, { } state) => $"Filter: state {WordFor(state)}.",
            _ => "",
        };
}
