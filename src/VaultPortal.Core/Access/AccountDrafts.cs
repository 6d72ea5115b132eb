using System.Net.Mail;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>
/// The two halves of making an account: what is costly and needs no state (checking what was typed, hashing), and what is
/// decided and written in the queue.
/// </summary>
public sealed class AccountDrafts(PasswordChecks passwords, ILookupNormalizer normalizer)
{
    internal async Task<Result<Account>> PrepareAsync(
        NewAccount wanted,
        CancellationToken cancellation
    )
    {
        var email = wanted.Email.Trim();
        if (!IsAddress(email))
        {
            return VaultError.Invalid("/email", "An e-mail address looks like name@example.org.");
        }

        if (!Enum.IsDefined(wanted.Role))
        {
            return VaultError.Invalid("/role", "A role is Owner, Administrator or Auditor.");
        }

        if (PasswordPolicy.Check(email, wanted.Password) is { } weak)
        {
            return weak;
        }

        var hash = await passwords.HashAsync(wanted.Password, cancellation);
        return hash.Succeeded ? Draft(email, wanted.Role, hash.Value) : hash.Error;
    }

    /// <summary>Writes a prepared account, unless the address is taken.</summary>
    internal static Result<PublicId> Insert(WriteScope scope, Caller caller, Account account)
    {
        var accounts = scope.Context.Set<Account>();
        if (accounts.Any(other => other.NormalizedEmail == account.NormalizedEmail))
        {
            return new VaultError(
                ErrorKind.Conflict,
                "email_taken",
                "An account with this e-mail address exists already."
            )
            {
                Path = "/email",
            };
        }

        // A work item may run a second time; the row's key is then given anew.
        account.Id = 0;
        account.CreatedAt = scope.Now;
        account.PublicId = PublicId.New(scope.Now);
        accounts.Add(account);
        scope.Context.SaveChanges();
        scope.Audit(caller, "account.create", account.AuditName, "ok");
        return account.PublicId;
    }

    private Account Draft(string email, Role role, string passwordHash) =>
        new()
        {
            Email = email,
            NormalizedEmail = normalizer.NormalizeEmail(email),
            EmailConfirmed = true,
            PasswordHash = passwordHash,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            ConcurrencyStamp = Guid.NewGuid().ToString("N"),
            LockoutEnabled = true,
            Role = role,
        };

    private static bool IsAddress(string email) =>
        email.Length is > 0 and <= Account.MaxEmailLength
        && !email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && MailAddress.TryCreate(email, out var address)
        && address.Address == email;
}
