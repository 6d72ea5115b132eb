using VaultPortal.Core.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>The portal's signing key, opened.</summary>
public sealed class PortalSigner(SigningKey key) : IPortalSigner, IDisposable
{
    public string Fingerprint => key.PublicKey.FingerprintHex;

    public ReadOnlyMemory<byte> PublicKey => key.PublicKey.Spki;

    public byte[] Sign(ReadOnlySpan<byte> message) => key.Sign(message);

    public void Dispose() => key.Dispose();
}
