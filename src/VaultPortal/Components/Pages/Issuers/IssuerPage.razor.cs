using Microsoft.AspNetCore.Components;
using VaultPortal.Components.Pages.Keys;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Tokens;

namespace VaultPortal.Components.Pages.Issuers;

/// <summary>A trusted issuer: what is known of its keys, and the form by which it is made and changed.</summary>
public sealed partial class IssuerPage : ActionPage
{
    private const string DocumentHint = "Public keys only: {\"keys\": […]}";

    private static readonly string[] Choices =
    [
        .. PermissionGroups.All.Take(2).SelectMany(group => group.Permissions).Select(p => p.Name),
    ];

    private static readonly string[] Fields =
    [
        "/name",
        "/issuer",
        "/audience",
        "/jwksUri",
        "/jwksDocument",
        "/mappings",
    ];

    private TrustedIssuerView? _view;
    private ObjectLifetime? _lifetime;
    private IssuerForm? _form;
    private VaultError? _refused;
    private VaultError? _fault;
    private string? _said;
    private bool _busy;
    private bool _confirming;
    private (string? Id, bool Loaded) _loaded;

    /// <summary>Null for a new one.</summary>
    [Parameter]
    public string? Id { get; set; }

    [SupplyParameterFromQuery(Name = "tab")]
    private string? TabParameter { get; set; }

    private string Title => _view?.Name ?? (Id is null ? "New issuer" : "Issuer");

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != (Id, true))
        {
            _loaded = (Id, true);
            (_view, _form, _fault) = (null, null, null);
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        if (Id is null)
        {
            (_form, _refused) = (new IssuerForm(), null);
            _form.Mappings.Add(new MappingForm());
            return;
        }

        if (!PublicId.TryParse(Id, out var id))
        {
            _refused = AccessErrors.NotFound;
            return;
        }

        var answer = await AskAsync((caller, stop) => Issuers.GetAsync(caller, id, stop));
        (_view, _refused) = answer.Succeeded
            ? (answer.Value, null)
            : ((TrustedIssuerView?)null, answer.Error);
        _form = _view is null ? null : IssuerForm.Of(_view);
        _lifetime = await LifetimeAsync(Lifetimes, LifetimeKind.TrustedIssuer, Id);
    }

    private async Task SaveAsync()
    {
        if (_view is { } view)
        {
            await ActAsync(
                (caller, stop) =>
                    Issuers.UpdateAsync(caller, view.Id, view.Revision, _form!.ToDraft(), stop),
                "Saved."
            );
            return;
        }

        (_busy, _fault) = (true, null);
        var made = await AskProvenAsync(
            (caller, stop) => Issuers.CreateAsync(caller, _form!.ToDraft(), stop)
        );
        (_busy, _fault) = (false, made.Error);
        if (made.Succeeded)
        {
            _said = "Created. Its tokens are taken from now on.";
            Navigation.NavigateTo($"settings/issuers/{made.Value}");
        }
    }

    /// <summary>What was typed into the form stays, unless somebody else has saved another one meanwhile.</summary>
    private async Task ExpiryChangedAsync()
    {
        var (typed, before) = (_form, _view?.Revision);
        await LoadAsync();
        var isOurs = _view?.Revision == before + 1;
        _form = isOurs ? typed : _form;
        _said = isOurs
            ? "Another expiry is set."
            : "Another expiry is set. Somebody has changed this issuer meanwhile: the form shows it as it is now.";
    }

    private Task SetDisabledAsync(bool disabled) =>
        ActAsync(
            (caller, stop) => Issuers.SetDisabledAsync(caller, _view!.Id, disabled, stop),
            disabled ? "Disabled: its tokens are refused." : "Enabled."
        );

    private async Task DeleteAsync()
    {
        (_busy, _fault) = (true, null);
        var answer = await AskProvenAsync(
            (caller, stop) => Issuers.DeleteAsync(caller, _view!.Id, stop)
        );
        (_busy, _confirming, _fault) = (false, false, answer.Error);
        if (answer.Succeeded)
        {
            Navigation.NavigateTo("settings/issuers");
        }
    }

    private async Task ActAsync(
        Func<Caller, CancellationToken, Task<Result<Unit>>> act,
        string said
    )
    {
        (_busy, _said, _fault) = (true, null, null);
        var answer = await AskProvenAsync(act);
        (_busy, _fault) = (false, answer.Error);
        if (answer.Succeeded)
        {
            await LoadAsync();
            _said = said;
        }
    }

    private static void Toggle(MappingForm mapping, string permission)
    {
        if (!mapping.Permissions.Remove(permission))
        {
            mapping.Permissions.Add(permission);
        }
    }

    private static bool IsOfField(VaultError fault) => Fields.Any(field => IsAt(fault, field));

    private string? At(string path) =>
        _fault is not null && IsAt(_fault, path) ? _fault.Message : null;

    private static bool IsAt(VaultError fault, string path) =>
        fault.Path == path || fault.Path?.StartsWith(path + "/", StringComparison.Ordinal) == true;
}
