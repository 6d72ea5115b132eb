using System.Security.Cryptography;
using VaultPortal.Cryptography;

namespace VaultPortal.Client;

/// <summary>A private signing key of any of the three algorithms (machine.md section 4). Thread-safe.</summary>
internal sealed class PrivateSigner : IDisposable
{
    private readonly SigningKey? ed25519;
    private readonly ECDsa? ecdsa;
    private readonly Lock gate = new();

    private PrivateSigner(SigningKey? ed25519, RSA? rsa, ECDsa? ecdsa)
    {
        (this.ed25519, Rsa, this.ecdsa) = (ed25519, rsa, ecdsa);
        PublicKey =
            ed25519?.PublicKey
            ?? Read((rsa ?? (AsymmetricAlgorithm)ecdsa!).ExportSubjectPublicKeyInfoPem());
    }

    public VerificationKey PublicKey { get; }

    /// <summary>The key of an RSA signer, which data keys are wrapped to where it has no other.</summary>
    public RSA? Rsa { get; }

    public SigningKey? Ed25519 => ed25519;

    public static PrivateSigner Of(SigningKey key) => new(key, null, null);

    /// <exception cref="CryptographicException">Not a private key of a known kind.</exception>
    public static PrivateSigner FromPem(string pem)
    {
        if (SigningKey.TryFromPkcs8Pem(pem, out var key))
        {
            return Of(key);
        }

        try
        {
            return new(null, Import(RSA.Create(), pem), null);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            // Not RSA.
        }

        try
        {
            return new(null, null, Import(ECDsa.Create(), pem));
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new CryptographicException(
                "Not an Ed25519, RSA or P-256 private key in one PEM block."
            );
        }
    }

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        if (ed25519 is not null)
        {
            return ed25519.Sign(message);
        }

        lock (gate) // The platform's keys are not for several threads.
        {
            return Rsa is not null
                ? Rsa.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
                : ecdsa!.SignData(message, HashAlgorithmName.SHA256);
        }
    }

    public void Dispose()
    {
        ed25519?.Dispose();
        Rsa?.Dispose();
        ecdsa?.Dispose();
    }

    private static T Import<T>(T key, string pem)
        where T : AsymmetricAlgorithm
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static VerificationKey Read(string pem) =>
        VerificationKey.TryFromPem(pem, out var key, out var problem)
            ? key
            : throw new CryptographicException(problem);
}
