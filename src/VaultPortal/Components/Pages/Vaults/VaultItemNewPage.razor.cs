using Microsoft.AspNetCore.Components;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Pages.Vaults;

/// <summary>Makes an item: its type is chosen here, everything that is signed is typed in the sealed element.</summary>
public sealed partial class VaultItemNewPage : ServicePage
{
    private VaultView? _vault;
    private VaultError? _refused;
    private string? _loaded;
    private int _changes;

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery]
    private string? Type { get; set; }

    private ItemType? Chosen =>
        Enum.GetValues<ItemType>()
            .Cast<ItemType?>()
            .FirstOrDefault(type => WireNames.Of(type!.Value) == Type);

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
        if (!PublicId.TryParse(Id, out var id))
        {
            _refused = new VaultError(
                ErrorKind.NotFound,
                "vault_not_found",
                "There is no such vault."
            );
            return;
        }

        var answer = await AskAsync((caller, stop) => VaultReads.GetAsync(caller, id, stop));
        (_vault, _refused) = answer.Succeeded
            ? (answer.Value, null)
            : ((VaultView?)null, answer.Error);
    }

    private void Saved(SealedSavedEventArgs saved)
    {
        _changes = 0;
        Navigation.NavigateTo($"vaults/{Id}/items/{saved.Id}");
    }

    /// <summary>What the template holds, in a few words; the fields themselves stand in js/sealed/page/templates.js.</summary>
    private static string Usual(ItemType type) =>
        type switch
        {
            ItemType.Login => "Username, password, website, one-time code",
            ItemType.ApiKey => "Key id, secret, endpoint",
            ItemType.Database => "Host, port, database, username, password",
            ItemType.SshKey => "Host, username, private key, passphrase",
            ItemType.Server => "Address, port, username, password",
            ItemType.SecureNote => "Text of several lines",
            ItemType.CreditCard => "Card holder, number, security code",
            _ => "Begins empty",
        };
}
