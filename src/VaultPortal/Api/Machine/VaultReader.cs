using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;

namespace VaultPortal.Api.Machine;

/// <summary>Reads the bodies of vault calls (machine.md section 6).</summary>
internal static class VaultReader
{
    // A new vault has two principals at most, with a few keys each; every entry costs a signature check.
    private const int MaxWraps = 200;
    private static readonly string[] CreateMembers =
    [
        "id",
        "name",
        "summaryCheckpoint",
        "dataClassification",
        "directoryCheckpoint",
        "permissionCheckpoint",
        "wrappedDeks",
    ];
    private static readonly string[] UpdateMembers =
    [
        "directoryCheckpoint",
        "summaryCheckpoint",
        "name",
        "dataClassification",
    ];
    private static readonly string[] StateMembers = ["directoryCheckpoint", "statementSignature"];
    private static readonly string[] WrapMembers =
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

    public static NewVault Create(JsonInput input, JsonElement body)
    {
        var root = JsonPointer.Root;
        var m = input.Members(body, root, CreateMembers);
        return new NewVault
        {
            Id = input.Id(m[0], root.Member("id")),
            Name = VaultItemReader.Name(input, m[1], root),
            Summary = CheckpointReader.Summary(input, m[2], root.Member("summaryCheckpoint")),
            Classification = Classification(input, m[3]),
            Directory = VaultItemReader.IsAbsent(m[4])
                ? null
                : CheckpointReader.Directory(input, m[4], root.Member("directoryCheckpoint")),
            Permission = VaultItemReader.IsAbsent(m[5])
                ? null
                : CheckpointReader.Permission(input, m[5], root.Member("permissionCheckpoint")),
            WrappedDeks = VaultItemReader.IsAbsent(m[6])
                ? []
                : input.List(m[6], root.Member("wrappedDeks"), MaxWraps, Wrap),
        };
    }

    public static VaultUpdate Update(JsonInput input, JsonElement body)
    {
        var root = JsonPointer.Root;
        var m = input.Members(body, root, UpdateMembers);
        return new VaultUpdate
        {
            Directory = CheckpointReader.Directory(input, m[0], root.Member("directoryCheckpoint")),
            Summary = CheckpointReader.Summary(input, m[1], root.Member("summaryCheckpoint")),
            Name = VaultItemReader.Name(input, m[2], root),
            Classification = Classification(input, m[3]),
        };
    }

    public static VaultStateChange StateChange(JsonInput input, JsonElement body)
    {
        var root = JsonPointer.Root;
        var m = input.Members(body, root, StateMembers);
        var directory = CheckpointReader.Directory(input, m[0], root.Member("directoryCheckpoint"));
        var statement = input.Text(m[1], root.Member("statementSignature"));
        return new VaultStateChange(
            directory,
            CanonicalBase64.TryDecode(statement, out var bytes) ? bytes : null
        );
    }

    private static WrappedDekInput Wrap(JsonInput input, JsonElement element, JsonPointer at)
    {
        var m = input.Members(element, at, WrapMembers);
        var byAgent = !VaultItemReader.IsAbsent(m[7]);
        if (byAgent && !VaultItemReader.IsAbsent(m[6]))
        {
            input.Fail(
                at,
                "Exactly one of signerUserKeyPairId and signerEncryptionKeyId names the signer."
            );
        }

        var algorithm = input.Text(m[3], at.Member("algorithm")) switch
        {
            "HPKE-X25519-HKDF-SHA256-AES256GCM" => WrapAlgorithm.HpkeX25519,
            "RSA-OAEP-SHA256" => WrapAlgorithm.RsaOaepSha256,
            _ => default,
        };
        if (algorithm == default)
        {
            input.Fail(
                at.Member("algorithm"),
                "HPKE-X25519-HKDF-SHA256-AES256GCM or RSA-OAEP-SHA256 is expected here."
            );
        }

        if (!CanonicalBase64.TryDecode(input.Text(m[4], at.Member("wrappedDek")), out var wrapped))
        {
            input.Fail(at.Member("wrappedDek"), "Canonical base64 is expected here.");
        }

        return new WrappedDekInput
        {
            VaultId = input.Id(m[0], at.Member("vaultId")),
            RecipientKeyId = input.Id(m[1], at.Member("recipientKeyId")),
            DekVersion = (int)input.WholeNumber(m[2], at.Member("dekVersion"), 1, int.MaxValue),
            Algorithm = algorithm,
            Wrapped = wrapped ?? [],
            SignerKind = byAgent ? PrincipalKind.Agent : PrincipalKind.User,
            SignerId = byAgent
                ? input.Id(m[7], at.Member("signerEncryptionKeyId"))
                : input.Id(m[6], at.Member("signerUserKeyPairId")),
            Signature = CanonicalBase64.TryDecode(
                input.Text(m[5], at.Member("signature")),
                out var bytes
            )
                ? bytes
                : null,
            At = at,
        };
    }

    /// <summary>Optional, but never null: a classification cannot be taken away.</summary>
    private static DataClassification? Classification(JsonInput input, JsonElement element)
    {
        var at = JsonPointer.Root.Member("dataClassification");
        if (input.OptionalText(element, at) is not { } text)
        {
            return null;
        }

        if (WireNames.TryParse(text, out DataClassification value))
        {
            return value;
        }

        input.Fail(at, "A classification is PUBLIC, INTERNAL, CONFIDENTIAL or CUI.");
        return null;
    }
}
