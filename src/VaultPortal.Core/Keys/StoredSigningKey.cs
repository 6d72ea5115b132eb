using System.Security.Cryptography;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>The portal's current signing key, as it is stored.</summary>
internal sealed record StoredSigningKey(string Fingerprint, byte[] PublicKey, byte[] SealedSeed)
{
    public static StoredSigningKey? ReadCurrent(KeyCommands commands)
    {
        using var row = commands.CurrentSigningKey.Query();
        return row.Read() ? new(row.GetString(0), row.Bytes(1), row.Bytes(2)) : null;
    }

    /// <summary>Opens it and looks whether it is the key that it says.</summary>
    /// <exception cref="SealException">It cannot be opened, or is another key.</exception>
    public SigningKey Open(KeyRing ring)
    {
        var seed = ring.Open(SealedSeed, SealedSeeds.AdditionalData(Fingerprint));
        var key = SigningKey.FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        if (
            key.PublicKey.FingerprintHex == Fingerprint
            && key.PublicKey.Spki.Span.SequenceEqual(PublicKey)
            && key.PublicKey.Verify(TestMessage, key.Sign(TestMessage))
        )
        {
            return key;
        }

        key.Dispose();
        throw new SealException("It is not the key that its fingerprint names.");
    }

    /// <summary>Makes a new one in this work item; the ones before sign no more.</summary>
    public static SigningKey Add(WriteScope scope, Caller caller, KeyRing ring)
    {
        var commands = scope.Commands<KeyCommands>();
        var key = SigningKey.Generate();
        var fingerprint = key.PublicKey.FingerprintHex;
        var seed = key.ExportSeed();
        var sealedSeed = ring.Seal(seed, SealedSeeds.AdditionalData(fingerprint));
        CryptographicOperations.ZeroMemory(seed);
        commands.RetireSigningKeys.Execute(scope.Now);
        commands.AddSigningKey.ExecuteOne(
            fingerprint,
            key.PublicKey.Spki.ToArray(),
            sealedSeed,
            scope.Now
        );
        scope.Audit(caller, "portal_signing_key.create", $"portal_signing_key:{fingerprint}", "ok");
        return key;
    }

    private static ReadOnlySpan<byte> TestMessage => "vaultportal:self-test"u8;
}
