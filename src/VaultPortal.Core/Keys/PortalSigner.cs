using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>The portal's signing key, opened; a rotation switches it inside.</summary>
public sealed class PortalSigner : IPortalSigner, IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<SigningKey> _opened = [];
    private volatile HeldSigner _current;

    public PortalSigner(SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _opened.Add(key);
        _current = new HeldSigner(key);
    }

    public IPortalSigner Current => _current;

    public string Fingerprint => _current.Fingerprint;

    public ReadOnlyMemory<byte> PublicKey => _current.PublicKey;

    public byte[] Sign(ReadOnlySpan<byte> message) => _current.Sign(message);

    /// <summary>From now on this key signs. The one before is zeroed with this object: somebody may be signing with it.</summary>
    internal void Switch(SigningKey key)
    {
        lock (_gate)
        {
            _opened.Add(key);
            _current = new HeldSigner(key);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _opened.ForEach(key => key.Dispose());
        }
    }

    private sealed class HeldSigner(SigningKey key) : IPortalSigner
    {
        public string Fingerprint => key.PublicKey.FingerprintHex;

        public ReadOnlyMemory<byte> PublicKey => key.PublicKey.Spki;

        public byte[] Sign(ReadOnlySpan<byte> message) => key.Sign(message);
    }
}
