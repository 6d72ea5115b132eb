using Microsoft.AspNetCore.Components;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Components.Pages.Secrets;

/// <summary>One environment secret: its value by fetch and after a click, its changes by forms in closed roots, its history.</summary>
public sealed partial class EnvironmentSecretPage : ActionPage
{
    private EnvironmentSecretView? _secret;
    private ObjectLifetime? _lifetime;
    private IReadOnlyList<SecretVersionView>? _versions;
    private VaultError? _refused;
    private VaultError? _fault;
    private string? _said;
    private string? _confirming;
    private long _restoring;
    private bool _busy;
    private string? _loaded;

    [Parameter]
    public string Key { get; set; } = "";

    [SupplyParameterFromQuery(Name = "tab")]
    private string? TabParameter { get; set; }

    /// <summary>What may be shown of what the address asks for.</summary>
    private string? Tab =>
        TabParameter switch
        {
            "history" => "history",
            "edit" or "rotate" when MayAct && _secret!.DeletedAt is null => TabParameter,
            _ => null,
        };

    private bool Readable =>
        _secret is { IsActive: true, DeletedAt: null }
        && (_secret.LeavesAfterExpiry || !(_secret.ExpiresAt <= Clock.GetUtcNow()));

    private string RevealPath => $"/secrets/environment/{_secret!.Key}/reveal";

    private string WhyNoValue =>
        !MayAct
            ? "Values are for Owners, Administrators and machines with the permission; you see everything else of this secret."
        : _secret!.DeletedAt is not null
            ? "It lies in the trash: nobody can read its value. Take it back first."
        : !_secret.IsActive ? "It is inactive: nobody can read its value. Activate it first."
        : "It has expired: nobody can read its value. Give it another expiry first.";

    protected override async Task OnParametersSetAsync()
    {
        // No key has small letters; who types the address of a page forgets the hyphen that keeps it apart from keys.
        if (Key is "new" or "import" or "export")
        {
            Navigation.NavigateTo($"secrets/environment/-/{Key}", replace: true);
            return;
        }

        if (_loaded != Key)
        {
            _loaded = Key;
            (_said, _fault, _secret) = (null, null, null);
            await LoadAsync();
        }
        else if (_secret is not null && Tab == "history" && _versions is null)
        {
            await LoadHistoryAsync();
        }
    }

    private async Task LoadAsync()
    {
        var answer = await AskAsync((caller, stop) => Secrets.GetAsync(caller, Key, stop));
        (_secret, _refused) = answer.Succeeded
            ? (answer.Value, null)
            : ((EnvironmentSecretView?)null, answer.Error);
        _lifetime = await LifetimeAsync(Lifetimes, LifetimeKind.EnvironmentSecret, Key);
        _versions = null;
        if (_secret is not null && Tab == "history")
        {
            await LoadHistoryAsync();
        }
    }

    private async Task LoadHistoryAsync()
    {
        var answer = await AskAsync((caller, stop) => Secrets.ListVersionsAsync(caller, Key, stop));
        (_versions, _fault) = answer.Succeeded ? (answer.Value, _fault) : ([], answer.Error);
    }

    private async Task SavedAsync(SecretSavedEventArgs saved, string what)
    {
        await LoadAsync();
        (_said, _fault) = ($"{what}: version {saved.Version ?? _secret?.Version}.", null);
        Navigation.NavigateTo(Here(null));
    }

    private Task SetActiveAsync(bool active) =>
        ActAsync(
            (caller, stop) =>
                Secrets.UpdateAsync(
                    caller,
                    Key,
                    new EnvironmentSecretChange { IsActive = active },
                    stop
                ),
            _secret!.DeletedAt is not null ? "Taken back."
                : active ? "Activated."
                : "Deactivated: it is not found by machines until it is activated."
        );

    private Task UnreserveAsync() =>
        ActAsync(
            (caller, stop) =>
                Secrets.UpdateAsync(
                    caller,
                    Key,
                    new EnvironmentSecretChange { IsReserved = false, IfMatch = Present },
                    stop
                ),
            "Un-reserved: it can be deleted now."
        );

    private Task DeleteAsync() =>
        ActAsync((caller, stop) => Secrets.DeleteAsync(caller, Key, Present, stop), null);

    private async Task RestoreAsync()
    {
        await ActAsync(
            (caller, stop) => Secrets.RestoreAsync(caller, Key, _restoring, Present, stop),
            $"Restored version {_restoring}."
        );
        if (_said is not null && _lifetime?.Entry.State == ExpiryState.Expired)
        {
            _said += " The secret has expired: give it another expiry.";
        }
    }

    private VersionCondition Present => new([_secret!.Version]);

    private async Task ActAsync(
        Func<Caller, CancellationToken, Task<Result<SecretReceipt>>> act,
        string? said
    )
    {
        (_busy, _said, _fault) = (true, null, null);
        var answer = await AskProvenAsync(act);
        (_busy, _confirming) = (false, null);
        if (answer.Error is { } refused)
        {
            _fault = refused;
            return;
        }

        _said = said;
        await LoadAsync();
    }

    private void AskRestore(long version) => (_restoring, _confirming) = (version, "restore");

    private void Confirm(string what) => (_confirming, _fault) = (what, null);

    private void CloseConfirm() => _confirming = null;

    private string Here(string? tab) =>
        $"secrets/environment/{Key}" + (tab is null ? "" : $"?tab={tab}");

    private string? Current(string? tab) => tab == Tab ? "page" : null;

    private static string? Iso(DateTimeOffset? time) =>
        time is { } moment ? UtcTime.ToText(moment) : null;
}
