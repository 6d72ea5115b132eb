using Microsoft.AspNetCore.Components;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Pages.Vaults;

/// <summary>
/// One item. Its values never come here: they are fetched, opened and edited by the sealed element in the middle, of which this page
/// hears how many changes there are and which version was saved.
/// </summary>
public sealed partial class VaultItemPage : ServicePage
{
    private static readonly VaultError NotAnId = new(
        ErrorKind.NotFound,
        "vault_item_not_found",
        "There is no such item."
    );

    private VaultItemView? _view;
    private VaultError? _refused;
    private (string, string)? _loaded;
    private int _changes;

    [Parameter]
    public string Id { get; set; } = "";

    [Parameter]
    public string ItemId { get; set; } = "";

    /// <summary>The field whose history is asked for.</summary>
    [SupplyParameterFromQuery]
    private string? Field { get; set; }

    /// <summary>"history" or "checkpoints"; none is the fields.</summary>
    [Parameter]
    public string? Tab { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != (Id, ItemId))
        {
            _loaded = (Id, ItemId);
            (_view, _changes) = (null, 0);
            await LoadAsync();
        }
    }

    /// <summary>What stands there stays until the new is there: nothing jumps.</summary>
    private async Task LoadAsync()
    {
        if (
            !PublicId.TryParse(Id, out var vaultId)
            || !PublicId.TryParse(ItemId, out var itemId)
            || Tab is not (null or "history" or "checkpoints")
        )
        {
            _refused = NotAnId;
            return;
        }

        var answer = await AskAsync(
            (caller, stop) => ItemReads.GetAsync(caller, vaultId, itemId, withValues: false, stop)
        );
        (_view, _refused) = answer.Succeeded
            ? (answer.Value, null)
            : ((VaultItemView?)null, answer.Error);
    }

    /// <summary>Fields whose values are older than their policy allows.</summary>
    private List<FieldView> Overdue =>
        [
            .. _view!.Fields.Where(each =>
                each.Lifetime?.StateAt(Clock.GetUtcNow()) == ExpiryState.OverdueForRotation
            ),
        ];

    private void Changed(SealedChangesEventArgs changes) => _changes = changes.Count;

    private Task SavedAsync(SealedSavedEventArgs saved) => LoadAsync();

    private string Here(string? tab) =>
        $"vaults/{Id}/items/{ItemId}" + (tab is null ? "" : $"/{tab}");

    private string? Current(string? tab) => tab == Tab ? "page" : null;
}
