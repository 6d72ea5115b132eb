namespace VaultPortal.Core.Access;

/// <summary>What a new account is made of.</summary>
/// <param name="Email">The address to sign in with.</param>
/// <param name="Password">The password, as typed.</param>
/// <param name="Role">What the account may do.</param>
public sealed record NewAccount(string Email, string Password, Role Role)
{
    /// <summary>Without the password, which stands in no log.</summary>
    public override string ToString() => $"{Email} ({Role})";
}
