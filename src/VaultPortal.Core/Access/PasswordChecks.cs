using Microsoft.AspNetCore.Identity;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>
/// Hashing and checking of passwords, as many at once as there are processors: each takes 19 MiB and milliseconds, and a
/// stranger can ask for it. Some wait; who comes when too many wait is told to come back.
/// </summary>
public sealed class PasswordChecks(IPasswordHasher<Account> hasher) : IDisposable
{
    private const int MostWaiting = 64;

    private static readonly VaultError Busy = new(
        ErrorKind.Unavailable,
        "unavailable",
        "Too many sign-ins are under way. Try again in a few seconds."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private readonly SemaphoreSlim _running = new(Environment.ProcessorCount);

    // What an unknown address is checked against, so that it costs the same as a known one.
    private readonly Lazy<string> _dummy = new(() =>
        hasher.HashPassword(new Account(), Guid.NewGuid().ToString("N"))
    );

    private int _waiting;

    public Task<Result<string>> HashAsync(string password, CancellationToken cancellation) =>
        RunAsync(() => hasher.HashPassword(new Account(), password), cancellation);

    /// <param name="hash">The stored hash; null (there is no such account) does the same work and fails.</param>
    /// <param name="password">What was typed.</param>
    /// <param name="cancellation">Ends the waiting, not the work.</param>
    public Task<Result<PasswordVerificationResult>> VerifyAsync(
        string? hash,
        string password,
        CancellationToken cancellation
    ) =>
        RunAsync(
            () =>
            {
                var result = hasher.VerifyHashedPassword(
                    new Account(),
                    hash ?? _dummy.Value,
                    password
                );
                return hash is null ? PasswordVerificationResult.Failed : result;
            },
            cancellation
        );

    public void Dispose() => _running.Dispose();

    private async Task<Result<T>> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return Busy;
        }

        try
        {
            await _running.WaitAsync(cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            _running.Release();
        }
    }
}
