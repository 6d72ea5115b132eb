using System.Globalization;
using Microsoft.AspNetCore.Components;
using VaultPortal.Components.Pages.Lists;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Components.Pages.Expiry;

/// <summary>Everything that expires or is to be rotated, as list, calendar and timeline; what is selected in the list is changed at once.</summary>
public sealed partial class ExpiriesPage : ActionPage
{
    // What there is to filter by is taken from so many objects, the earliest first.
    private const int FacetPages = 4;

    private ExpiryAddress _address = new();
    private ExpiryFacets _facets = ExpiryFacets.None;
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private DateTimeOffset _now;
    private ExpiryWindow? _list;
    private ListBody<ListLine<ExpiryEntry>>? _body;
    private ExpiryEvents _events = new([], IsWhole: true);
    private ListSelection _selected = new();
    private ListNotice? _notice;
    private IReadOnlyList<ExpiryChangeLine> _undo = [];
    private VaultError? _refused;
    private ExpiryAction? _action;
    private string? _followed;
    private bool _loaded;
    private bool _asking;
    private bool _busy;
    private bool _rotating;

    [SupplyParameterFromQuery(Name = "view")]
    private string? ViewParameter { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? SearchParameter { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? StateParameter { get; set; }

    [SupplyParameterFromQuery(Name = "kind")]
    private string? KindParameter { get; set; }

    [SupplyParameterFromQuery(Name = "vault")]
    private string? VaultParameter { get; set; }

    [SupplyParameterFromQuery(Name = "owner")]
    private string? OwnerParameter { get; set; }

    [SupplyParameterFromQuery(Name = "due")]
    private string? DueParameter { get; set; }

    [SupplyParameterFromQuery(Name = "after")]
    private string? AfterParameter { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? BeforeParameter { get; set; }

    [SupplyParameterFromQuery(Name = "month")]
    private string? MonthParameter { get; set; }

    [SupplyParameterFromQuery(Name = "day")]
    private string? DayParameter { get; set; }

    [SupplyParameterFromQuery(Name = "as")]
    private string? AsParameter { get; set; }

    [SupplyParameterFromQuery(Name = "by")]
    private string? ByParameter { get; set; }

    [SupplyParameterFromQuery(Name = "span")]
    private string? SpanParameter { get; set; }

    [SupplyParameterFromQuery(Name = "selected")]
    private string? SelectedParameter { get; set; }

    private List<LifetimeRef> Picked
    {
        get
        {
            var picked = new List<LifetimeRef>();
            foreach (var id in _selected.Ids)
            {
                if (ExpiryLooks.TryRead(id, out var named))
                {
                    picked.Add(named);
                }
            }

            return picked;
        }
    }

    private string Counted =>
        _address.View == ExpiryView.List
            ? Objects(_list?.Total ?? 0)
            : Objects(_events.Events.Select(e => e.Entry.Object).Distinct().Count()) + " shown";

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _zone = await Zones.GetAsync(Left);
        var facets = await ReadFacetsAsync();
        _facets = facets.Succeeded ? facets.Value : _facets;
        _address = AddressNow();
        _selected = new(SelectedParameter);
        await LoadAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_followed is null)
        {
            return; // The beginning is for OnInitializedAsync.
        }

        var address = AddressNow();
        var isOther = Question(address) != _followed;
        if (isOther || address.Day != _address.Day)
        {
            // What is not seen any more is not changed by a click.
            (_address, _selected) = (address, new(SelectedParameter));
            CloseDialogs();
            await (isOther ? LoadAsync() : Task.CompletedTask);
        }
        else if (SelectedParameter != _selected.InAddress)
        {
            _selected = new(SelectedParameter); // Back, forward, or a link with rows selected.
            CloseDialogs();
        }
    }

    /// <summary>They are about what was selected when they were opened.</summary>
    private void CloseDialogs() => (_action, _rotating) = (_busy ? _action : null, false);

    private ExpiryAddress AddressNow() =>
        ExpiryAddress.Read(name =>
            name switch
            {
                "view" => ViewParameter,
                "q" => SearchParameter,
                "state" => StateParameter,
                "kind" => KindParameter,
                "vault" => VaultParameter,
                "owner" => OwnerParameter,
                "due" => DueParameter,
                "after" => AfterParameter,
                "before" => BeforeParameter,
                "month" => MonthParameter,
                "day" => DayParameter,
                "as" => AsParameter,
                "by" => ByParameter,
                "span" => SpanParameter,
                _ => null,
            }
        );

    private async Task LoadAsync()
    {
        var asked = _followed = Question(_address);
        (_asking, _now) = (true, Clock.GetUtcNow());
        var refused =
            _address.View == ExpiryView.List
                ? await LoadListAsync(asked)
                : await LoadEventsAsync(asked);
        if (asked == _followed)
        {
            (_asking, _refused) = (false, refused);
            _loaded |= refused is null;
        }

        if (_body is not null && _address.View == ExpiryView.List)
        {
            await _body.RefreshAsync();
        }
    }

    private async Task<VaultError?> LoadListAsync(string asked)
    {
        var query = _address.ToQuery(_zone, _now) with { Take = ExpiryWindow.PieceSize };
        var list = new ExpiryWindow(cursor => ListAsync(query with { Cursor = cursor }));
        var answer = await list.RowsAsync(0, ListRules.PageSize);
        if (asked == _followed && answer.Succeeded)
        {
            _list = list;
        }

        return answer.Error;
    }

    private async Task<VaultError?> LoadEventsAsync(string asked)
    {
        var (from, to) = DaysShown();
        var answer = await ExpiryEvents.ReadAsync(
            ListAsync,
            _address.ToQuery(_zone, _now),
            _zone.Midnight(from),
            _zone.Midnight(to),
            _now
        );
        if (asked == _followed && answer.Succeeded)
        {
            _events = answer.Value;
        }

        return answer.Error;
    }

    private (DateOnly From, DateOnly To) DaysShown()
    {
        var today = _zone.DayOf(_now);
        if (_address.View == ExpiryView.Timeline)
        {
            var (from, to, _) = TimelineChart.Range(today, _address.Span);
            return (from, to);
        }

        var days = MonthWeeks.Of(_address.Month ?? new(today.Year, today.Month, 1));
        return (days[0], days[^1].AddDays(1));
    }

    private Task<Result<ExpiryPage>> ListAsync(ExpiryQuery query) =>
        AskAsync((caller, stop) => Expiries.ListAsync(caller, query, stop));

    private async Task<Result<ExpiryFacets>> ReadFacetsAsync()
    {
        var entries = new List<ExpiryEntry>();
        string? cursor = null;
        for (var page = 0; page < FacetPages; page++)
        {
            var answer = await ListAsync(new() { Cursor = cursor, Take = ExpiryQuery.MostTaken });
            if (answer.Error is { } refused)
            {
                return refused;
            }

            entries.AddRange(answer.Value.Entries);
            cursor = answer.Value.Next;
            if (cursor is null)
            {
                break;
            }
        }

        return ExpiryFacets.Of(entries);
    }

    private async ValueTask<(IReadOnlyList<ListLine<ExpiryEntry>> Lines, int Total)> ProvideAsync(
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

        List<ListLine<ExpiryEntry>> lines = answer.Succeeded ? answer.Value : [];
        foreach (var line in lines)
        {
            _selected.Name(ExpiryLooks.Text(line.Row.Object), line.Row.Title);
        }

        return (lines, list.Total);
    }

    /// <summary>Selects a row or lets go of it; with Shift all from the one before.</summary>
    private async Task SelectAsync(ListLine<ExpiryEntry> line, bool through)
    {
        var from = through ? _selected.Anchor ?? line.Index : line.Index;
        var (first, last) = (Math.Min(from, line.Index), Math.Max(from, line.Index));
        var select = !_selected.Contains(ExpiryLooks.Text(line.Row.Object));
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

        foreach (var entry in rows.Value.Select(line => line.Row).Where(row => row.MayChange))
        {
            _selected.Set(ExpiryLooks.Text(entry.Object), entry.Title, select);
        }

        ShowSelection();
    }

    private bool AllSelected(ExpiryWindow list) =>
        _selected.Count > 0 && _selected.Count >= Math.Min(list.Total, ListRules.MostSelected);

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
            Navigation.NavigateTo(_address.ToUri(Navigation, _selected.InAddress), replace: true);
        }
    }

    private async Task ApplyAsync(BulkExpiryChange change)
    {
        _busy = true;
        var answer = await ChangeAsync(change);
        (_busy, _action) = (false, null);
        if (answer.Error is { } refused)
        {
            _refused = refused;
            return;
        }

        var verb = change.Action switch
        {
            ExpiryAction.Extend => "Extended",
            ExpiryAction.Set => "Set the expiry of",
            _ => "Cleared the expiry of",
        };
        await EndAsync(verb, answer.Value, undoable: true);
    }

    /// <summary>Where some of them want the password, it is asked for and those alone are changed with it.</summary>
    private async Task<Result<IReadOnlyList<ExpiryChangeLine>>> ChangeAsync(BulkExpiryChange change)
    {
        var done = new List<ExpiryChangeLine>();
        IReadOnlyList<ExpiryChangeLine> unproven = [];
        var answer = await AskProvenAsync<IReadOnlyList<ExpiryChangeLine>>(
            async (caller, stop) =>
            {
                var step = await Expiries.ChangeAsync(caller, change, stop);
                if (step.Error is { } refused)
                {
                    return refused;
                }

                var proof = step.Value.ToLookup(IsUnproven);
                done.AddRange(proof[false]);
                unproven = [.. proof[true]];
                change = change with { Objects = [.. unproven.Select(line => line.Object)] };
                return unproven.Count > 0 ? unproven[0].Problem! : done;
            }
        );
        if (answer.Succeeded || unproven.Count == 0)
        {
            return answer;
        }

        // The password was not given, or the second call failed: those stay, what was changed is told.
        done.AddRange(unproven.Select(line => line with { Problem = answer.Error }));
        return done;
    }

    private static bool IsUnproven(ExpiryChangeLine line) =>
        line.Problem?.Kind == ErrorKind.StepUpRequired;

    private async Task RotatedAsync(RotationEnd? end)
    {
        _rotating = false;
        if (end is null)
        {
            return;
        }

        var stayed = end.Left == 0 ? "" : $" {Objects(end.Left)} stayed as before.";
        _notice = new ListNotice(
            end.IsKnown
                ? $"Rotated {Objects(end.Rotated)}.{stayed}"
                : "The rotation was not answered: look at what was selected before you rotate it again.",
            [],
            []
        );
        _undo = [];
        ClearSelection();
        await LoadAsync();
    }

    /// <summary>Each gets back what it had; those that had the same in one go.</summary>
    private async Task UndoAsync()
    {
        _busy = true;
        var lines = new List<ExpiryChangeLine>();
        foreach (var same in _undo.GroupBy(line => line.Before))
        {
            var change = new BulkExpiryChange
            {
                Objects = [.. same.Select(line => line.Object)],
                Action = same.Key is null ? ExpiryAction.Clear : ExpiryAction.Set,
                To = same.Key,
            };
            var answer = await ChangeAsync(change);
            lines.AddRange(
                answer.Succeeded
                    ? answer.Value
                    : same.Select(line => line with { Problem = answer.Error })
            );
        }

        _busy = false;
        await EndAsync("Took back the change of", lines, undoable: false);
    }

    private async Task EndAsync(string verb, IReadOnlyList<ExpiryChangeLine> lines, bool undoable)
    {
        var done = lines.Where(line => line.Problem is null).ToList();
        var what = done.Count == 1 ? done[0].Title ?? done[0].Object.Id : Objects(done.Count);
        _notice = new ListNotice(
            done.Count == 0 ? "Nothing was changed." : $"{verb} {what}.",
            [
                .. lines
                    .Where(line => line.Problem is not null)
                    .Select(line => $"{line.Title ?? line.Object.Id}: {line.Problem!.Message}"),
            ],
            []
        );
        _undo = undoable ? done : [];
        ClearSelection();
        await LoadAsync();
    }

    private string? Current(ExpiryView view) => _address.View == view ? "page" : null;

    /// <summary>What has to be asked of the service: whichever day is open, it is there already.</summary>
    private string Question(ExpiryAddress address) => Link(address with { Day = null });

    private string Link(ExpiryAddress address) => address.ToUri(Navigation);

    private static string Objects(int count) =>
        count == 1
            ? "1 object"
            : string.Create(CultureInfo.InvariantCulture, $"{count:N0} objects");
}
