using Microsoft.AspNetCore.Identity;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>
/// What a password has to be: 12 characters, and not among those that are guessed first (zxcvbn score 3 of 4: more than 10⁸
/// guesses). No rules about kinds of characters (NIST SP 800-63B, section 3.1.1.2).
/// </summary>
public sealed class PasswordPolicy : IPasswordValidator<Account>
{
    public const int MinLength = 12;

    /// <summary>Longer ones add no security, only work.</summary>
    public const int MaxLength = 256;

    private const int MinScore = 3;

    // The estimate's cost grows faster than the length, and the beginning decides.
    private const int Rated = 100;

    /// <summary>Null, or what is wrong with the password and what would be better.</summary>
    public static VaultError? Check(string email, string password)
    {
        if (password.Length is < MinLength or > MaxLength)
        {
            return Refused($"A password has {MinLength} to {MaxLength} characters.");
        }

        var rating = Zxcvbn.Core.EvaluatePassword(
            password[..Math.Min(password.Length, Rated)],
            ["vaultportal", .. email.Split('@', '.')]
        );
        if (rating.Score >= MinScore)
        {
            return null;
        }

        var advice = new[] { rating.Feedback.Warning }
            .Concat(rating.Feedback.Suggestions)
            .Where(sentence => !string.IsNullOrWhiteSpace(sentence))
            .Select(sentence => sentence.TrimEnd('.') + ".");
        return Refused(string.Join(' ', ["This password is too easy to guess.", .. advice]));
    }

    public Task<IdentityResult> ValidateAsync(
        UserManager<Account> manager,
        Account user,
        string? password
    ) =>
        Task.FromResult(
            Check(user.Email ?? "", password ?? "") is { } fault
                ? IdentityResult.Failed(
                    new IdentityError { Code = fault.Code, Description = fault.Message }
                )
                : IdentityResult.Success
        );

    private static VaultError Refused(string message) =>
        VaultError.Invalid("/password", message) with
        {
            Code = "password_too_weak",
        };
}
