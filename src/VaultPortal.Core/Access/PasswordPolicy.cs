using Microsoft.AspNetCore.Identity;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>
/// What a password has to be: 12 characters, and not among those that are guessed first (zxcvbn score 3 of 4). No rules about kinds of characters (NIST SP 800-63B, section 3.1.1.2).
/// </summary>
public sealed class PasswordPolicy : IPasswordValidator<Account>
{
    public const int MinLength = 12;

    /// <summary>Longer ones add no security, only work.</summary>
    public const int MaxLength = 256;

    private const int MinScore = 3;

    private static readonly Zxcvbn.Zxcvbn Estimator = new();

    // The estimate's cost grows faster than the length, and the beginning decides.
    private const int Rated = 100;

    /// <summary>Null, or what is wrong with the password and what would be better.</summary>
    public static VaultError? Check(string email, string password)
    {
        if (password.Length is < MinLength or > MaxLength)
        {
            return Refused($"A password has {MinLength} to {MaxLength} characters.");
        }

        var rating = Rate(email, password[..Math.Min(password.Length, Rated)]);
        return rating.Score >= MinScore
            ? null
            : Refused($"This password is too easy to guess. {Advice(rating.MatchSequence)}");
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

    private static Zxcvbn.Result Rate(string email, string password)
    {
        // The estimator says nothing about concurrent use, and a rating takes milliseconds.
        lock (Estimator)
        {
            return Estimator.EvaluatePassword(
                password,
                ["vaultportal", .. email.Split('@', '.').Where(part => part.Length > 2)]
            );
        }
    }

    // By what makes most of the password, never by repeating a part of it.
    private static string Advice(IEnumerable<Zxcvbn.Match> found) =>
        found.MaxBy(match => match.Token.Length)?.Pattern switch
        {
            "dictionary" =>
                "Common words, names and parts of the address are tried first: join four or more words that have nothing to do with each other.",
            "spatial" => "Rows of neighbouring keys are tried first.",
            "repeat" => "Repeated characters add next to nothing.",
            "sequence" => "Sequences like abc or 6543 add next to nothing.",
            "date" or "year" => "Dates and years are tried first.",
            _ => "Make it longer, of words that have nothing to do with each other.",
        };
}
