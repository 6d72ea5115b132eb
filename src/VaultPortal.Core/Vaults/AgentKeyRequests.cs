using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>An agent's key to be registered, or to take the place of its present one (machine.md section 6).</summary>
public sealed record NewAgentKey
{
    /// <summary>The texts of the key; its endorsement is <see cref="RotationSignature"/>.</summary>
    public required NewUserKeyPair Key { get; init; }

    /// <summary>The id that the agent proposes for it.</summary>
    public PublicId? KeyId { get; init; }

    /// <summary>The key that it takes the place of; comes with <see cref="RotationSignature"/> or not at all.</summary>
    public PublicId? PreviousKeyId { get; init; }

    /// <summary>Base64: the previous key over <see cref="KeyStatements.Rotation"/>.</summary>
    public string? RotationSignature { get; init; }

    /// <summary>The data keys that are wrapped to the previous key, wrapped to this one; their algorithm follows from it.</summary>
    public IReadOnlyList<WrappedDekInput> Rewrapped { get; init; } = [];
}

/// <summary>An agent's registered key.</summary>
/// <param name="PublicKey">PEM.</param>
/// <param name="Fingerprint">SHA-256 over the SPKI, 64 hex characters.</param>
/// <param name="RotationSignature">Base64.</param>
/// <param name="IsNew">False when the agent had registered the same key before: 200 instead of 201.</param>
public sealed record RegisteredAgentKey(
    PublicId Id,
    string PublicKey,
    string Fingerprint,
    PublicId? PreviousKeyId,
    string? RotationSignature,
    bool IsNew
);
