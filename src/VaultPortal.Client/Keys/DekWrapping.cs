using System.Security.Cryptography;
using System.Text;
using VaultPortal.Cryptography;

namespace VaultPortal.Client;

/// <summary>Wraps data keys to members and checks who did (machine.md section 5).</summary>
internal static class DekWrapping
{
    public const int KeyLength = 32;

    public static ReadOnlySpan<byte> Info => "vaultportal/dek/v1"u8;

    public static byte[] Binding(string vaultId, int dekVersion) =>
        Encoding.UTF8.GetBytes($"{vaultId}|{dekVersion}");

    public static WrappedDek Wrap(
        MemberKey signer,
        string vaultId,
        int dekVersion,
        ReadOnlySpan<byte> dek,
        WrapRecipient recipient
    )
    {
        var wrapped = recipient.Rsa
            ? EncryptRsa(recipient.Spki, dek)
            : Hpke.Seal(recipient.Spki, Info, Binding(vaultId, dekVersion), dek);
        var wrap = new WrappedDek(
            vaultId,
            recipient.KeyId,
            dekVersion,
            recipient.Rsa ? KeyPair.RsaAlgorithm : KeyPair.HpkeAlgorithm,
            Convert.ToBase64String(wrapped),
            "",
            signer.IsAgent ? null : signer.Id,
            signer.IsAgent ? signer.Id : null
        );
        var signature = signer.Pair.Sign(Signed(wrap, recipient.Fingerprint));
        return wrap with { Signature = Convert.ToBase64String(signature) };
    }

    public static bool Holds(
        WrappedDek wrap,
        VerificationKey signer,
        string recipientFingerprint
    ) =>
        CanonicalBase64.TryDecode(wrap.Signature, out var signature)
        && signer.Verify(Signed(wrap, recipientFingerprint), signature);

    private static byte[] Signed(WrappedDek wrap, string recipientFingerprint) =>
        Statement.Bytes(
            "wrapped-dek",
            new
            {
                wrap.VaultId,
                wrap.DekVersion,
                wrap.RecipientKeyId,
                recipientFingerprint,
                wrap.Algorithm,
                wrappedDek = wrap.Wrapped,
                signerKeyId = wrap.SignerId,
            }
        );

    private static byte[] EncryptRsa(byte[] spki, ReadOnlySpan<byte> dek)
    {
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(spki, out _);
        return rsa.Encrypt(dek, RSAEncryptionPadding.OaepSHA256);
    }
}
