using Microsoft.AspNetCore.Components;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Pages.Vaults;

/// <summary>One item: its fields without their values, which this page never asks for, and the detail checkpoint that binds them.</summary>
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

    [Parameter]
    public string Id { get; set; } = "";

    [Parameter]
    public string ItemId { get; set; } = "";

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != (Id, ItemId))
        {
            _loaded = (Id, ItemId);
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        (_view, _refused) = (null, null);
        if (!PublicId.TryParse(Id, out var vaultId) || !PublicId.TryParse(ItemId, out var itemId))
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
}
