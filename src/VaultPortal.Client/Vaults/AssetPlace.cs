namespace VaultPortal.Client;

/// <summary>What an attachment is bound to.</summary>
internal sealed record AssetPlace(string VaultId, string AssetId, int DekVersion);
