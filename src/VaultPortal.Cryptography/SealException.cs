namespace VaultPortal.Cryptography;

/// <summary>Something sealed cannot be opened, or nothing more sealed. The message names the reason, never a value or key.</summary>
public sealed class SealException(string message) : Exception(message);
