using VaultPortal.Cryptography;

namespace VaultPortal.Client;

/// <summary>
/// The keys that the server names for a vault, none of them believed: a fingerprint is computed from the key, an owner comes from
/// the permission checkpoints, an encryption key counts only with its signing key's signature.
/// </summary>
internal sealed class KeyDirectory
{
    private readonly Dictionary<string, PublicKeyRecord> records;
    private readonly Dictionary<string, KnownKey> known = [];

    public KeyDirectory(IEnumerable<PublicKeyRecord> keys) =>
        records = keys.ToDictionary(key => key.Id);

    public IEnumerable<PublicKeyRecord> Records => records.Values;

    /// <exception cref="TrustException">There is no such key, or it is not what it is said to be.</exception>
    public KnownKey Find(string id)
    {
        if (known.TryGetValue(id, out var key))
        {
            return key;
        }

        return records.TryGetValue(id, out var record)
            ? known[id] = Read(record)
            : throw new TrustException(TrustFault.SignerUnknown, $"No key {id} is known here.");
    }

    /// <summary>
    /// Whether a key is the principal's: one of the fingerprints given, or joined to one by a line of endorsements, each made by
    /// the key before for this principal.
    /// </summary>
    public bool Follows(KnownKey key, string principalId, IReadOnlySet<string> fingerprints)
    {
        var passed = new HashSet<string>();
        for (var next = key; passed.Add(next.Id); )
        {
            if (fingerprints.Contains(next.Fingerprint))
            {
                return true;
            }

            if (
                next.Record.Endorsement is not { } endorsement
                || !records.ContainsKey(endorsement.PreviousKeyId)
            )
            {
                return false;
            }

            var previous = Find(endorsement.PreviousKeyId);
            var message = Statement.KeyRotation(
                principalId,
                previous.Fingerprint,
                next.Fingerprint
            );
            if (!Holds(previous.Key, message, endorsement.Signature))
            {
                return false;
            }

            next = previous;
        }

        return false;
    }

    /// <summary>Whether a key itself signed that it is the principal's, when it was registered.</summary>
    public static bool Claims(KnownKey key, string principalId) =>
        Holds(key.Key, Statement.KeyProof(principalId, key.Fingerprint), key.Record.Proof);

    /// <summary>What data keys for a key's holder are wrapped to; <paramref name="principalId"/> is what the checkpoint calls him.</summary>
    /// <exception cref="TrustException">He has no such key, or it is not signed by his signing key.</exception>
    public static WrapRecipient RecipientOf(KnownKey key, string principalId)
    {
        if (key.Record.EncryptionPublicKey is not { } pem)
        {
            return key.Key.Algorithm == SignatureAlgorithm.RsaPssSha256
                ? new WrapRecipient(key.Id, key.Fingerprint, key.Key.Spki.ToArray(), Rsa: true)
                : throw Swapped($"Key {key.Id} has no encryption key.");
        }

        if (!X25519PublicKey.TryFromPem(pem, out var spki, out var fingerprint, out var problem))
        {
            throw Swapped(problem);
        }

        var encryption = Convert.ToHexStringLower(fingerprint);
        var message = Statement.UserKey(principalId, key.Fingerprint, encryption);
        return Holds(key.Key, message, key.Record.EncryptionKeySignature)
            ? new WrapRecipient(key.Id, encryption, spki, Rsa: false)
            : throw Swapped($"The encryption key of key {key.Id} is not signed by it.");
    }

    public static bool Holds(VerificationKey key, byte[] message, string? signature) =>
        CanonicalBase64.TryDecode(signature, out var bytes) && key.Verify(message, bytes);

    private static KnownKey Read(PublicKeyRecord record)
    {
        if (!VerificationKey.TryFromPem(record.PublicKey, out var key, out var problem))
        {
            throw Swapped(problem);
        }

        return key.FingerprintHex == record.Fingerprint
            ? new KnownKey(record, key)
            : throw Swapped($"Key {record.Id} does not have the fingerprint that is said of it.");
    }

    private static TrustException Swapped(string message) => new(TrustFault.KeySwapped, message);
}
