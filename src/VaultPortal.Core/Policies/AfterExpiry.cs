namespace VaultPortal.Core.Policies;

/// <summary>How the audit says that something was taken although it had expired, because its policy only warns.</summary>
public static class AfterExpiry
{
    public const string Outcome = "ok_after_expiry";

    /// <param name="expired">Whether what was taken had expired.</param>
    public static string OutcomeOf(bool expired) => expired ? Outcome : "ok";
}
