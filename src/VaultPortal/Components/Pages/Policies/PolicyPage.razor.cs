using Microsoft.AspNetCore.Components;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Pages.Policies;

/// <summary>A policy: the form by which it is made and changed, and what that would affect before it applies.</summary>
public sealed partial class PolicyPage : ActionPage
{
    private static readonly string[] Fields =
    [
        "/name",
        "/match",
        "/defaultLifetime",
        "/longestLifetime",
        "/rotateEvery",
        "/reminderOffsets",
        "/remindedPeople",
    ];

    private ExpiryPolicyView? _view;
    private PolicyForm? _form;
    private List<(PublicId Id, string Name)> _vaults = [];
    private PolicyPreview? _preview;
    private PolicyPreview? _deletion;
    private ExpiryPolicyDraft? _draft;
    private VaultError? _refused;
    private VaultError? _fault;
    private string? _said;
    private string? _unknown;
    private string _person = "";
    private bool _busy;
    private (string? Id, bool Loaded) _loaded;

    /// <summary>Null for a new one.</summary>
    [Parameter]
    public string? Id { get; set; }

    private string Title => _view?.Name ?? (Id is null ? "New policy" : "Policy");

    private bool IsOfVaults =>
        _form!.Kind.Length == 0
        || _form.Kind == LifetimeKind.VaultItem.WireName()
        || _form.Kind == LifetimeKind.Field.WireName();

    private bool MayWarn =>
        !LifetimeKindNames.TryParse(_form!.Kind, out var kind) || kind.MayOnlyBeWarnedOf();

    /// <summary>Those that the visitor sees; the present one too, if he does not.</summary>
    private IEnumerable<(PublicId Id, string Name)> Vaults =>
        _view?.Match.VaultId is { } id && _vaults.TrueForAll(vault => vault.Id != id)
            ? _vaults.Append((id, _view.VaultName ?? id.ToString()))
            : _vaults;

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != (Id, true))
        {
            _loaded = (Id, true);
            (_view, _form, _fault, _preview, _deletion) = (null, null, null, null, null);
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        var vaults = await AskAsync(
            (caller, stop) => VaultsOf.ListAsync(caller, new VaultQuery { Take = 500 }, stop)
        );
        _vaults = vaults.Succeeded ? [.. vaults.Value.Vaults.Select(v => (v.Id, v.Name))] : [];
        if (Id is null)
        {
            (_form, _refused) = (new PolicyForm(), MayAct ? null : AccessErrors.Forbidden);
            return;
        }

        if (!PublicId.TryParse(Id, out var id))
        {
            _refused = AccessErrors.NotFound;
            return;
        }

        var answer = await AskAsync((caller, stop) => Policies.GetAsync(caller, id, stop));
        (_view, _refused) = answer.Succeeded
            ? (answer.Value, null)
            : ((ExpiryPolicyView?)null, answer.Error);
        _form = _view is null ? null : PolicyForm.Of(_view);
    }

    /// <summary>What no longer fits the kind is taken back, so that nothing that is not shown is sent.</summary>
    private void NarrowMatch()
    {
        _form!.OnlyWarns &= MayWarn;
        if (!IsOfVaults)
        {
            (_form.Vault, _form.ItemType, _form.FieldType, _form.Classification) = ("", "", "", "");
        }
        else if (_form.Kind == LifetimeKind.VaultItem.WireName())
        {
            _form.FieldType = "";
        }
    }

    /// <summary>What is said beside a field is about what stood there.</summary>
    private void Correct() =>
        (_fault, _unknown) = (_fault is { } fault && IsOfField(fault) ? null : _fault, null);

    private async Task AddPersonAsync()
    {
        var text = _person.Trim();
        _unknown = null;
        if (text.Length == 0 || _form!.People.Exists(person => person.Name == text))
        {
            return;
        }

        var found = await AskAsync((caller, stop) => Directory.FindAsync(caller, text, stop));
        var person = found.Succeeded
            ? found.Value.Principals.FirstOrDefault(p =>
                p.Kind == PrincipalKind.User
                && string.Equals(p.Name, text, StringComparison.OrdinalIgnoreCase)
            )
            : null;
        if (person is null)
        {
            _unknown = found.Error?.Message ?? "There is no account with this address.";
            return;
        }

        if (!_form.People.Exists(present => present.Id == person.Id))
        {
            _form.People.Add(new RemindedPerson(person.Id, person.Name));
        }

        _person = "";
    }

    private async Task PreviewAsync()
    {
        (_said, _fault) = (null, null);
        var draft = _form!.ToDraft();
        if (draft.Error is { } unreadable)
        {
            _fault = unreadable;
            return;
        }

        _busy = true;
        var answer = await AskAsync(
            (caller, stop) => Policies.PreviewAsync(caller, draft.Value, _view?.Id, stop)
        );
        (_busy, _fault) = (false, answer.Error);
        if (answer.Succeeded)
        {
            (_draft, _preview) = (draft.Value, answer.Value);
        }
    }

    private async Task SaveAsync()
    {
        _busy = true;
        var answer = await AskProvenAsync(
            (caller, stop) =>
                _view is { } view
                    ? Policies.UpdateAsync(
                        caller,
                        view.Id,
                        _draft!,
                        new VersionCondition([view.Version]),
                        stop
                    )
                    : Policies.CreateAsync(caller, _draft!, stop)
        );
        (_busy, _fault, _preview) = (false, answer.Error, null);
        if (!answer.Succeeded)
        {
            return;
        }

        if (_view is null)
        {
            Navigation.NavigateTo($"settings/policies/{answer.Value.Id}");
            _said = "Created. It decides from now on.";
            return;
        }

        await LoadAsync();
        _said = "Saved. It decides from now on.";
    }

    private async Task AskToDeleteAsync()
    {
        _busy = true;
        var answer = await AskAsync(
            (caller, stop) => Policies.PreviewAsync(caller, null, _view!.Id, stop)
        );
        (_busy, _fault) = (false, answer.Error);
        _deletion = answer.Succeeded ? answer.Value : null;
    }

    private async Task DeleteAsync()
    {
        _busy = true;
        var answer = await AskProvenAsync(
            (caller, stop) =>
                Policies.DeleteAsync(caller, _view!.Id, new VersionCondition([_view.Version]), stop)
        );
        (_busy, _deletion, _fault) = (false, null, answer.Error);
        if (answer.Succeeded)
        {
            Navigation.NavigateTo("settings/policies");
        }
    }

    private static bool IsOfField(VaultError fault) => Fields.Any(field => IsAt(fault, field));

    private string? At(string path) =>
        _fault is not null && IsAt(_fault, path) ? _fault.Message : null;

    private string? Exactly(string path) => _fault?.Path == path ? _fault.Message : null;

    private static bool IsAt(VaultError fault, string path) =>
        fault.Path == path || fault.Path?.StartsWith(path + "/", StringComparison.Ordinal) == true;
}
