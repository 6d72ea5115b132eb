using Microsoft.EntityFrameworkCore;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>The accounts of the installation.</summary>
public sealed class AccountService(WriteQueue queue, AccountDrafts drafts)
{
    /// <summary>Makes an account of any role. For commands: whoever runs one owns the machine.</summary>
    public async Task<Result<PublicId>> CreateAsync(
        Caller caller,
        NewAccount wanted,
        CancellationToken cancellation = default
    )
    {
        var draft =
            caller.Kind == CallerKind.Command
                ? await drafts.PrepareAsync(wanted, cancellation)
                : new VaultError(
                    ErrorKind.Denied,
                    "forbidden",
                    "Accounts are made by command on the machine that serves the portal."
                );
        return await queue.RunAsync(
            scope =>
            {
                var result = draft.Succeeded ? Inserted(scope, caller, draft.Value) : draft.Error;
                if (result.Error is { } refusal)
                {
                    scope.Audit(caller, "account.create", "accounts", refusal.Code);
                }

                return result;
            },
            cancellation
        );
    }

    /// <summary>Ends a lock that failed sign-ins have set. For commands; of an account that is not locked it is no error.</summary>
    public Task<Result<PublicId>> UnlockAsync(
        Caller caller,
        string owner,
        CancellationToken cancellation = default
    ) =>
        queue.RunAsync<Result<PublicId>>(
            scope =>
            {
                var found =
                    caller.Kind == CallerKind.Command
                        ? scope.Commands<AccountLookup>().FindActive(owner)
                        : AccessErrors.CommandOnly;
                if (found.Error is { } refused)
                {
                    scope.Audit(caller, "account.unlock", "accounts", refused.Code);
                    return refused;
                }

                var account = scope.Context.Set<Account>().Single(a => a.Id == found.Value.Id);
                account.AccessFailedCount = 0;
                account.LockoutEnd = null;
                scope.Context.SaveChanges();
                scope.Audit(caller, "account.unlock", account.AuditName, "ok");
                return account.PublicId;
            },
            cancellation
        );

    // With the first account the set-up page closes, by whichever way that account came.
    private static Result<PublicId> Inserted(WriteScope scope, Caller caller, Account account)
    {
        var made = AccountDrafts.Insert(scope, caller, account);
        if (made.Succeeded)
        {
            SetupService.Close(scope);
        }

        return made;
    }
}
