using System.Text;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>
/// What is signed when a key is registered: <c>vaultportal:&lt;purpose&gt;</c>, a line feed, and canonical JSON (RFC 8785). Every
/// member is hexadecimal, so the text written here is canonical as it stands, members sorted.
/// </summary>
public static class KeyStatements
{
    /// <summary>By the new key: its holder wants it to be this owner's.</summary>
    public static byte[] Proof(PublicId owner, string fingerprint) =>
        Encoding.UTF8.GetBytes(
            $$"""
            vaultportal:key-proof
            {"fingerprint":"{{fingerprint}}","owner":"{{owner}}"}
            """.ReplaceLineEndings("\n")
        );

    /// <summary>By an active key of the owner: the new key is the same owner's.</summary>
    public static byte[] Rotation(PublicId owner, string previous, string next) =>
        Encoding.UTF8.GetBytes(
            $$"""
            vaultportal:key-rotation
            {"newFingerprint":"{{next}}","owner":"{{owner}}","previousFingerprint":"{{previous}}"}
            """.ReplaceLineEndings("\n")
        );

    /// <summary>
    /// By the signing key: this text, under another passphrase, is to be kept as its private half. The proof of the registration is
    /// public and stays the same, so it would not do.
    /// </summary>
    public static byte[] Wrapping(PublicId owner, string fingerprint, string wrappingHash) =>
        Encoding.UTF8.GetBytes(
            $$"""
            vaultportal:wrapped-private-key
            {"fingerprint":"{{fingerprint}}","owner":"{{owner}}","wrapping":"{{wrappingHash}}"}
            """.ReplaceLineEndings("\n")
        );

    /// <summary>By the signing key: the encryption key goes with it.</summary>
    public static byte[] EncryptionKey(PublicId owner, string signing, string encryption) =>
        Encoding.UTF8.GetBytes(
            $$"""
            vaultportal:user-key
            {"encryptionFingerprint":"{{encryption}}","owner":"{{owner}}","signingFingerprint":"{{signing}}"}
            """.ReplaceLineEndings("\n")
        );
}
