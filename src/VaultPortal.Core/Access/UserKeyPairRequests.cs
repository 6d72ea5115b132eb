using VaultPortal.Core.Common;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Access;

/// <summary>The public half of a key pair as its holder sends it (machine.md section 6), every text as received.</summary>
public sealed record NewUserKeyPair
{
    /// <summary>PEM of the signing key.</summary>
    public required string PublicKey { get; init; }

    /// <summary>PEM of the X25519 key that data keys are wrapped to; comes with its signature or not at all.</summary>
    public string? EncryptionPublicKey { get; init; }

    /// <summary>Base64: the signing key over <see cref="KeyStatements.EncryptionKey"/>.</summary>
    public string? EncryptionKeySignature { get; init; }

    /// <summary>The private half, sealed by its holder; at most 16 KiB, never looked into.</summary>
    public string? WrappedPrivateKey { get; init; }

    /// <summary>Base64: the new key over <see cref="KeyStatements.Proof"/>. Users always send it; an agent's RSA key may come without.</summary>
    public required string? Proof { get; init; }

    /// <summary>Base64: an active key of the owner over <see cref="KeyStatements.Rotation"/>.</summary>
    public string? Endorsement { get; init; }

    /// <summary>Without the texts: one of them is a wrapped private key.</summary>
    public override string ToString() => nameof(NewUserKeyPair);
}

/// <summary>The private half of a registered key under another passphrase, every text as received.</summary>
public sealed record NewWrapping
{
    /// <summary>Sealed by its holder; at most 16 KiB, never looked into.</summary>
    public required string WrappedPrivateKey { get; init; }

    /// <summary>Base64: the key itself over <see cref="KeyStatements.Wrapping"/>.</summary>
    public required string Signature { get; init; }

    /// <summary>Without the texts.</summary>
    public override string ToString() => nameof(NewWrapping);
}

/// <summary>A key pair as its owner sees it.</summary>
public sealed record UserKeyPairView
{
    public required PublicId Id { get; init; }
    public required SignatureAlgorithm Algorithm { get; init; }

    /// <summary>SHA-256 over the signing key's SPKI, 64 hex characters.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The same of the encryption key; null where there is none.</summary>
    public required string? EncryptionFingerprint { get; init; }
    public required RegisteredKeyState State { get; init; }

    /// <summary>PEM.</summary>
    public required string PublicKey { get; init; }

    /// <summary>PEM.</summary>
    public required string? EncryptionPublicKey { get; init; }

    /// <summary>Base64.</summary>
    public required string? EncryptionKeySignature { get; init; }
    public required string? WrappedPrivateKey { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? RetiredAt { get; init; }
    public required RetireReason? RetireReason { get; init; }

    /// <summary>From then on nothing that it signs is taken; null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public override string ToString() => $"User key pair {Id}";
}

/// <param name="KeyPair">The key as it stands now.</param>
/// <param name="IsNew">False when the owner had registered the same key before: 200 instead of 201.</param>
public sealed record RegisteredKeyPair(UserKeyPairView KeyPair, bool IsNew);

/// <summary>Names of states and reasons on the wire.</summary>
public static class RegisteredKeyNames
{
    public static string WireName(this RegisteredKeyState state) =>
        state switch
        {
            RegisteredKeyState.Active => "active",
            RegisteredKeyState.Pending => "pending",
            RegisteredKeyState.Retired => "retired",
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };

    public static string WireName(this RetireReason reason) =>
        reason switch
        {
            RetireReason.Replaced => "replaced",
            RetireReason.Lost => "lost",
            RetireReason.Compromised => "compromised",
            _ => throw new ArgumentOutOfRangeException(nameof(reason)),
        };

    /// <summary>Reads a reason, in exactly the contract's spelling.</summary>
    public static bool TryParse(string? wireName, out RetireReason reason)
    {
        reason = wireName switch
        {
            "replaced" => RetireReason.Replaced,
            "lost" => RetireReason.Lost,
            "compromised" => RetireReason.Compromised,
            _ => default,
        };
        return reason != default;
    }
}
