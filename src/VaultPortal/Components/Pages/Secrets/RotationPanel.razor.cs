using Microsoft.AspNetCore.Components;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Notifications;

namespace VaultPortal.Components.Pages.Secrets;

/// <summary>The rotation of a secret that is announced first: the one under way with what can be done, or the form of a new one.</summary>
public sealed partial class RotationPanel : ActionPage
{
    private static readonly string[] Fields =
    [
        "/webhook",
        "/generate/length",
        "/confirmWithinHours",
        "/graceHours",
    ];

    private RotationView? _last;
    private IReadOnlyList<WebhookView>? _webhooks;
    private VaultError? _fault;
    private string _webhook = "";
    private int _length = NewRotation.DefaultGenerateLength;
    private int _confirm = 24;
    private int _grace = 24;
    private bool _busy;

    [Parameter, EditorRequired]
    public string SecretKey { get; set; } = "";

    /// <summary>Only says that one is under way.</summary>
    [Parameter]
    public bool Brief { get; set; }

    /// <summary>The secret has another value, or another grace.</summary>
    [Parameter]
    public EventCallback OnChange { get; set; }

    private RotationView? UnderWay =>
        _last is { Phase: RotationPhase.Announced or RotationPhase.Switched } ? _last : null;

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var found = await AskAsync(
            (caller, stop) =>
                Rotations.ListAsync(caller, secret: SecretKey, take: 1, cancellation: stop)
        );
        _last = found.Succeeded && found.Value.Count > 0 ? found.Value[0] : null;
        if (!Brief && UnderWay is null)
        {
            var webhooks = await AskAsync(Webhooks.ListAsync);
            _webhooks = webhooks.Succeeded
                ? [.. webhooks.Value.Where(webhook => webhook.DisabledAt is null)]
                : [];
            _webhook = _webhooks.Count > 0 ? _webhooks[0].Id.ToString() : "";
        }
    }

    private Task AnnounceAsync() =>
        ActAsync(
            (caller, stop) =>
                Rotations.AnnounceAsync(
                    caller,
                    new NewRotation
                    {
                        Secret = SecretKey,
                        Webhook = PublicId.TryParse(_webhook, out var id) ? id : default,
                        GenerateLength = _length,
                        GraceHours = _grace,
                        ConfirmWithinHours = _confirm,
                    },
                    stop
                )
        );

    private Task ConfirmAsync() =>
        ActAsync((caller, stop) => Rotations.ConfirmAsync(caller, _last!.Id, cancellation: stop));

    private Task RetireAsync() =>
        ActAsync((caller, stop) => Rotations.RetireAsync(caller, _last!.Id, stop));

    private Task CancelAsync() =>
        ActAsync((caller, stop) => Rotations.CancelAsync(caller, _last!.Id, stop));

    private async Task ActAsync(Func<Caller, CancellationToken, Task<Result<RotationView>>> act)
    {
        (_busy, _fault) = (true, null);
        var answer = await AskProvenAsync(act);
        (_busy, _fault) = (false, answer.Error);
        await LoadAsync();
        if (answer.Succeeded)
        {
            await OnChange.InvokeAsync();
        }
    }

    private static string Says(RotationView rotation) =>
        rotation.Phase == RotationPhase.Announced
            ? "A rotation was announced and waits for its confirmation. The present value stands."
            : "A rotation has switched to the new value; the old one is still readable.";

    private static bool IsOfField(VaultError fault) => Fields.Contains(fault.Path);

    private string? At(string path) => _fault?.Path == path ? _fault.Message : null;
}
