using Microsoft.AspNetCore.Components;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Components.Pages.Agents;

/// <summary>One agent: whose it is, what it calls and signs with, its new API key and its end.</summary>
public sealed partial class AgentPage : ActionPage
{
    private AgentListEntry? _agent;
    private ObjectLifetime? _lifetime;
    private VaultError? _refused;
    private VaultError? _fault;
    private string? _loaded;
    private bool _confirming;
    private bool _busy;
    private bool _shown;

    [Inject]
    private AgentService Agents { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "tab")]
    private string? TabParameter { get; set; }

    /// <summary>A key is shown to whom the agent belongs.</summary>
    private bool MakingKey =>
        _shown || (TabParameter == "key" && MayAct && _agent is { IsOwn: true });

    private string KeyVerb => _agent!.ActiveKeys == 0 ? "Make an API key" : "New API key";

    private string Uses =>
        _agent!.LastUsedAt is { } used
            ? $"It called last {RelativeText.Of(used, Clock.GetUtcNow())}."
            : "It has never called.";

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != Id)
        {
            _loaded = Id;
            (_fault, _agent) = (null, null);
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        var answer = await AskAsync(Agents.ListAsync);
        _refused = answer.Error;
        _agent = answer.Succeeded
            ? answer.Value.FirstOrDefault(agent => agent.Id.ToString() == Id)
            : null;
        if (_refused is null && _agent is null)
        {
            _refused = AccessErrors.NotFound;
        }

        _lifetime = _agent?.KeyId is { } key
            ? await LifetimeAsync(Lifetimes, LifetimeKind.AgentKey, key.ToString())
            : null;
    }

    private async Task KeyMadeAsync()
    {
        _shown = false;
        await LoadAsync();
        Navigation.NavigateTo(Here(null));
    }

    private async Task ArchiveAsync()
    {
        (_busy, _fault) = (true, null);
        var answer = await AskProvenAsync(
            (caller, stop) => Agents.ArchiveAsync(caller, _agent!.Id, stop)
        );
        (_busy, _confirming) = (false, false);
        _fault = answer.Error;
        if (answer.Succeeded)
        {
            Navigation.NavigateTo("agents");
        }
    }

    private string Here(string? tab) => $"agents/{Id}" + (tab is null ? "" : $"?tab={tab}");
}
