using System.Globalization;
using Microsoft.AspNetCore.Components;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Pages.Vaults;

/// <summary>The list of vaults: those with a grant, and for Owner, Administrator and Auditor that the others exist.</summary>
public sealed partial class VaultsPage : ServicePage
{
    /// <summary>How long typing has to rest before the list follows it.</summary>
    internal static readonly TimeSpan TypingRest = TimeSpan.FromMilliseconds(150);

    private VaultListAddress _address = new();
    private VaultList? _list;
    private VaultError? _refused;
    private string? _search;
    private int _typed;

    [SupplyParameterFromQuery(Name = "q")]
    private string? SearchParameter { get; set; }

    [SupplyParameterFromQuery(Name = "classification")]
    private string? ClassificationParameter { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? SortParameter { get; set; }

    [SupplyParameterFromQuery(Name = "dir")]
    private string? DirectionParameter { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageParameter { get; set; }

    private int Pages =>
        Math.Max(1, (_list!.Total + VaultListAddress.PageSize - 1) / VaultListAddress.PageSize);

    protected override async Task OnParametersSetAsync()
    {
        var page = int.TryParse(PageParameter, CultureInfo.InvariantCulture, out var number)
            ? number
            : 1;
        var address = VaultListAddress.Read(
            SearchParameter,
            ClassificationParameter,
            SortParameter,
            DirectionParameter,
            page
        );
        if (_list is not null && address == _address)
        {
            return;
        }

        // What is being typed stays; a search that came with the address is shown.
        if (address.Search != _search?.Trim())
        {
            _search = address.Search;
        }

        _address = address;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var asked = _address;
        var answer = await AskAsync(
            (caller, cancellation) => VaultReads.ListAsync(caller, asked.ToQuery(), cancellation)
        );
        if (asked != _address)
        {
            return; // A newer question is under way.
        }

        (_list, _refused) = answer.Succeeded ? (answer.Value, null) : (_list, answer.Error);
        if (_refused is null && _address.Page > Pages)
        {
            // A link of yesterday, when there were more.
            Navigation.NavigateTo(Link(_address with { Page = Pages }), replace: true);
        }
    }

    private async Task SearchSoonAsync()
    {
        var turn = ++_typed;
        try
        {
            await Task.Delay(TypingRest, Clock, Left);
        }
        catch (OperationCanceledException)
        {
            return; // The page was left while somebody typed.
        }

        if (turn == _typed)
        {
            var search = string.IsNullOrWhiteSpace(_search) ? null : _search.Trim();
            Navigation.NavigateTo(Link(_address with { Search = search, Page = 1 }), replace: true);
        }
    }

    private void ClassificationChosen(ChangeEventArgs choice)
    {
        DataClassification? chosen = Enum.TryParse<DataClassification>(
            choice.Value as string,
            out var value
        )
            ? value
            : null;
        Navigation.NavigateTo(Link(_address with { Classification = chosen, Page = 1 }));
    }

    private string Link(VaultListAddress address) => address.ToUri(Navigation);

    private string Range()
    {
        var first = (_address.Page - 1) * VaultListAddress.PageSize + 1;
        return $"{Number(first)} to {Number(first + _list!.Vaults.Count - 1)} of {Number(_list.Total)}";
    }

    private string Searched() =>
        (_address.Search, _address.Classification) switch
        {
            ({ } search, { } classification) =>
                $"Filters: name contains “{search}”, classification {Words.For(classification)}.",
            ({ } search, null) => $"Filter: name contains “{search}”.",
            (null, { } classification) => $"Filter: classification {Words.For(classification)}.",
            _ => "",
        };

    private static string Counted(int total) => total == 1 ? "1 vault" : $"{Number(total)} vaults";

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
