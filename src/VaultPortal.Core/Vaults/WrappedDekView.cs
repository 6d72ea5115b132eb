using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>A data key wrapped to one of the caller's keys, as it was signed.</summary>
public sealed record WrappedDekView(
    PublicId VaultId,
    PublicId RecipientKeyId,
    int DekVersion,
    WrapAlgorithm Algorithm,
    byte[] Wrapped,
    byte[] Signature,
    PrincipalKind SignerKind,
    PublicId SignerId
)
{
    /// <summary>The algorithm's name on the wire.</summary>
    public string AlgorithmName => WrappedDeks.NameOf(Algorithm);
}

/// <summary>The versions of a vault's data key that are wrapped to one key, the oldest first.</summary>
public sealed record WrappedTo(PublicId KeyId, List<int> DekVersions);
