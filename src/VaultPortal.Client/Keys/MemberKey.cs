namespace VaultPortal.Client;

/// <summary>A key pair as the server knows it.</summary>
/// <param name="Id">The id that registering it gave.</param>
/// <param name="Pair">The private halves; disposed by whoever made them.</param>
/// <param name="IsAgent">Whether it is an agent's, and not a user's.</param>
public sealed record MemberKey(string Id, KeyPair Pair, bool IsAgent = false)
{
    /// <summary>The member that names it as the signer.</summary>
    internal string SignerMember => IsAgent ? "signerEncryptionKeyId" : "signerUserKeyPairId";
}
