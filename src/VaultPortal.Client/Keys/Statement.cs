using System.Text;

namespace VaultPortal.Client;

/// <summary>What a key signs that is no checkpoint (machine.md section 4): "vaultportal:purpose", a line feed, canonical JSON.</summary>
internal static class Statement
{
    public static byte[] Bytes<T>(string purpose, T content) =>
        [.. Encoding.UTF8.GetBytes($"vaultportal:{purpose}\n"), .. WireJson.Canonical(content)];

    public static byte[] KeyRotation(string owner, string previous, string next) =>
        Bytes(
            "key-rotation",
            new
            {
                owner,
                previousFingerprint = previous,
                newFingerprint = next,
            }
        );

    public static byte[] KeyProof(string owner, string fingerprint) =>
        Bytes("key-proof", new { owner, fingerprint });

    public static byte[] UserKey(string owner, string signing, string encryption) =>
        Bytes(
            "user-key",
            new
            {
                owner,
                signingFingerprint = signing,
                encryptionFingerprint = encryption,
            }
        );
}
