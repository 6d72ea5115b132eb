using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using VaultPortal.Cryptography;

namespace VaultPortal.Client;

/// <summary>A checkpoint with its signer and signature, as it came: nothing in it is to be believed before it was verified.</summary>
internal sealed record SignedCheckpoint(
    JsonElement Checkpoint,
    string Signature,
    string? SignerUserKeyPairId = null,
    string? SignerEncryptionKeyId = null
)
{
    public string SignerId =>
        SignerUserKeyPairId is null != SignerEncryptionKeyId is null
            ? (SignerUserKeyPairId ?? SignerEncryptionKeyId)!
            : throw new TrustException(
                TrustFault.SignatureInvalid,
                "A checkpoint names exactly one signer."
            );

    /// <summary>The bytes that were signed.</summary>
    /// <exception cref="TrustException">The checkpoint has no canonical form.</exception>
    public byte[] Canonical()
    {
        try
        {
            return CanonicalJson.Canonicalize(Checkpoint);
        }
        catch (CanonicalJsonException fault)
        {
            throw new TrustException(TrustFault.SignatureInvalid, fault.Message);
        }
    }

    /// <exception cref="TrustException">It does not have exactly the members of this kind of checkpoint.</exception>
    public T Read<T>()
        where T : class
    {
        try
        {
            if (Checkpoint.Deserialize<T>(WireJson.Exact) is { } read)
            {
                return read;
            }
        }
        catch (JsonException)
        {
            // Its message might quote the text.
        }

        throw new TrustException(TrustFault.ChainBroken, $"This is no {typeof(T).Name}.");
    }

    /// <summary>What a pin remembers of it.</summary>
    public static string HashOf(byte[] canonical) =>
        Convert.ToHexStringLower(SHA256.HashData(canonical));

    /// <summary>Signs a checkpoint and answers its wrapper, to be sent.</summary>
    public static JsonObject Sign<T>(MemberKey signer, T checkpoint) =>
        new()
        {
            ["checkpoint"] = WireJson.Node(checkpoint),
            [signer.SignerMember] = signer.Id,
            ["signature"] = Convert.ToBase64String(
                signer.Pair.Sign(WireJson.Canonical(checkpoint))
            ),
        };
}
