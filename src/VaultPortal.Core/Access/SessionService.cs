using System.Buffers.Text;
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

    // One message for an unknown address, a wrong password, a locked and a disabled account.
    private static readonly VaultError Refused = new(
        ErrorKind.Unauthenticated,
        "sign_in_refused",
        "E-mail address and password do not match an account that may sign in now. After five failures an account is locked for 15 minutes."
    );

    /// <summary>
    /// Begins a session. A try is counted in the queue before the password is looked at, so that however many come at once no
    /// more than five are checked before the account is locked.
    /// </summary>
    public async Task<Result<SignedIn>> SignInAsync(
        Caller caller,
        string email,
        string password,
        CancellationToken cancellation = default
    )
    {
        if (surroundings.SignIns.Take(caller.Source) is { } limited)
        {
            surroundings.Refusals.Count(limited.Code, caller.Source);
            return limited;
        }

        if (email.Length > Account.MaxEmailLength || password.Length > PasswordPolicy.MaxLength)
        {
            surroundings.Refusals.Count(Refused.Code, caller.Source);
            return Refused;
        }

        var address = normalizer.NormalizeEmail(email.Trim());
        var counted = await queue.RunAsync(scope => CountTry(scope, address), cancellation);
        var check = await passwords.VerifyAsync(counted?.PasswordHash, password, cancellation);
        if (!check.Succeeded)
        {
            return check.Error;
        }

        if (counted is null || check.Value == PasswordVerificationResult.Failed)
        {
            await RecordFailureAsync(caller, counted);
            return Refused;
        }

        string? better = null;
        if (check.Value == PasswordVerificationResult.SuccessRehashNeeded)
        {
            var hash = await passwords.HashAsync(password, cancellation);
            better = hash.Succeeded ? hash.Value : null;
        }

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        return await queue.RunAsync(
            scope => Begin(scope, caller, counted, better, token),
            cancellation
        );
    }

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

    /// <summary>A person proves anew who they are, by password; good for five minutes (DESIGN section 7). Failures count towards the lock-out.</summary>
    public Task<Result<Unit>> StepUpAsync(
        Caller caller,
        string password,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

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
    private static CountedTry? CountTry(WriteScope scope, string address)
    {
        var account = scope
            .Context.Set<Account>()
            .SingleOrDefault(a => a.NormalizedEmail == address);
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

    /// <summary>
    /// A failure on an account is audited (there are five at most until it is locked); one on none is counted, so that strangers cannot
    /// fill the disk. Both wait for a commit, so that neither answers sooner.
    /// </summary>
    private async Task RecordFailureAsync(Caller caller, CountedTry? counted)
    {
        if (counted is null)
        {
            surroundings.Refusals.Count(Refused.Code, caller.Source);
        }

        await queue.RunAsync(
            scope =>
            {
                if (counted is not null)
                {
                    scope.Audit(caller, SignInAction, counted.AuditName, Refused.Code);
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

    private Result<SignedIn> Begin(
        WriteScope scope,
        Caller caller,
        CountedTry counted,
        string? betterHash,
        string token
    )
    {
        var account = scope.Context.Set<Account>().SingleOrDefault(a => a.Id == counted.AccountId);
        if (
            account is null
            || account.DisabledAt is not null
            || account.SecurityStamp != counted.SecurityStamp
        )
        {
            // Disabled, or its password changed, while the old one was being checked.
            scope.Audit(caller, SignInAction, counted.AuditName, Refused.Code);
            return Refused;
        }

        account.AccessFailedCount = 0;
        account.LockoutEnd = null;
        account.PasswordHash = betterHash ?? account.PasswordHash;
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
        scope.Audit(
            caller with
            {
                AccountId = account.Id,
                AccountPublicId = account.PublicId,
                Actor = account.AuditName,
            },
            SignInAction,
            account.AuditName,
            "ok"
        );
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
