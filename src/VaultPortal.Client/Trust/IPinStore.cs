namespace VaultPortal.Client;

/// <summary>Keeps pins. Saving merges: of each kind the higher version stays, as <see cref="VaultPins.MergeInto"/> says.</summary>
public interface IPinStore
{
    /// <summary>The pins of a vault; null at its first sight.</summary>
    Task<VaultPins?> LoadAsync(string vaultId, CancellationToken cancellation = default);

    /// <summary>Keeps the pins of a vault.</summary>
    /// <exception cref="TrustException">Others are kept that begin with another key, or at another place.</exception>
    Task SaveAsync(string vaultId, VaultPins pins, CancellationToken cancellation = default);

    /// <summary>Puts pins in the place of those that are kept, whatever they are: only for pinning anew.</summary>
    Task ReplaceAsync(string vaultId, VaultPins pins, CancellationToken cancellation = default);
}
