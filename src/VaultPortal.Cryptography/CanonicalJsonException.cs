namespace VaultPortal.Cryptography;

/// <summary>A text or element that has no RFC 8785 canonical form. The message names the rule, never the text.</summary>
public sealed class CanonicalJsonException(string message) : Exception(message);
