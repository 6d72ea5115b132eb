namespace VaultPortal.Core.Storage;

/// <summary>A request that its caller may repeat: who and where (hashed), and a MAC of the body.</summary>
/// <param name="Scope">SHA-256 over principal, method, path and key.</param>
/// <param name="BodyMac">HMAC-SHA-256 of the body under a key derived from the master key.</param>
public sealed record IdempotencyToken(byte[] Scope, byte[] BodyMac);
