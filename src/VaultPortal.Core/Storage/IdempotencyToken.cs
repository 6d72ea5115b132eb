namespace VaultPortal.Core.Storage;

/// <summary>A request that its caller may repeat: who and where (hashed), and a MAC of the body.</summary>
/// <param name="Scope">SHA-256 over principal, method, path and key.</param>
/// <param name="BodyMac">HMAC-SHA-256 of the body under a derived key.</param>
/// <param name="EarlierMac">The same under the key that was derived from the master key; null when no answer of that time is kept any more.</param>
public sealed record IdempotencyToken(byte[] Scope, byte[] BodyMac, byte[]? EarlierMac = null);
