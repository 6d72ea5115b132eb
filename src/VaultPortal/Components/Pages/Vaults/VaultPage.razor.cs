using Microsoft.AspNetCore.Components;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

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
    private string? _loaded;

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "tab")]
    private string? TabParameter { get; set; }

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

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != Id)
        {
            _loaded = Id;
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        (_view, _contents, _refused) = (null, null, null);
        if (!PublicId.TryParse(Id, out var id))
        {
            _refused = NotAnId;
            return;
        }

        var view = await AskAsync((caller, stop) => VaultReads.GetAsync(caller, id, stop));
        if (!view.Succeeded)
        {
            _refused = view.Error;
            return;
        }

        var contents = await AskAsync(
            (caller, stop) => VaultReads.GetContentsAsync(caller, id, stop)
        );
        if (contents.Succeeded)
        {
            _contents = contents.Value;
        }
        else if (contents.Error.Kind is not (ErrorKind.Denied or ErrorKind.NotFound))
        {
            _refused = contents.Error;
        }

        _view = view.Value;
    }

    private string? Current(string? tab) =>
        tab == (TabParameter is "members" or "checkpoints" ? TabParameter : null) ? "page" : null;

    private static int Gravity(CheckpointStanding standing) =>
        standing switch
        {
            CheckpointStanding.Verified => 0,
            CheckpointStanding.NeverSigned => 1,
            CheckpointStanding.StateDiffers => 2,
            _ => 3,
        };
}
