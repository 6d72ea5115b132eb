using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using VaultPortal.Hosting.Sessions;

namespace VaultPortal.Components.Pages.Vaults;

/// <summary>One vault: its items by group, its members, and what was signed about it.</summary>
public sealed partial class VaultPage : ServicePage
{
    private static readonly VaultError NotAnId = new(
        ErrorKind.NotFound,
        "vault_not_found",
        "There is no such vault."
    );

    private VaultView? _view;
    private VaultContents? _contents;
    private VaultError? _refused;
    private SealedSavedEventArgs? _saved;
    private string? _loaded;
    private string _account = "";

    [Inject]
    private AuthenticationStateProvider Authentication { get; set; } = default!;

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "tab")]
    private string? TabParameter { get; set; }

    private bool OnItems => TabParameter is not ("members" or "checkpoints");

    private bool IsArchived => _view?.Vault.ArchivedAt is not null;

    private bool IsEmpty => _contents is { Items.Count: 0, Groups.Count: 0 };

    /// <summary>Whether actions are offered. It decides nothing: that is for the services.</summary>
    private bool MayWrite =>
        _view?.Vault is { MetadataOnly: false, ArchivedAt: null, Access: >= AccessLevel.Write };

    private bool MayAdminister => MayWrite && _view?.Vault.Access == AccessLevel.Admin;

    private IEnumerable<SignedCheckpoint> Signed =>
        new[]
        {
            _view!.Vault.Directory,
            _view.Summary,
            _view.Permission,
        }.OfType<SignedCheckpoint>();

    /// <summary>
    /// The worst of what was signed and looked at: one that does not verify is not outweighed by two that do.
    /// </summary>
    private CheckpointStanding Standing =>
        Signed
            .Select(checkpoint => checkpoint.Standing)
            .OfType<CheckpointStanding>()
            .DefaultIfEmpty(CheckpointStanding.NeverSigned)
            .MaxBy(Gravity);

    protected override async Task OnInitializedAsync()
    {
        var user = (await Authentication.GetAuthenticationStateAsync()).User;
        _account = user.FindFirst(PortalClaims.AccountId)?.Value ?? "";
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != Id)
        {
            _loaded = Id;
            (_view, _contents, _saved) = (null, null, null);
            await LoadAsync();
        }
    }

    /// <summary>What stands on the page stays until the answer is there, so that nothing moves and the focus is kept.</summary>
    private async Task SavedAsync(SealedSavedEventArgs saved)
    {
        _saved = saved;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        _refused = null;
        if (!PublicId.TryParse(Id, out var id))
        {
            _refused = NotAnId;
            return;
        }

        var view = await AskAsync((caller, stop) => VaultReads.GetAsync(caller, id, stop));
        if (!view.Succeeded)
        {
            (_view, _contents, _refused) = (null, null, view.Error);
            return;
        }

        var contents = await AskAsync(
            (caller, stop) => VaultReads.GetContentsAsync(caller, id, stop)
        );
        if (
            contents.Error is { } refused
            && refused.Kind is not (ErrorKind.Denied or ErrorKind.NotFound)
        )
        {
            _refused = refused;
        }

        (_view, _contents) = (view.Value, contents.Succeeded ? contents.Value : null);
    }

    private string? Current(string? tab) => tab == (OnItems ? null : TabParameter) ? "page" : null;

    private static int Gravity(CheckpointStanding standing) =>
        standing switch
        {
            CheckpointStanding.Verified => 0,
            CheckpointStanding.NeverSigned => 1,
            CheckpointStanding.StateDiffers => 2,
            _ => 3,
        };
}
