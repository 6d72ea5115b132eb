using System.Buffers.Text;
using System.Linq.Expressions;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>Signing in to the portal and out of it.</summary>
public sealed class SessionService(
    WriteQueue queue,
    PasswordChecks passwords,
    ILookupNormalizer normalizer,
    SessionLookup lookup,
    SessionSurroundings surroundings
)
{
    /// <summary>Failures in a row after which an account is locked.</summary>
    public const int TriesBeforeLock = 5;

    /// <summary>How long it is locked.</summary>
    public static readonly TimeSpan Lock = TimeSpan.FromMinutes(15);

    private const int TokenBytes = 32;
    private const string SignInAction = "session.create";
    private const string StepUpAction = "session.step_up";

    // One message for an unknown address, a wrong password, a locked and a disabled account.
    private static readonly VaultError Refused = new(
        ErrorKind.Unauthenticated,
        "sign_in_refused",
        "E-mail address and password do not match an account that may sign in now. After five failures an account is locked for 15 minutes."
    );

    private static readonly VaultError StepUpRefused = new(
        ErrorKind.Denied,
        "step_up_refused",
        "That is not the password of this account. After five failures in a row the session ends."
    );

    /// <summary>
    /// Begins a session of the portal. A try is counted in the queue before the password is looked at, so that however many come at
    /// once no more than five are checked before the account is locked.
    /// </summary>
    public Task<Result<SignedIn>> SignInAsync(
        Caller caller,
        string email,
        string password,
        CancellationToken cancellation = default
    )
    {
        var token = NewToken();
        return SignInAsync(
            caller,
            new SignInAttempt(SignInAction, email, password),
            (scope, account) => Begin(scope, caller, account, token),
            cancellation
        );
    }

    /// <summary>
    /// What every sign-in goes through: limits, lock-out, the password and the timing of its check. Then <paramref name="begin"/>
    /// decides in the queue about the account that has proved itself, and begins what it signed in for.
    /// </summary>
    internal async Task<Result<T>> SignInAsync<T>(
        Caller caller,
        SignInAttempt attempt,
        Func<WriteScope, Account, Result<T>> begin,
        CancellationToken cancellation
    )
    {
        if (surroundings.SignIns.Take(caller.Source) is { } limited)
        {
            surroundings.Refusals.Count(limited.Code, caller.Source);
            return limited;
        }

        if (
            attempt.Email.Length > Account.MaxEmailLength
            || attempt.Password.Length > PasswordPolicy.MaxLength
        )
        {
            surroundings.Refusals.Count(Refused.Code, caller.Source);
            return Refused;
        }

        var address = normalizer.NormalizeEmail(attempt.Email.Trim());
        var counted = await queue.RunAsync(
            scope => CountTry(scope, a => a.NormalizedEmail == address),
            cancellation
        );
        var check = await passwords.VerifyAsync(
            counted?.PasswordHash,
            attempt.Password,
            cancellation
        );
        if (!check.Succeeded)
        {
            return check.Error;
        }

        if (counted is null || check.Value == PasswordVerificationResult.Failed)
        {
            await RecordFailureAsync(caller, attempt.Action, Refused, counted);
            return Refused;
        }

        string? better = null;
        if (check.Value == PasswordVerificationResult.SuccessRehashNeeded)
        {
            var hash = await passwords.HashAsync(attempt.Password, cancellation);
            better = hash.Succeeded ? hash.Value : null;
        }

        return await queue.RunAsync(
            scope => Proved(scope, caller, attempt.Action, counted, better, begin),
            cancellation
        );
    }

    /// <summary>A random token of 256 bits, of which only the hash is kept.</summary>
    internal static string NewToken() =>
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>Ends the caller's own session; what is open for it closes as soon as that is durable.</summary>
    public Task<Result<Unit>> SignOutAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        queue.RunAsync<Result<Unit>>(
            scope =>
            {
                var ended = scope
                    .Context.Set<PortalSession>()
                    .Where(s =>
                        s.Id == caller.SessionId
                        && s.AccountId == caller.AccountId
                        && s.RevokedAt == null
                    )
                    .ExecuteUpdate(set => set.SetProperty(s => s.RevokedAt, scope.Now));
                if (ended > 0)
                {
                    scope.Audit(caller, "session.end", caller.Actor, "ok");
                    scope.AfterCommit(() => surroundings.Endings.Raise(caller.SessionId));
                }

                return default(Unit);
            },
            cancellation
        );

    /// <summary>
    /// A person proves anew who they are, by password; good for five minutes (DESIGN section 7). Five wrong passwords in a row
    /// (<c>step_up_refused</c>) end the session. Neither a lock of the account nor the limits of the sign-in page count here: strangers
    /// set those, and would keep an owner from revoking what they have stolen.
    /// </summary>
    public async Task<Result<Unit>> StepUpAsync(
        Caller caller,
        string password,
        CancellationToken cancellation = default
    )
    {
        var begun = await queue.RunAsync(scope => CountStepUp(scope, caller), cancellation);
        if (begun.Error is { } refused)
        {
            return refused;
        }

        var hash = password.Length > PasswordPolicy.MaxLength ? null : begun.Value.PasswordHash;
        var check = await passwords.VerifyAsync(hash, hash is null ? "" : password, cancellation);
        if (!check.Succeeded)
        {
            return check.Error;
        }

        return await queue.RunAsync(
            scope =>
                check.Value == PasswordVerificationResult.Failed
                    ? StepUpFailed(scope, caller)
                    : StepUp(scope, caller, begun.Value),
            CancellationToken.None
        );
    }

    /// <summary>Writes which sessions were used, so that they do not expire under their users' hands. Background work.</summary>
    public async Task RecordUseAsync(Caller caller, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        const int rows = 500;
        // What is used meanwhile waits for the next time: a busy session must not hold up what is written after this.
        var more = true;
        while (more && lookup.TakeSeen(rows) is { Count: > 0 } uses)
        {
            more = uses.Count == rows;
            await queue.RunStepAsync(
                scope =>
                {
                    var sessions = scope.Commands<SessionCommands>();
                    foreach (var (id, at) in uses)
                    {
                        sessions.Seen(id, at, surroundings.Lengths);
                    }

                    return default(Unit);
                },
                cancellation
            );
        }
    }

    /// <summary>Takes one of the account's tries; null when there is none to take, for whatever reason.</summary>
    private static CountedTry? CountTry(WriteScope scope, Expression<Func<Account, bool>> isTheOne)
    {
        var account = scope.Context.Set<Account>().SingleOrDefault(isTheOne);
        if (account is null || account.DisabledAt is not null || account.LockoutEnd > scope.Now)
        {
            return null;
        }

        account.AccessFailedCount++;
        var locks = account.AccessFailedCount >= TriesBeforeLock;
        if (locks)
        {
            account.AccessFailedCount = 0;
            account.LockoutEnd = scope.Now + Lock;
        }

        scope.Context.SaveChanges();
        return new CountedTry(
            account.Id,
            account.AuditName,
            account.PasswordHash,
            account.SecurityStamp,
            locks
        );
    }

    /// <summary>Takes one of the five tries of a session that is good, before the password is looked at.</summary>
    private static Result<CountedTry> CountStepUp(WriteScope scope, Caller caller)
    {
        if (PersonOf(scope, caller).Error is { } refused)
        {
            scope.Audit(caller, StepUpAction, caller.Actor, refused.Code);
            return refused;
        }

        var session = SessionOf(scope, caller);
        if (session.StepUpFailures >= TriesBeforeLock)
        {
            // The fifth is being looked at.
            scope.Audit(caller, StepUpAction, caller.Actor, StepUpRefused.Code);
            return StepUpRefused;
        }

        session.StepUpFailures++;
        var account = scope.Context.Set<Account>().Single(a => a.Id == caller.AccountId);
        scope.Context.SaveChanges();
        return new CountedTry(
            account.Id,
            account.AuditName,
            account.PasswordHash,
            account.SecurityStamp,
            Locks: false
        );
    }

    private Result<Unit> StepUpFailed(WriteScope scope, Caller caller)
    {
        scope.Audit(caller, StepUpAction, caller.Actor, StepUpRefused.Code);
        if (
            PersonOf(scope, caller).Succeeded
            && SessionOf(scope, caller) is { StepUpFailures: >= TriesBeforeLock } session
        )
        {
            session.RevokedAt = scope.Now;
            scope.Context.SaveChanges();
            scope.Audit(caller, "session.end", caller.Actor, "ok");
            scope.AfterCommit(() => surroundings.Endings.Raise(caller.SessionId));
        }

        return StepUpRefused;
    }

    private static Result<Unit> StepUp(WriteScope scope, Caller caller, CountedTry counted)
    {
        if (StillTheSame(scope, counted) is null || PersonOf(scope, caller).Error is not null)
        {
            // Disabled, its password changed, or signed out, while the password was being checked.
            scope.Audit(caller, StepUpAction, caller.Actor, AccessErrors.Unauthorized.Code);
            return AccessErrors.Unauthorized;
        }

        var session = SessionOf(scope, caller);
        session.StepUpFailures = 0;
        session.StepUpAt = scope.Now;
        scope.Context.SaveChanges();
        scope.Audit(caller, StepUpAction, caller.Actor, "ok");
        return default(Unit);
    }

    private static PortalSession SessionOf(WriteScope scope, Caller caller) =>
        scope.Context.Set<PortalSession>().Single(s => s.Id == caller.SessionId);

    private static Result<Standing> PersonOf(WriteScope scope, Caller caller) =>
        caller.Kind == CallerKind.Person
            ? Authorization.Decide(
                scope.Commands<AccessCommands>(),
                caller,
                Permissions.None,
                scope.Now
            )
            : AccessErrors.Forbidden;

    /// <summary>The account that the try was taken from, unless it was disabled or its password changed since.</summary>
    private static Account? StillTheSame(WriteScope scope, CountedTry counted) =>
        scope
            .Context.Set<Account>()
            .SingleOrDefault(a =>
                a.Id == counted.AccountId
                && a.DisabledAt == null
                && a.SecurityStamp == counted.SecurityStamp
            );

    /// <summary>
    /// A failure on an account is audited (there are five at most until it is locked); one on none is counted, so that strangers cannot
    /// fill the disk. Both wait for a commit, so that neither answers sooner.
    /// </summary>
    private async Task RecordFailureAsync(
        Caller caller,
        string action,
        VaultError refusal,
        CountedTry? counted
    )
    {
        if (counted is null)
        {
            surroundings.Refusals.Count(refusal.Code, caller.Source);
        }

        await queue.RunAsync(
            scope =>
            {
                if (counted is not null)
                {
                    scope.Audit(caller, action, counted.AuditName, refusal.Code);
                }

                if (counted is { Locks: true })
                {
                    scope.Audit(caller, "account.lock", counted.AuditName, "ok");
                }

                return default(Unit);
            },
            CancellationToken.None
        );
    }

    private static Result<T> Proved<T>(
        WriteScope scope,
        Caller caller,
        string action,
        CountedTry counted,
        string? betterHash,
        Func<WriteScope, Account, Result<T>> begin
    )
    {
        if (StillTheSame(scope, counted) is not { } account)
        {
            // Disabled, or its password changed, while the old one was being checked.
            scope.Audit(caller, action, counted.AuditName, Refused.Code);
            return Refused;
        }

        // Whatever is begun or refused now: whoever asks knows the password.
        account.AccessFailedCount = 0;
        account.LockoutEnd = null;
        account.PasswordHash = betterHash ?? account.PasswordHash;
        scope.Context.SaveChanges();
        var begun = begin(scope, account);
        scope.Audit(
            caller with
            {
                AccountId = account.Id,
                AccountPublicId = account.PublicId,
                Actor = account.AuditName,
            },
            action,
            account.AuditName,
            begun.Error?.Code ?? "ok"
        );
        return begun;
    }

    private Result<SignedIn> Begin(WriteScope scope, Caller caller, Account account, string token)
    {
        scope.Context.Add(
            new PortalSession
            {
                TokenHash = SessionLookup.Hash(token),
                AccountId = account.Id,
                CreatedAt = scope.Now,
                LastSeenAt = scope.Now,
                ExpiresAt = scope.Now + surroundings.Lengths.Idle,
                StepUpAt = scope.Now,
                Source = caller.Source?.ToString(),
            }
        );
        scope.Context.SaveChanges();
        return new SignedIn(account.Id, token);
    }

    private sealed record CountedTry(
        long AccountId,
        string AuditName,
        string? PasswordHash,
        string? SecurityStamp,
        bool Locks
    );
}

/// <summary>One try to sign in.</summary>
/// <param name="Action">What the audit calls it.</param>
internal sealed record SignInAttempt(string Action, string Email, string Password)
{
    /// <summary>Without the password, which stands in no log.</summary>
    public override string ToString() => Action;
}
