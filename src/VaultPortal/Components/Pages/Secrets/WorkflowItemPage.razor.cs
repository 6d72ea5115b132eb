using Microsoft.AspNetCore.Components;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Components.Pages.Secrets;

/// <summary>One item of the workflow vault: everything about it but its secret, which is never shown.</summary>
public sealed partial class WorkflowItemPage : ActionPage
{
    private static readonly VaultError NotAnId = new(
        ErrorKind.NotFound,
        "workflow_item_not_found",
        "There is no such item."
    );

    private SecretId _id;
    private WorkflowItemView? _item;
    private ObjectLifetime? _lifetime;
    private IReadOnlyList<SecretVersionView>? _versions;
    private VaultError? _refused;
    private VaultError? _fault;
    private string? _said;
    private string? _confirming;
    private long _restoring;
    private bool _busy;
    private bool _shown;
    private string? _loaded;

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "tab")]
    private string? TabParameter { get; set; }

    private bool IsKey => _item!.Kind == SecretKind.GeneratedKey;

    private string? Tab =>
        TabParameter switch
        {
            "history" => "history",
            "edit" when MayAct && _item!.DeletedAt is null => "edit",
            "rotate" when MayAct && IsKey && _item!.DeletedAt is null => "rotate",
            _ => null,
        };

    private VersionCondition Present => new([_item!.Version]);

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != Id)
        {
            _loaded = Id;
            (_said, _fault, _item) = (null, null, null);
            await LoadAsync();
        }
        else if (_item is not null && Tab == "history" && _versions is null)
        {
            await LoadHistoryAsync();
        }
    }

    private async Task LoadAsync()
    {
        if (!SecretId.TryParseWorkflow(Id, out _id))
        {
            _refused = NotAnId;
            return;
        }

        var answer = await AskAsync(
            (caller, stop) => Items.GetAsync(caller, _id, withDeleted: true, stop)
        );
        (_item, _refused) = answer.Succeeded
            ? (answer.Value, null)
            : ((WorkflowItemView?)null, answer.Error);
        _lifetime = await LifetimeAsync(Lifetimes, LifetimeKind.WorkflowSecret, Id);
        _versions = null;
        if (_item is not null && Tab == "history")
        {
            await LoadHistoryAsync();
        }
    }

    private async Task LoadHistoryAsync()
    {
        var answer = await AskAsync((caller, stop) => Items.ListVersionsAsync(caller, _id, stop));
        (_versions, _fault) = answer.Succeeded ? (answer.Value, _fault) : ([], answer.Error);
    }

    private async Task SavedAsync(string said)
    {
        _shown = false;
        await LoadAsync();
        (_said, _fault) = (said, null);
        Navigation.NavigateTo(Here(null));
    }

    private Task DeleteAsync() =>
        ActAsync((caller, stop) => Items.DeleteAsync(caller, _id, Present, stop), null);

    private Task TakeBackAsync() =>
        ActAsync((caller, stop) => Items.TakeBackAsync(caller, _id, stop), "Taken back.");

    private async Task RestoreAsync()
    {
        await ActAsync(
            (caller, stop) => Items.RestoreAsync(caller, _id, _restoring, Present, stop),
            $"Restored version {_restoring}, without showing it."
        );
        if (_said is not null && _lifetime?.Entry.State == ExpiryState.Expired)
        {
            _said += " The item has expired: give it another expiry.";
        }
    }

    private async Task ActAsync<T>(
        Func<Caller, CancellationToken, Task<Result<T>>> act,
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

    private string Here(string? tab) =>
        $"secrets/workflows/{Id}" + (tab is null ? "" : $"?tab={tab}");

    private string? Current(string? tab) => tab == Tab ? "page" : null;

    private static string? Iso(DateTimeOffset? time) =>
        time is { } moment ? UtcTime.ToText(moment) : null;
}
