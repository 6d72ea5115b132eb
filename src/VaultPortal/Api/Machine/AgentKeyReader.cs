using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;

namespace VaultPortal.Api.Machine;

/// <summary>Reads the body of POST /vault/public-key (machine.md section 6).</summary>
internal static class AgentKeyReader
{
    private const string SignerType = "AGENT_ENCRYPTION_KEY";

    private static readonly string[] Members =
    [
        "publicKey",
        "encryptionKeyId",
        "previousEncryptionKeyId",
        "rotationSignature",
        "proof",
        "encryptionPublicKey",
        "encryptionKeySignature",
        "rewrappedVaultKeys",
    ];
    private static readonly string[] EntryMembers =
    [
        "vaultId",
        "encryptionKeyId",
        "signerEncryptionKeyId",
        "signerType",
        "dekVersion",
        "wrappedDek",
        "wrappedDekSignature",
    ];

    public static NewAgentKey Register(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, Members);
        return new NewAgentKey
        {
            Key = new NewUserKeyPair
            {
                PublicKey = input.Text(m[0], At(0)),
                Proof = input.OptionalText(m[4], At(4)),
                EncryptionPublicKey = input.OptionalText(m[5], At(5)),
                EncryptionKeySignature = input.OptionalText(m[6], At(6)),
            },
            KeyId = input.OptionalId(m[1], At(1)),
            PreviousKeyId = input.OptionalId(m[2], At(2)),
            RotationSignature = input.OptionalText(m[3], At(3)),
            Rewrapped = VaultItemReader.IsAbsent(m[7])
                ? []
                : input.List(m[7], At(7), AgentKeyService.MaxRewrapped, Entry),
        };
    }

    private static WrappedDekInput Entry(JsonInput input, JsonElement element, JsonPointer at)
    {
        var m = input.Members(element, at, EntryMembers);
        if (
            !string.Equals(
                input.Text(m[3], at.Member("signerType")),
                SignerType,
                StringComparison.Ordinal
            )
        )
        {
            input.Fail(at.Member("signerType"), $"{SignerType} is expected here.");
        }

        return new WrappedDekInput
        {
            VaultId = input.Id(m[0], at.Member("vaultId")),
            RecipientKeyId = input.Id(m[1], at.Member("encryptionKeyId")),
            SignerKind = PrincipalKind.Agent,
            SignerId = input.Id(m[2], at.Member("signerEncryptionKeyId")),
            DekVersion = (int)input.WholeNumber(m[4], at.Member("dekVersion"), 1, int.MaxValue),
            Algorithm = default,
            Wrapped = WrapReader.Bytes(input, m[5], at.Member("wrappedDek")),
            Signature = WrapReader.Signature(input, m[6], at.Member("wrappedDekSignature")),
            At = at,
        };
    }

    private static JsonPointer At(int member) => JsonPointer.Root.Member(Members[member]);
}
