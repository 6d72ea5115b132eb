using VaultPortal.Core.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>The keys of a process that has started; disposing zeroes them.</summary>
public sealed record OpenedKeys(MasterKey MasterKey, KeyRing Ring, PortalSigner Signer)
    : IDisposable
{
    public void Dispose()
    {
        Signer.Dispose();
        Ring.Dispose();
        MasterKey.Dispose();
    }
}
