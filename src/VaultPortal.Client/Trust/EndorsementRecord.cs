namespace VaultPortal.Client;

/// <summary>Who endorsed a key.</summary>
internal sealed record EndorsementRecord(string PreviousKeyId, string? Signature = null);
