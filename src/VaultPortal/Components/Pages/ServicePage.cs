using Microsoft.AspNetCore.Components;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting.Sessions;

namespace VaultPortal.Components.Pages;

/// <summary>
/// A page that asks services. The caller is resolved anew for each question, so that an ended session, a disabled account or
/// a taken role counts at once; where there is none any more, the visitor signs in again.
/// </summary>
public abstract class ServicePage : ComponentBase, IDisposable
{
    private static readonly VaultError SessionEnded = new(
        ErrorKind.Unauthenticated,
        "session_ended",
        "Your session has ended. Sign in again."
    );

    private readonly CancellationTokenSource _left = new();
    private bool _leaving;

    [Inject]
    private CallerFactory Callers { get; set; } = default!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = default!;

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Left => _left.Token;

    protected async Task<Result<T>> AskAsync<T>(
        Func<Caller, CancellationToken, Task<Result<T>>> question
    )
    {
        var caller = await Callers.ResolveAsync(Left);
        if (caller is null)
        {
            SignIn();
            return SessionEnded;
        }

        try
        {
            return await question(caller, Left);
        }
        catch (Exception exception)
            when (exception is StorageUnavailableException or WriteQueueFullException)
        {
            return new VaultError(
                ErrorKind.Unavailable,
                "unavailable",
                "The vault is busy or its storage does not answer. Try again in a moment."
            );
        }
    }

    /// <summary>Where an object stands in its lifetime; null where it has none any more.</summary>
    protected async Task<ObjectLifetime?> LifetimeAsync(
        ObjectLifetimes lifetimes,
        LifetimeKind kind,
        string id
    )
    {
        var answer = await AskAsync(
            (caller, stop) => lifetimes.FindAsync(caller, [new LifetimeRef(kind, id)], stop)
        );
        return answer.Succeeded && answer.Value.Count > 0 ? answer.Value[0] : null;
    }

    // Once: until the browser has left, the page hears of the new address and asks again.
    private void SignIn()
    {
        if (!_leaving)
        {
            _leaving = true;
            Navigation.NavigateTo(SignInAddress.For(Navigation), forceLoad: true);
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _left.Cancel();
            _left.Dispose();
        }
    }
}
