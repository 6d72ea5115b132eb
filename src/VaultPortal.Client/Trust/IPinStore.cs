namespace VaultPortal.Client;

/// <summary>Keeps pins. Saving merges: of each kind the higher version stays, as <see cref="VaultPins.MergeInto"/> says.</summary>
public interface IPinStore
{
    /// <summary>The pins of a vault; null at its first sight.</summary>
    Task<VaultPins?> LoadAsync(string vaultId, CancellationToken cancellation = default);

    /// <summary>Keeps the pins of a vault.</summary>
    Task SaveAsync(string vaultId, VaultPins pins, CancellationToken cancellation = default);
}
