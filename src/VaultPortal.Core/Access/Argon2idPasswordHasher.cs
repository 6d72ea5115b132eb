using Microsoft.AspNetCore.Identity;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Access;

/// <summary>Identity's hasher on Argon2id (RFC 9106). Costly by design: callers go through <see cref="PasswordChecks"/>, which bounds how many run.</summary>
public sealed class Argon2idPasswordHasher : IPasswordHasher<Account>
{
    public string HashPassword(Account user, string password) => Argon2id.Hash(password);

    public PasswordVerificationResult VerifyHashedPassword(
        Account user,
        string hashedPassword,
        string providedPassword
    ) =>
        !Argon2id.Verify(hashedPassword, providedPassword, out var needsRehash)
            ? PasswordVerificationResult.Failed
        : needsRehash ? PasswordVerificationResult.SuccessRehashNeeded
        : PasswordVerificationResult.Success;
}
