using Microsoft.AspNetCore.Components;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Notifications;

namespace VaultPortal.Components.Pages.Webhooks;

/// <summary>One webhook: its messages and what came of them, its changes and its end. Its secret is never here.</summary>
public sealed partial class WebhookPage : ActionPage
{
    private static readonly string[] Fields = ["/name", "/url", "/events"];

    private readonly List<DeliveryView> _log = [];
    private readonly HashSet<string> _events = [];
    private WebhookView? _view;
    private PublicId? _next;
    private VaultError? _refused;
    private VaultError? _fault;
    private string? _said;
    private string? _loaded;
    private string _name = "";
    private string _url = "";
    private bool _allowsPrivate;
    private bool _confirming;
    private bool _busy;
    private bool _shown;

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "tab")]
    private string? TabParameter { get; set; }

    private string Title => _view?.Name ?? "Webhook";

    private string? Tab =>
        _shown ? "secret"
        : MayAct && TabParameter is "edit" or "secret" ? TabParameter
        : null;

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != Id)
        {
            _loaded = Id;
            (_view, _said, _fault) = (null, null, null);
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        if (!PublicId.TryParse(Id, out var id))
        {
            _refused = AccessErrors.NotFound;
            return;
        }

        var answer = await AskAsync((caller, stop) => Webhooks.GetAsync(caller, id, stop));
        (_view, _refused) = answer.Succeeded
            ? (answer.Value, null)
            : ((WebhookView?)null, answer.Error);
        if (_view is { } view)
        {
            (_name, _url, _allowsPrivate) = (view.Name, view.Url, view.AllowsPrivateAddress);
            _events.Clear();
            _events.UnionWith(view.Events);
            _log.Clear();
            _next = null;
            await MoreAsync();
        }
    }

    private async Task MoreAsync()
    {
        var page = await AskAsync(
            (caller, stop) =>
                Webhooks.ListDeliveriesAsync(caller, _view!.Id, _next, cancellation: stop)
        );
        if (page.Succeeded)
        {
            _log.AddRange(page.Value.Deliveries);
            _next = page.Value.Next;
        }
        else
        {
            _fault = page.Error;
        }
    }

    private Task SaveAsync() =>
        ActAsync(
            (caller, stop) =>
                Webhooks.UpdateAsync(
                    caller,
                    _view!.Id,
                    new WebhookDraft
                    {
                        Name = _name.Trim(),
                        Url = _url.Trim(),
                        Events = [.. _events],
                        AllowsPrivateAddress = _allowsPrivate,
                    },
                    new VersionCondition([_view.Version]),
                    stop
                ),
            "Saved.",
            leads: true
        );

    private Task SetDisabledAsync(bool disabled) =>
        ActAsync(
            (caller, stop) =>
                Webhooks.SetDisabledAsync(
                    caller,
                    _view!.Id,
                    disabled,
                    ifMatch: null,
                    cancellation: stop
                ),
            disabled ? "Disabled: it is told nothing." : "Enabled."
        );

    private Task TestAsync() =>
        ActAsync(
            (caller, stop) => Webhooks.TestAsync(caller, _view!.Id, stop),
            "A test is on its way. What came of it stands below in a moment.",
            leads: true
        );

    private Task RedeliverAsync(PublicId delivery) =>
        ActAsync(
            (caller, stop) => Webhooks.RedeliverAsync(caller, _view!.Id, delivery, stop),
            "It is on its way once more."
        );

    private async Task DeleteAsync()
    {
        (_busy, _fault) = (true, null);
        var answer = await AskProvenAsync(
            (caller, stop) => Webhooks.DeleteAsync(caller, _view!.Id, cancellation: stop)
        );
        (_busy, _confirming, _fault) = (false, false, answer.Error);
        if (answer.Succeeded)
        {
            Navigation.NavigateTo("settings/webhooks");
        }
    }

    private async Task SecretStoredAsync(SecretSavedEventArgs saved)
    {
        _shown = false;
        await LoadAsync();
        _said = "The new secret signs from now on.";
        Navigation.NavigateTo(Here(null));
    }

    /// <param name="leads">Whether success leads to the messages.</param>
    private async Task ActAsync<T>(
        Func<Caller, CancellationToken, Task<Result<T>>> act,
        string said,
        bool leads = false
    )
    {
        (_busy, _said, _fault) = (true, null, null);
        var answer = await AskProvenAsync(act);
        (_busy, _fault) = (false, answer.Error);
        if (answer.Succeeded)
        {
            await LoadAsync();
            _said = said;
            if (leads && Tab is not null)
            {
                Navigation.NavigateTo(Here(null));
            }
        }
    }

    private void Toggle(string type)
    {
        if (!_events.Remove(type))
        {
            _events.Add(type);
        }
    }

    private string Here(string? tab) =>
        tab is null ? $"settings/webhooks/{Id}" : $"settings/webhooks/{Id}?tab={tab}";

    private string? Current(string? tab) => Tab == tab ? "page" : null;

    private static string BadgeOf(DeliveryState state) =>
        state switch
        {
            DeliveryState.Delivered => "badge-good",
            DeliveryState.Failed => "badge-bad",
            _ => "badge-warn",
        };

    private static string IconOf(DeliveryState state) =>
        state switch
        {
            DeliveryState.Delivered => "check",
            DeliveryState.Failed => "warning",
            _ => "clock",
        };

    private static bool IsOfField(VaultError fault) => Fields.Any(field => IsAt(fault, field));

    private string? At(string path) =>
        _fault is not null && IsAt(_fault, path) ? _fault.Message : null;

    private static bool IsAt(VaultError fault, string path) =>
        fault.Path == path || fault.Path?.StartsWith(path + "/", StringComparison.Ordinal) == true;
}
