using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>The first start: a one-time token on the console opens the page that makes the Owner (DESIGN section 7).</summary>
public sealed class SetupService(
    WriteQueue queue,
    IDbContextFactory<VaultDbContext> contexts,
    AccountDrafts drafts,
    RefusalCounter refusals,
    TimeProvider time
)
{
    private const int TokenBytes = 16;

    private static readonly VaultError Done = new(
        ErrorKind.Conflict,
        "setup_done",
        "This installation has an account already. Sign in with it."
    );

    private static readonly VaultError WrongToken = new(
        ErrorKind.Denied,
        "setup_token_wrong",
        "This is not the token of this start. It stands in the output of the server, and each start prints a new one."
    )
    {
        Path = "/token",
    };

    private readonly AttemptLimiter _limiter = new(time, 5, TimeSpan.FromMinutes(1));

    /// <summary>Whether there is no account yet.</summary>
    public async Task<bool> IsOpenAsync(Caller caller, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return !await context.Set<Account>().AnyAsync(cancellation);
    }

    /// <summary>At start: a new token where there is no account, to be printed once; else null. Only its SHA-256 is kept.</summary>
    public async Task<string?> RenewTokenAsync(
        Caller caller,
        CancellationToken cancellation = default
    )
    {
        if (!await IsOpenAsync(caller, cancellation))
        {
            return null;
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        var renewed = await queue.RunAsync(
            scope =>
            {
                if (scope.Context.Set<Account>().Any())
                {
                    return false;
                }

                Close(scope);
                scope.Context.Add(
                    new SetupToken { TokenHash = Hash(token), CreatedAt = scope.Now }
                );
                scope.Context.SaveChanges();
                scope.Audit(caller, "setup_token.create", "setup", "ok");
                return true;
            },
            cancellation
        );
        return renewed ? token : null;
    }

    /// <summary>
    /// Makes the Owner and closes the set-up. Of several that hold the token exactly one does: the work item checks again that
    /// no account exists.
    /// </summary>
    public async Task<Result<PublicId>> SetUpAsync(
        Caller caller,
        string token,
        string email,
        string password,
        CancellationToken cancellation = default
    )
    {
        if (_limiter.Take(caller.Source) is { } limited)
        {
            refusals.Count(limited.Code, caller.Source);
            return limited;
        }

        // The token first: without it nobody makes the server hash passwords, nor learns what it thinks of one.
        if (await queue.RunAsync(scope => Refused(scope, token), cancellation) is { } refusal)
        {
            refusals.Count(refusal.Code, caller.Source);
            return refusal;
        }

        var wanted = new NewAccount(email, password, Role.Owner);
        var draft = await drafts.PrepareAsync(wanted, cancellation);
        return draft.Succeeded
            ? await queue.RunAsync(
                scope => MakeOwner(scope, caller, token, draft.Value),
                cancellation
            )
            : draft.Error;
    }

    /// <summary>Takes the token away; called with the first account, in its transaction.</summary>
    internal static void Close(WriteScope scope) => scope.Context.Set<SetupToken>().ExecuteDelete();

    private static Result<PublicId> MakeOwner(
        WriteScope scope,
        Caller caller,
        string token,
        Account owner
    )
    {
        if (Refused(scope, token) is { } refusal)
        {
            // Somebody who knew the token was second: no stranger, so an entry of its own.
            scope.Audit(caller, "account.create", "accounts", refusal.Code);
            return refusal;
        }

        var made = AccountDrafts.Insert(scope, caller, owner);
        if (made.Succeeded)
        {
            Close(scope);
        }

        return made;
    }

    private static VaultError? Refused(WriteScope scope, string token) =>
        scope.Context.Set<Account>().Any() ? Done
        : !Matches(scope, token) ? WrongToken
        : null;

    private static bool Matches(WriteScope scope, string token)
    {
        var kept = scope
            .Context.Set<SetupToken>()
            .AsNoTracking()
            .Where(row => row.Id == SetupToken.OnlyId)
            .Select(row => row.TokenHash)
            .SingleOrDefault();
        return kept is not null && CryptographicOperations.FixedTimeEquals(kept, Hash(token));
    }

    private static byte[] Hash(string token) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(token.Trim().ToLowerInvariant()));
}
