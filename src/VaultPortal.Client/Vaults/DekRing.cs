using System.Security.Cryptography;

namespace VaultPortal.Client;

/// <summary>The data keys of one vault, by version, zeroed when disposed.</summary>
internal sealed class DekRing : IDisposable
{
    private readonly Dictionary<int, byte[]> keys = [];
    private readonly HashSet<int> forSealing = [];
    private readonly Dictionary<int, TrustException> refused = [];

    public IReadOnlyCollection<int> Versions => keys.Keys;

    public static byte[] NewKey()
    {
        // Pinned, so that the collector leaves no copies behind.
        var key = GC.AllocateArray<byte>(DekWrapping.KeyLength, pinned: true);
        RandomNumberGenerator.Fill(key);
        return key;
    }

    /// <summary>Takes a key over. One that is here already is never replaced: that would be a way to slip one in.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="key">32 bytes.</param>
    /// <param name="mayBeSealedWith">Whether it came from a present ADMIN or from ourselves.</param>
    public void Add(int version, byte[] key, bool mayBeSealedWith)
    {
        keys.Add(version, key);
        refused.Remove(version);
        if (mayBeSealedWith)
        {
            forSealing.Add(version);
        }
    }

    /// <summary>Takes a key over, unless there is one of this version that is as good. What may be sealed with is better.</summary>
    public void AddBetter(int version, byte[] key, bool mayBeSealedWith)
    {
        if (keys.ContainsKey(version) && (forSealing.Contains(version) || !mayBeSealedWith))
        {
            CryptographicOperations.ZeroMemory(key);
            return;
        }

        Remove(version);
        Add(version, key, mayBeSealedWith);
    }

    /// <summary>Remembers why a version is left out: what is sealed under the others still opens.</summary>
    public void Refuse(int version, TrustException fault)
    {
        refused[version] = fault;
    }

    /// <exception cref="TrustException">What is wrapped to the own key as this version does not hold.</exception>
    /// <exception cref="InvalidOperationException">The vault's data key of this version is not wrapped to the own key.</exception>
    public ReadOnlySpan<byte> ToOpen(int version) =>
        keys.TryGetValue(version, out var key) ? key
        : refused.TryGetValue(version, out var fault) ? throw fault
        : throw new InvalidOperationException(
            $"No data key of version {version} is wrapped to this key. A member who has it must wrap it."
        );

    /// <exception cref="TrustException">The key came from somebody who is no ADMIN any more: the vault must get a new one first.</exception>
    public ReadOnlySpan<byte> ToSeal(int version) =>
        !keys.ContainsKey(version) || forSealing.Contains(version)
            ? ToOpen(version)
            : throw new TrustException(
                TrustFault.SignerRemoved,
                "The data key was wrapped by somebody who is no ADMIN any more. Rekey the vault before writing to it."
            );

    /// <summary>Takes the keys of another ring over, and what may be sealed with; keys that only this one has stay for opening.</summary>
    public void TakeOver(DekRing fresh)
    {
        forSealing.Clear();
        refused.Clear();
        foreach (var (version, fault) in fresh.refused)
        {
            refused[version] = fault;
        }

        foreach (var (version, key) in fresh.keys)
        {
            Remove(version);
            Add(version, key, fresh.forSealing.Contains(version));
        }

        fresh.keys.Clear();
    }

    public void Dispose()
    {
        foreach (var key in keys.Values)
        {
            CryptographicOperations.ZeroMemory(key);
        }

        keys.Clear();
        forSealing.Clear();
    }

    private void Remove(int version)
    {
        if (keys.Remove(version, out var old))
        {
            CryptographicOperations.ZeroMemory(old);
        }

        forSealing.Remove(version);
    }
}
