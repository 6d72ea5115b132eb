namespace VaultPortal.Cryptography;

/// <summary>What the server can tell about an envelope: its version and the length of its ciphertext in bytes.</summary>
public readonly record struct EnvelopeDetails(int Version, int CiphertextLength);
