namespace VaultPortal.Client;

/// <summary>The highest version that was seen of one kind.</summary>
/// <param name="Version">The number.</param>
/// <param name="Hash">SHA-256 over the canonical checkpoint, 64 hexadecimal digits.</param>
public sealed record SeenVersion(long Version, string Hash);
