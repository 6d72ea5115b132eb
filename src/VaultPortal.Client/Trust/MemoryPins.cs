using System.Collections.Concurrent;

namespace VaultPortal.Client;

/// <summary>Pins that last as long as the process. Thread-safe.</summary>
public sealed class MemoryPins : IPinStore
{
    private readonly ConcurrentDictionary<string, VaultPins> vaults = new();

    /// <inheritdoc/>
    public Task<VaultPins?> LoadAsync(string vaultId, CancellationToken cancellation = default) =>
        Task.FromResult(vaults.GetValueOrDefault(vaultId));

    /// <inheritdoc/>
    public Task SaveAsync(string vaultId, VaultPins pins, CancellationToken cancellation = default)
    {
        vaults.AddOrUpdate(vaultId, pins, (_, stored) => pins.MergeInto(stored));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ReplaceAsync(
        string vaultId,
        VaultPins pins,
        CancellationToken cancellation = default
    )
    {
        vaults[vaultId] = pins;
        return Task.CompletedTask;
    }
}
