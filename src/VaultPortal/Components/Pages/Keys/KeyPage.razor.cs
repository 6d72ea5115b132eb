using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Hosting.Sessions;

namespace VaultPortal.Components.Pages.Keys;

/// <summary>One API key: what it may, where it was used, its rotation and its end. Its text is not here.</summary>
public sealed partial class KeyPage : ActionPage
{
    private ApiKeyListEntry? _key;
    private ObjectLifetime? _lifetime;
    private VaultError? _refused;
    private VaultError? _fault;
    private string? _said;
    private string? _loaded;
    private bool _confirming;
    private bool _withSuccessors;
    private bool _busy;
    private bool _shown;
    private bool _isOwn;

    [Inject]
    private AuthenticationStateProvider Visitor { get; set; } = default!;

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "tab")]
    private string? TabParameter { get; set; }

    private bool Works => _key is { RevokedAt: null } && !(_key.ExpiresAt <= Clock.GetUtcNow());

    /// <summary>A successor is shown to whom the key belongs, and there is one at most.</summary>
    private bool MayRotate => Works && _isOwn && !_key!.IsRotated;

    private bool Rotating => _shown || (TabParameter == "rotate" && MayAct && MayRotate);

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != Id)
        {
            _loaded = Id;
            (_said, _fault, _key) = (null, null, null);
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        var answer = await AskAsync(Keys.ListAsync);
        _refused = answer.Error;
        _key = answer.Succeeded
            ? answer.Value.FirstOrDefault(key => key.Id.ToString() == Id)
            : null;
        if (_refused is null && _key is null)
        {
            _refused = AccessErrors.NotFound;
        }

        _lifetime = await LifetimeAsync(Lifetimes, LifetimeKind.ApiKey, Id);
        var user = (await Visitor.GetAuthenticationStateAsync()).User;
        _isOwn = _key is not null && user.FindFirst(PortalClaims.Name)?.Value == _key.OwnerName;
    }

    private async Task ExpiryChangedAsync()
    {
        await LoadAsync();
        _said = "Another expiry is set.";
    }

    private void Rotated(SecretSavedEventArgs saved)
    {
        _shown = false;
        Navigation.NavigateTo($"api-keys/{saved.Id}");
    }

    private async Task RevokeAsync()
    {
        (_busy, _said, _fault) = (true, null, null);
        var answer = await AskProvenAsync(
            (caller, stop) =>
                Keys.RevokeAsync(caller, _key!.Id, _key.IsRotated && _withSuccessors, stop)
        );
        (_busy, _confirming) = (false, false);
        _fault = answer.Error;
        if (answer.Succeeded)
        {
            await LoadAsync();
            _said =
                _key is { IsRotated: true } && _withSuccessors
                    ? "Revoked, with the keys that took its place."
                    : "Revoked.";
        }
    }

    /// <summary>Whoever revokes a key because it leaked decides about the one that followed it, too.</summary>
    private void AskToRevoke() => (_confirming, _withSuccessors, _fault) = (true, false, null);

    private string Here(string? tab) => $"api-keys/{Id}" + (tab is null ? "" : $"?tab={tab}");
}
