using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Machine;

/// <summary>Reads the bodies of the key calls (machine.md section 6).</summary>
internal static class KeyReader
{
    private static readonly string[] RegisterMembers =
    [
        "publicKey",
        "encryptionPublicKey",
        "encryptionKeySignature",
        "wrappedPrivateKey",
        "proof",
        "endorsement",
    ];
    private static readonly string[] RetireMembers = ["reason"];

    public static NewUserKeyPair Register(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, RegisterMembers);
        return new NewUserKeyPair
        {
            PublicKey = input.Text(m[0], At(0)),
            EncryptionPublicKey = input.OptionalText(m[1], At(1)),
            EncryptionKeySignature = input.OptionalText(m[2], At(2)),
            WrappedPrivateKey = input.OptionalText(m[3], At(3)),
            Proof = input.Text(m[4], At(4)),
            Endorsement = input.OptionalText(m[5], At(5)),
        };
    }

    public static RetireReason Retire(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, RetireMembers);
        var at = JsonPointer.Root.Member("reason");
        if (!RegisteredKeyNames.TryParse(input.Text(m[0], at), out var reason))
        {
            input.Fail(at, "A reason is replaced, lost or compromised.");
        }

        return reason;
    }

    private static JsonPointer At(int member) => JsonPointer.Root.Member(RegisterMembers[member]);
}
