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
