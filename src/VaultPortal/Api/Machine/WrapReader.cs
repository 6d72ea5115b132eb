using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;

namespace VaultPortal.Api.Machine;

/// <summary>Reads wrapped data keys (machine.md section 5).</summary>
internal static class WrapReader
{
    private static readonly string[] Members =
    [
        "vaultId",
        "recipientKeyId",
        "dekVersion",
        "algorithm",
        "wrappedDek",
        "signature",
        "signerUserKeyPairId",
        "signerEncryptionKeyId",
    ];

    public static WrappedDekInput Wrap(JsonInput input, JsonElement element, JsonPointer at)
    {
        var m = input.Members(element, at, Members);
        var byAgent = !VaultItemReader.IsAbsent(m[7]);
        if (byAgent && !VaultItemReader.IsAbsent(m[6]))
        {
            input.Fail(
                at,
                "Exactly one of signerUserKeyPairId and signerEncryptionKeyId names the signer."
            );
        }

        return new WrappedDekInput
        {
            VaultId = input.Id(m[0], at.Member("vaultId")),
            RecipientKeyId = input.Id(m[1], at.Member("recipientKeyId")),
            DekVersion = (int)input.WholeNumber(m[2], at.Member("dekVersion"), 1, int.MaxValue),
            Algorithm = Algorithm(input, m[3], at.Member("algorithm")),
            Wrapped = Bytes(input, m[4], at.Member("wrappedDek")),
            SignerKind = byAgent ? PrincipalKind.Agent : PrincipalKind.User,
            SignerId = byAgent
                ? input.Id(m[7], at.Member("signerEncryptionKeyId"))
                : input.Id(m[6], at.Member("signerUserKeyPairId")),
            Signature = Signature(input, m[5], at.Member("signature")),
            At = at,
        };
    }

    /// <summary>Bytes in canonical base64.</summary>
    public static byte[] Bytes(JsonInput input, JsonElement element, JsonPointer at)
    {
        if (CanonicalBase64.TryDecode(input.Text(element, at), out var bytes))
        {
            return bytes;
        }

        input.Fail(at, "Canonical base64 is expected here.");
        return [];
    }

    /// <summary>A signature; null when it is not canonical base64, which is decided where signatures are.</summary>
    public static byte[]? Signature(JsonInput input, JsonElement element, JsonPointer at) =>
        CanonicalBase64.TryDecode(input.Text(element, at), out var bytes) ? bytes : null;

    private static WrapAlgorithm Algorithm(JsonInput input, JsonElement element, JsonPointer at)
    {
        switch (input.Text(element, at))
        {
            case "HPKE-X25519-HKDF-SHA256-AES256GCM":
                return WrapAlgorithm.HpkeX25519;
            case "RSA-OAEP-SHA256":
                return WrapAlgorithm.RsaOaepSha256;
            default:
                input.Fail(
                    at,
                    "HPKE-X25519-HKDF-SHA256-AES256GCM or RSA-OAEP-SHA256 is expected here."
                );
                return default;
        }
    }
}
