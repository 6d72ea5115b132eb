using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Tokens;

/// <summary>What came of a token: a caller, or a refusal with the word that it is counted by.</summary>
internal sealed record TokenVerdict
{
    public Caller? Caller { get; private init; }

    public VaultError? Refusal { get; private init; }

    /// <summary>A fixed word, never text of the token's.</summary>
    public string Reason { get; private init; } = "";

    /// <summary>Whether somebody may be trying what lets him in: not so when the signature is good.</summary>
    public bool IsGuess { get; private init; }

    public static TokenVerdict Good(Caller caller) => new() { Caller = caller };

    /// <summary>No signature of somebody known.</summary>
    public static TokenVerdict Guess(string reason) =>
        new()
        {
            Refusal = TokenErrors.Invalid,
            Reason = reason,
            IsGuess = true,
        };

    /// <summary>Well signed, and not good for this all the same.</summary>
    public static TokenVerdict Refused(string reason, VaultError refusal) =>
        new() { Refusal = refusal, Reason = reason };
}
