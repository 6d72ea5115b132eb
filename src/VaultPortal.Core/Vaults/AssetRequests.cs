using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>An attachment that is being sent.</summary>
/// <param name="DekVersion">The version of the vault's data key that it is encrypted under; null = the current one.</param>
/// <param name="Bytes">Its encrypted bytes, read once.</param>
public sealed record AssetUpload(PublicId Id, int? DekVersion, Stream Bytes);
