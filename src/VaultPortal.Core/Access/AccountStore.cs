using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>
/// Identity's view of the accounts. Reads come from a context of their own; each write is a work item that checks the
/// concurrency stamp on the state of that moment. What has rules of its own (set-up, tries, sessions) does not pass here.
/// </summary>
public sealed class AccountStore(
    WriteQueue queue,
    IDbContextFactory<VaultDbContext> contexts,
    IdentityErrorDescriber describer
)
    : IUserPasswordStore<Account>,
        IUserEmailStore<Account>,
        IUserLockoutStore<Account>,
        IUserSecurityStampStore<Account>
{
    public Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken) =>
        queue.RunAsync(
            scope =>
                AccountDrafts.Insert(scope, Background(), user).Error is { } refusal
                    ? IdentityResult.Failed(
                        new IdentityError { Code = refusal.Code, Description = refusal.Message }
                    )
                    : IdentityResult.Success,
            cancellationToken
        );

    public Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken)
    {
        var read = user.ConcurrencyStamp;
        var written = Guid.NewGuid().ToString("N");
        return ChangeAsync(
            user,
            "account.update",
            scope =>
            {
                user.ConcurrencyStamp = written;
                var entry = scope.Context.Update(user);
                entry.Property(a => a.ConcurrencyStamp).OriginalValue = read;
            },
            cancellationToken
        );
    }

    public Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken) =>
        throw new NotSupportedException(
            "Accounts are disabled, never deleted: the audit and signed checkpoints name them."
        );

    public async Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return PublicId.TryParse(userId, out var id)
            ? await context
                .Set<Account>()
                .AsNoTracking()
                .SingleOrDefaultAsync(a => a.PublicId == id, cancellationToken)
            : null;
    }

    public Task<Account?> FindByNameAsync(
        string normalizedUserName,
        CancellationToken cancellationToken
    ) => FindByEmailAsync(normalizedUserName, cancellationToken);

    public async Task<Account?> FindByEmailAsync(
        string normalizedEmail,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .Set<Account>()
            .AsNoTracking()
            .SingleOrDefaultAsync(a => a.NormalizedEmail == normalizedEmail, cancellationToken);
    }

    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.PublicId.ToString());

    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Email);

    public Task SetUserNameAsync(
        Account user,
        string? userName,
        CancellationToken cancellationToken
    ) => SetEmailAsync(user, userName, cancellationToken);

    public Task<string?> GetNormalizedUserNameAsync(
        Account user,
        CancellationToken cancellationToken
    ) => Task.FromResult(user.NormalizedEmail);

    public Task SetNormalizedUserNameAsync(
        Account user,
        string? normalizedName,
        CancellationToken cancellationToken
    ) => SetNormalizedEmailAsync(user, normalizedName, cancellationToken);

    public Task<string?> GetEmailAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Email);

    public Task SetEmailAsync(Account user, string? email, CancellationToken cancellationToken)
    {
        user.Email = email;
        return Task.CompletedTask;
    }

    public Task<bool> GetEmailConfirmedAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.EmailConfirmed);

    public Task SetEmailConfirmedAsync(
        Account user,
        bool confirmed,
        CancellationToken cancellationToken
    )
    {
        user.EmailConfirmed = confirmed;
        return Task.CompletedTask;
    }

    public Task<string?> GetNormalizedEmailAsync(
        Account user,
        CancellationToken cancellationToken
    ) => Task.FromResult(user.NormalizedEmail);

    public Task SetNormalizedEmailAsync(
        Account user,
        string? normalizedEmail,
        CancellationToken cancellationToken
    )
    {
        user.NormalizedEmail = normalizedEmail;
        return Task.CompletedTask;
    }

    public Task SetPasswordHashAsync(
        Account user,
        string? passwordHash,
        CancellationToken cancellationToken
    )
    {
        user.PasswordHash = passwordHash;
        return Task.CompletedTask;
    }

    public Task<string?> GetPasswordHashAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.PasswordHash);

    public Task<bool> HasPasswordAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.PasswordHash is not null);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(
        Account user,
        CancellationToken cancellationToken
    ) => Task.FromResult(user.LockoutEnd);

    public Task SetLockoutEndDateAsync(
        Account user,
        DateTimeOffset? lockoutEnd,
        CancellationToken cancellationToken
    )
    {
        user.LockoutEnd = lockoutEnd;
        return Task.CompletedTask;
    }

    public Task<int> IncrementAccessFailedCountAsync(
        Account user,
        CancellationToken cancellationToken
    ) => Task.FromResult(++user.AccessFailedCount);

    public Task ResetAccessFailedCountAsync(Account user, CancellationToken cancellationToken)
    {
        user.AccessFailedCount = 0;
        return Task.CompletedTask;
    }

    public Task<int> GetAccessFailedCountAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.AccessFailedCount);

    public Task<bool> GetLockoutEnabledAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.LockoutEnabled);

    public Task SetLockoutEnabledAsync(
        Account user,
        bool enabled,
        CancellationToken cancellationToken
    )
    {
        user.LockoutEnabled = enabled;
        return Task.CompletedTask;
    }

    public Task SetSecurityStampAsync(
        Account user,
        string stamp,
        CancellationToken cancellationToken
    )
    {
        user.SecurityStamp = stamp;
        return Task.CompletedTask;
    }

    public Task<string?> GetSecurityStampAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.SecurityStamp);

    // The queue and the contexts belong to the host.
    public void Dispose() { }

    private Task<IdentityResult> ChangeAsync(
        Account user,
        string action,
        Action<WriteScope> change,
        CancellationToken cancellation
    ) =>
        queue.RunAsync(
            scope =>
            {
                change(scope);
                try
                {
                    scope.Context.SaveChanges();
                }
                catch (DbUpdateConcurrencyException)
                {
                    // Somebody else changed the row since it was read: nothing was written.
                    return IdentityResult.Failed(describer.ConcurrencyFailure());
                }

                scope.Audit(Background(), action, user.AuditName, "ok");
                return IdentityResult.Success;
            },
            cancellation
        );

    private static Caller Background() => Caller.System(Guid.NewGuid().ToString("N"));
}
