using System.Globalization;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>A member of a request.</summary>
/// <param name="Kind">What its value is: one of the words that <see cref="Values"/> knows, or the name of a shape.</param>
/// <param name="Most">For a list the most entries; else 0.</param>
/// <param name="Least">For a list the fewest entries.</param>
public sealed record Member(
    string Name,
    string Kind,
    bool Optional,
    bool Nullable,
    int Most,
    int Least
)
{
    public bool IsList => Most > 0;
}

/// <summary>
/// The members of every request, as machine.md has them. <c>name:kind</c>; after the name <c>?</c> = may be absent, <c>~</c> = may be
/// null; before the kind <c>[n]</c> = a list of at most n, <c>[m-n]</c> of at least m.
/// </summary>
public static class Shapes
{
    private const string Signed = " signerUserKeyPairId:id signature:text";

    private static readonly Dictionary<string, string> Specs = new()
    {
        // Section 4.
        ["directory"] = "checkpoint:directoryContent" + Signed,
        ["directoryContent"] =
            "vaultId:id version:version name:text groupId?~:id dataClassification?~:classification",
        ["summary"] = "checkpoint:summaryContent" + Signed,
        ["summaryContent"] =
            "vaultId:id version:version name:text dataClassification?~:classification currentDekVersion:count "
            + "items:[10000]summaryItem groups:[10000]summaryGroup",
        ["summaryItem"] = "id:id name:text type:itemType websites:[50]text groupId?~:id",
        ["summaryGroup"] = "id:id name:text",
        ["detail"] = "checkpoint:detailContent" + Signed,
        ["detailContent"] =
            "vaultItemId:id vaultId:id version:version name:text type:itemType websites:[50]text groupId?~:id "
            + "fields:[200]detailField",
        ["detailField"] =
            "id:id name:text type:fieldType order:order fieldInstanceIds:[200]id assetIds:[200]id",
        ["permission"] = "checkpoint:permissionContent" + Signed,
        ["permissionContent"] =
            "assetType:assetType assetId:id version:version permissions:[10000]signedGrant",
        ["signedGrant"] =
            "principalType:principalType principalId:id accessLevel:level keyFingerprints:[200]text",
        // Section 5.
        ["wrap"] =
            "vaultId:id recipientKeyId:id dekVersion:count algorithm:algorithm wrappedDek:base64 signature:text "
            + "signerUserKeyPairId:id",
        // Section 6.
        ["newVault"] =
            "id:id name:name summaryCheckpoint:summary dataClassification?:classification "
            + "directoryCheckpoint?:directory permissionCheckpoint?:permission wrappedDeks?:[200]wrap",
        ["vaultUpdate"] =
            "directoryCheckpoint:directory summaryCheckpoint:summary name:name dataClassification?:classification",
        ["vaultState"] = "directoryCheckpoint:directory statementSignature:text",
        ["newItem"] =
            "id:id name:name type:itemType fields:[200]newField summaryCheckpoint:summary detailCheckpoint:detail "
            + "websites?:[50]website",
        ["newField"] =
            "id:id fieldInstanceId:id name:name type:fieldType encryptedValue?~:envelope dekVersion?:count",
        ["itemUpdate"] =
            "detailCheckpoint:detail summaryCheckpoint?:summary name?:name type?:itemType websites?:[50]website "
            + "updates:[200]entry",
        // The first entry of the samples is an add: what is optional there is not for an update.
        ["entry"] =
            "action:action fieldId:id fieldInstanceId:id name:name type:fieldType value?~:envelope assetId?~:id "
            + "order?:order dekVersion?:count",
        ["summaryOnly"] = "summaryCheckpoint:summary",
        ["itemRestore"] = "summaryCheckpoint:summary detailCheckpoint:detail",
        ["expiry"] = "expiresAt?~:time fields?:[200]fieldExpiry",
        ["fieldExpiry"] = "fieldId:id expiresAt~:time",
        ["newGroup"] = "id:id name:name summaryCheckpoint:summary",
        ["groupUpdate"] = "name:name summaryCheckpoint:summary",
        // None is as many as the checkpoints of the samples name too few.
        ["groupItems"] =
            "itemIds:[1-200]id summaryCheckpoint:summary detailCheckpoints:[200]detail",
        ["permissions"] = "permissions:[200]grant permissionCheckpoint:permission",
        ["grant"] = "principalType:principalType principalId:id accessLevel:level",
        // The encryption key and its signature come together.
        ["newKeyPair"] =
            "publicKey:pem encryptionPublicKey:pem encryptionKeySignature:text wrappedPrivateKey?:text "
            + "proof:text endorsement?:text",
        ["retire"] = "reason:reason",
        ["newAgent"] = "name:name",
        ["wraps"] = "wrappedDeks:[1-500]wrap",
        ["rekey"] = "wrappedDeks:[500]wrap summaryCheckpoint:summary",
        // Of an Ed25519 key, which the samples have, and in a rotation.
        ["newAgentKey"] =
            "publicKey:pem encryptionKeyId?~:id previousEncryptionKeyId:id rotationSignature:text proof:text "
            + "encryptionPublicKey:pem encryptionKeySignature:text rewrappedVaultKeys?:[1000]rewrap",
        ["rewrap"] =
            "vaultId:id encryptionKeyId:id signerEncryptionKeyId:id signerType:signerType dekVersion:count "
            + "wrappedDek:base64 wrappedDekSignature:text",
        // Section 7.
        ["search"] =
            "q:query types?:[8]itemType vaultIds?:[500]id expiresBefore?:time page?:page limit?:limit",
    };

    public static bool IsShape(string kind) => Specs.ContainsKey(kind);

    public static IReadOnlyList<Member> Of(string shape) =>
        [.. Specs[shape].Split(' ').Select(Parse)];

    private static Member Parse(string spec)
    {
        var parts = spec.Split(':');
        var list = parts[1].StartsWith('[') ? parts[1][1..parts[1].IndexOf(']')].Split('-') : ["0"];
        return new Member(
            parts[0].TrimEnd('~').TrimEnd('?'),
            parts[1][(parts[1].IndexOf(']') + 1)..],
            Optional: parts[0].Contains('?'),
            Nullable: parts[0].EndsWith('~'),
            Most: int.Parse(list[^1], CultureInfo.InvariantCulture),
            Least: list.Length == 1 ? 0 : int.Parse(list[0], CultureInfo.InvariantCulture)
        );
    }
}
