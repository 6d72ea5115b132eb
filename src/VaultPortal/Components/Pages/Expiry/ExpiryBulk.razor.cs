using System.Globalization;
using Microsoft.AspNetCore.Components;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Components.Pages.Expiry;

/// <summary>Extends, sets or clears the expiries of what is selected, after a preview of each.</summary>
public sealed partial class ExpiryBulk : ServicePage
{
    private static readonly (string By, string Word)[] Lengths =
    [
        ("30d", "30 days"),
        ("90d", "90 days"),
        ("1y", "1 year"),
    ];
    private IReadOnlyList<ExpiryChangeLine>? _lines;
    private BulkExpiryChange? _change;
    private string _by = "90d";
    private string? _ownBy;
    private string? _to;
    private string? _fault;
    private bool _own;
    private int _asked;

    [Parameter, EditorRequired]
    public ExpiryAction Action { get; set; }

    [Parameter, EditorRequired]
    public IReadOnlyList<LifetimeRef> Selected { get; set; } = [];

    [Parameter, EditorRequired]
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    [Parameter]
    public bool Busy { get; set; }

    [Parameter, EditorRequired]
    public EventCallback<BulkExpiryChange> OnApply { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnCancel { get; set; }

    private int Changing => _lines?.Count(line => line.Problem is null) ?? 0;

    private string Verb =>
        Action switch
        {
            ExpiryAction.Extend => "Extend",
            ExpiryAction.Set => "Set",
            _ => "Clear",
        };

    private string Title =>
        Action switch
        {
            ExpiryAction.Extend => $"Extend the expiry of {Objects(Selected.Count)}",
            ExpiryAction.Set => $"Set the expiry of {Objects(Selected.Count)}",
            _ => $"Clear the expiry of {Objects(Selected.Count)}?",
        };

    protected override Task OnInitializedAsync()
    {
        if (Action == ExpiryAction.Set)
        {
            var day = Zone.DayOf(Clock.GetUtcNow()).AddDays(90);
            return SetAsync(ExpiryAddress.Text(day) + "T00:00");
        }

        return Action == ExpiryAction.Extend ? ChooseAsync(_by) : PreviewAsync(New());
    }

    private Task ChooseAsync(string by)
    {
        (_by, _own) = (by, false);
        return DurationText.TryParse(by, out var length)
            ? PreviewAsync(New() with { By = length })
            : Task.CompletedTask;
    }

    private Task ChooseOwn() => OwnAsync(_ownBy);

    private Task OwnAsync(string? typed)
    {
        (_ownBy, _own) = (typed, true);
        if (DurationText.TryParse(typed?.Trim(), out var length))
        {
            return PreviewAsync(New() with { By = length });
        }

        return Refuse(
            string.IsNullOrWhiteSpace(typed)
                ? null
                : "Write a number and d (days), w (weeks) or y (years): 45d, for instance."
        );
    }

    private Task SetAsync(string? typed)
    {
        _to = typed;
        if (
            !DateTime.TryParse(
                typed,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var local
            ) || local.Year is < 1000 or > 9000
        )
        {
            return Refuse("Choose a day and a time.");
        }

        return PreviewAsync(New() with { To = Zone.At(local) });
    }

    private Task Refuse(string? why)
    {
        _asked++;
        (_lines, _change, _fault) = (null, null, why);
        return Task.CompletedTask;
    }

    private async Task PreviewAsync(BulkExpiryChange change)
    {
        var asked = ++_asked;
        var answer = await AskAsync((caller, stop) => Expiries.PreviewAsync(caller, change, stop));
        if (asked == _asked)
        {
            (_change, _fault) = (change, answer.Error?.Message);
            _lines = answer.Succeeded ? answer.Value : null;
        }
    }

    private Task ApplyAsync() =>
        _change is { } change && Changing > 0 ? OnApply.InvokeAsync(change) : Task.CompletedTask;

    private BulkExpiryChange New() => new() { Objects = Selected, Action = Action };

    private string Sum(IReadOnlyList<ExpiryChangeLine> lines) =>
        Changing == lines.Count ? $"{Objects(lines.Count)} would change."
        : Changing == 0 ? "None of them can be changed so."
        : $"{Objects(Changing)} would change, {lines.Count - Changing} would stay as they are.";

    private string Text(DateTimeOffset? moment) => moment is { } at ? Zone.Exact(at) : "never";

    private static string Objects(int count) => BulkWords.Objects(count);
}
