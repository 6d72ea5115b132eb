using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Checkpoints;

/// <summary>A checkpoint as a request carries it: what it says, the bytes that were signed, who is said to have signed.</summary>
public sealed class SignedInput<T>(
    T content,
    byte[] text,
    PrincipalKind signerKind,
    PublicId signerId,
    byte[]? signature,
    JsonPointer at
) : ISignedInput
    where T : CheckpointContent
{
    public T Content { get; } = content;

    CheckpointContent ISignedInput.Content => Content;

    public byte[] Text { get; } = text;

    public PrincipalKind SignerKind { get; } = signerKind;

    public PublicId SignerId { get; } = signerId;

    public byte[]? Signature { get; } = signature;

    /// <summary>Where the wrapper stands in the request.</summary>
    public JsonPointer At { get; } = at;

    public bool SignatureHolds { get; set; }
}

/// <summary>A <see cref="SignedInput{T}"/> of any kind.</summary>
public interface ISignedInput
{
    CheckpointContent Content { get; }

    /// <summary>UTF-8 of the canonical form of the <c>checkpoint</c> object exactly as received.</summary>
    byte[] Text { get; }

    /// <summary>Agent when <c>signerEncryptionKeyId</c> named the key.</summary>
    PrincipalKind SignerKind { get; }

    PublicId SignerId { get; }

    /// <summary>Null when it was not canonical base64.</summary>
    byte[]? Signature { get; }

    JsonPointer At { get; }

    /// <summary>
    /// Set by the verifier before the request is queued: the signature is good under the key with this id. Whose key that is,
    /// and whether it may sign, is decided in the queue; an id never changes its key.
    /// </summary>
    bool SignatureHolds { get; set; }
}
