using System.Text;
using VaultPortal.Core.Common;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Access;

/// <summary>A key pair to be registered: its texts read, its own signatures checked. All of that needs no state.</summary>
internal sealed class UserKeyPairDraft
{
    /// <summary>machine.md section 6.</summary>
    public const int MaxWrappedPrivateKey = 16 << 10;

    public static readonly VaultError Taken = new(
        ErrorKind.Conflict,
        "id_conflict",
        "This key is registered for somebody else; make a new one."
    )
    {
        Path = "/publicKey",
    };

    public static readonly VaultError Retired = Taken with
    {
        Message = "This key was retired; make a new one.",
    };

    private static readonly VaultError BadProof = AccessErrors.InvalidSignature(
        "proof",
        "The proof has to be canonical base64 of the new key's signature over vaultportal:key-proof and the canonical JSON of owner and fingerprint."
    );

    private static readonly VaultError BadEncryptionSignature = AccessErrors.InvalidSignature(
        "encryptionKeySignature",
        "The signature has to be canonical base64 of the new signing key's over vaultportal:user-key and the canonical JSON of owner, signingFingerprint and encryptionFingerprint."
    );

    private UserKeyPairDraft(VerificationKey key) => Key = key;

    /// <summary>The statement by which an active key endorses the next one, in this member, does not hold.</summary>
    public static VaultError BadRotation(string member) =>
        AccessErrors.InvalidSignature(
            member,
            $"The {member} has to be canonical base64 of the signature by an active key of yours over vaultportal:key-rotation and the canonical JSON of owner, previousFingerprint and newFingerprint."
        );

    public VerificationKey Key { get; }

    public byte[]? EncryptionSpki { get; private init; }

    public byte[]? EncryptionFingerprint { get; private init; }

    public byte[]? EncryptionKeySignature { get; private set; }

    public string? WrappedPrivateKey { get; private init; }

    public byte[]? Proof { get; private set; }

    /// <summary>Reads the texts; whatever is out of form is named by its pointer.</summary>
    public static Result<UserKeyPairDraft> Read(NewUserKeyPair sent)
    {
        if (!VerificationKey.TryFromPem(sent.PublicKey, out var key, out var problem))
        {
            return VaultError.Invalid("/publicKey", problem);
        }

        byte[]? spki = null;
        byte[]? fingerprint = null;
        if (
            sent.EncryptionPublicKey is { } encryption
            && !X25519PublicKey.TryFromPem(encryption, out spki, out fingerprint, out problem)
        )
        {
            return VaultError.Invalid("/encryptionPublicKey", problem);
        }

        if ((sent.EncryptionPublicKey is null) != (sent.EncryptionKeySignature is null))
        {
            return VaultError.Invalid(
                sent.EncryptionPublicKey is null
                    ? "/encryptionPublicKey"
                    : "/encryptionKeySignature",
                "An encryption key and its signature come together."
            );
        }

        if (BoundsOf(sent.WrappedPrivateKey) is { } tooLong)
        {
            return tooLong;
        }

        return new UserKeyPairDraft(key)
        {
            EncryptionSpki = spki,
            EncryptionFingerprint = fingerprint,
            WrappedPrivateKey = sent.WrappedPrivateKey,
        };
    }

    /// <summary>A wrapped private key is never looked into; null when its length is within the contract's.</summary>
    public static VaultError? BoundsOf(string? wrapped) =>
        wrapped is not null && Encoding.UTF8.GetByteCount(wrapped) > MaxWrappedPrivateKey
            ? VaultError.Invalid(
                "/wrappedPrivateKey",
                $"A wrapped private key has at most {MaxWrappedPrivateKey} bytes."
            )
            : null;

    /// <summary>Checks what the new key itself has signed for this owner; null when all of it holds.</summary>
    /// <param name="sent">The texts as received.</param>
    /// <param name="owner">Whose the key is to be.</param>
    /// <param name="needsProof">False where a key may come without a proof; one that is sent has to hold all the same.</param>
    public VaultError? Prove(NewUserKeyPair sent, PublicId owner, bool needsProof = true)
    {
        if (sent.Proof is not null || needsProof)
        {
            Proof = Holding(sent.Proof ?? "", KeyStatements.Proof(owner, Key.FingerprintHex));
            if (Proof is null)
            {
                return BadProof;
            }
        }

        if (EncryptionFingerprint is null)
        {
            return null;
        }

        EncryptionKeySignature = Holding(
            sent.EncryptionKeySignature!,
            KeyStatements.EncryptionKey(
                owner,
                Key.FingerprintHex,
                Convert.ToHexStringLower(EncryptionFingerprint)
            )
        );
        return EncryptionKeySignature is null ? BadEncryptionSignature : null;
    }

    /// <summary>The row of the key, but for owner, state and times.</summary>
    public RegisteredKey ToRow() =>
        new()
        {
            Algorithm = Key.Algorithm,
            Spki = Key.Spki.ToArray(),
            Fingerprint = Key.Fingerprint,
            EncryptionSpki = EncryptionSpki,
            EncryptionFingerprint = EncryptionFingerprint,
            EncryptionKeySignature = EncryptionKeySignature,
            WrappedPrivateKey = WrappedPrivateKey,
            Proof = Proof,
        };

    private byte[]? Holding(string base64, byte[] statement) =>
        CanonicalBase64.TryDecode(base64, out var signature) && Key.Verify(statement, signature)
            ? signature
            : null;
}
