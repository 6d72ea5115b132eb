namespace VaultPortal.Core.Access;

/// <summary>A new session.</summary>
/// <param name="AccountId">Whose it is.</param>
/// <param name="Token">For the cookie, and nowhere else.</param>
public sealed record SignedIn(long AccountId, string Token)
{
    /// <summary>Without the token, which stands in no log.</summary>
    public override string ToString() => $"account {AccountId}";
}
