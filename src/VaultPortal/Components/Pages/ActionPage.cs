using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Components.Pages;

/// <summary>
/// A page on which something can be done. Where a service wants the password anew, the browser asks for it (it goes by fetch, not
/// over the circuit), and the service is asked again.
/// </summary>
public abstract class ActionPage : ServicePage
{
    [Inject]
    private AuthenticationStateProvider Authentication { get; set; } = default!;

    [Inject]
    private IJSRuntime Scripts { get; set; } = default!;

    /// <summary>Whether actions are offered. It decides nothing: that is for the services.</summary>
    protected bool MayAct { get; private set; }

    protected override async Task OnInitializedAsync()
    {
        var user = (await Authentication.GetAuthenticationStateAsync()).User;
        MayAct = user.IsInRole(nameof(Role.Owner)) || user.IsInRole(nameof(Role.Administrator));
    }

    /// <summary>Asks, and where the password is needed asks again once it was given.</summary>
    protected async Task<Result<T>> AskProvenAsync<T>(
        Func<Caller, CancellationToken, Task<Result<T>>> question
    )
    {
        var answer = await AskAsync(question);
        return answer.Error?.Kind == ErrorKind.StepUpRequired && await ProveAsync()
            ? await AskAsync(question)
            : answer;
    }

    private async Task<bool> ProveAsync()
    {
        try
        {
            await using var module = await Scripts.InvokeAsync<IJSObjectReference>(
                "import",
                Left,
                "./js/step-up.js"
            );
            // Without a time limit: somebody types a password.
            return await module.InvokeAsync<bool>("prove", Left);
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or JSDisconnectedException)
        {
            return false; // The page was left meanwhile.
        }
    }
}
