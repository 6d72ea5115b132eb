namespace VaultPortal.Core.Vaults;

/// <summary>Configuration section <c>Limits</c>.</summary>
public sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>The most that <see cref="ItemsPerVault"/> can be: a summary of all of them is still taken in one request.</summary>
    public const int MostItemsPerVault = 10_000;

    /// <summary>Most active items of a vault (machine.md section 3). A lower one leaves what is there and takes no more.</summary>
    public int ItemsPerVault { get; set; } = 2_000;
}
