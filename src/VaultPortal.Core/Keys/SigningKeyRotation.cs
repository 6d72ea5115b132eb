using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Keys;

/// <summary>
/// Gives the portal a new signing key. The one before signs no more and still verifies: tokens until they end, seals of the audit
/// for ever. Other processes switch as soon as they see that somebody wrote.
/// </summary>
public sealed class SigningKeyRotation(WriteQueue queue, OpenedKeys keys, DataDirectory directory)
{
    public async Task<SigningKeyChange> RunAsync(
        Caller caller,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        using var alone = RotationLock.Take(directory);
        var (before, made) = await queue.RunAsync(
            scope =>
            {
                var present = StoredSigningKey
                    .ReadCurrent(scope.Commands<KeyCommands>())
                    ?.Fingerprint;
                var key = StoredSigningKey.Add(scope, caller, keys.Ring);
                scope.Audit(
                    caller,
                    "portal_signing_key.rotate",
                    $"portal_signing_key:{key.PublicKey.FingerprintHex}",
                    "ok"
                );
                return (present, key);
            },
            cancellation
        );
        keys.Signer.Switch(made);
        return new(before, made.PublicKey.FingerprintHex);
    }
}

/// <summary>What a rotation of the signing key did: fingerprints, 64 hexadecimal characters.</summary>
public sealed record SigningKeyChange(string? Before, string Now);
