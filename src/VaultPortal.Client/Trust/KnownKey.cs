using VaultPortal.Cryptography;

namespace VaultPortal.Client;

/// <summary>A public signing key that was read and has the fingerprint that is said of it.</summary>
internal sealed record KnownKey(PublicKeyRecord Record, VerificationKey Key)
{
    public string Id => Record.Id;

    public string Fingerprint => Key.FingerprintHex;
}
