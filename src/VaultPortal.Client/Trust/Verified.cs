namespace VaultPortal.Client;

/// <summary>A checkpoint that holds, and what a pin remembers of it.</summary>
internal sealed record Verified<T>(T Checkpoint, string Hash);
