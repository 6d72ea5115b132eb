using System.Security.Cryptography;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>
/// The keys of a process that has started; disposing zeroes them. The ring and the signer are the same objects for as long as the
/// process lives: what other processes change about the keys is taken over inside them (<see cref="KeyReload"/>).
/// </summary>
public sealed class OpenedKeys : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<MasterKey> _masterKeys = [];
    private volatile MasterKey _masterKey;

    internal OpenedKeys(
        MasterKey masterKey,
        KeyRing ring,
        DerivationKey derivation,
        PortalSigner signer
    )
    {
        _masterKey = masterKey;
        _masterKeys.Add(masterKey);
        Ring = ring;
        Derivation = derivation;
        Signer = signer;
    }

    /// <summary>The master key as this process knows it.</summary>
    public MasterKey MasterKey => _masterKey;

    public KeyRing Ring { get; }

    public DerivationKey Derivation { get; }

    public PortalSigner Signer { get; }

    /// <summary>The master key was rotated. The one before is zeroed with this object: somebody may be using it.</summary>
    internal void Take(MasterKey masterKey)
    {
        lock (_gate)
        {
            _masterKeys.Add(masterKey);
            _masterKey = masterKey;
        }
    }

    /// <summary>Adds a stored key to the ring; false when this master key does not open it.</summary>
    internal bool TryAdd(StoredDataKey stored)
    {
        if (!_masterKey.TryUnwrap(stored.Wrapped, stored.Id, out var key))
        {
            return false;
        }

        Ring.Add(stored.Id, key, stored.IsCurrent, stored.SealCount);
        CryptographicOperations.ZeroMemory(key);
        return true;
    }

    public void Dispose()
    {
        Signer.Dispose();
        Derivation.Dispose();
        Ring.Dispose();
        lock (_gate)
        {
            _masterKeys.ForEach(key => key.Dispose());
        }
    }
}
