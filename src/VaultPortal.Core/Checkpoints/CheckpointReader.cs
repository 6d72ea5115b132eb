using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Checkpoints;

/// <summary>Reads the wrapper <c>{"checkpoint","signerUserKeyPairId" or "signerEncryptionKeyId","signature"}</c> and the four kinds in it.</summary>
public static class CheckpointReader
{
    /// <summary>The largest integer that every JSON reader keeps exactly: 2⁵³−1.</summary>
    public const long MaxVersion = (1L << 53) - 1;

    private const int MaxItems = 10_000;
    private const int MaxFields = 200;
    private const int MaxPrincipals = 10_000;

    private static readonly string[] WrapperMembers =
    [
        "checkpoint",
        "signerUserKeyPairId",
        "signerEncryptionKeyId",
        "signature",
    ];
    private static readonly string[] DirectoryMembers =
    [
        "vaultId",
        "version",
        "name",
        "groupId",
        "dataClassification",
    ];
    private static readonly string[] SummaryMembers =
    [
        "vaultId",
        "version",
        "name",
        "dataClassification",
        "currentDekVersion",
        "items",
        "groups",
    ];
    private static readonly string[] SummaryItemMembers =
    [
        "id",
        "name",
        "type",
        "websites",
        "groupId",
    ];
    private static readonly string[] SummaryGroupMembers = ["id", "name"];
    private static readonly string[] DetailMembers =
    [
        "vaultItemId",
        "vaultId",
        "version",
        "name",
        "type",
        "websites",
        "groupId",
        "fields",
    ];
    private static readonly string[] DetailFieldMembers =
    [
        "id",
        "name",
        "type",
        "order",
        "fieldInstanceIds",
        "assetIds",
    ];
    private static readonly string[] PermissionMembers =
    [
        "assetType",
        "assetId",
        "version",
        "permissions",
    ];
    private static readonly string[] PermissionEntryMembers =
    [
        "principalType",
        "principalId",
        "accessLevel",
        "keyFingerprints",
    ];

    public static SignedInput<DirectoryContent> Directory(
        JsonInput input,
        JsonElement wrapper,
        JsonPointer at
    ) => Wrapped(input, wrapper, at, ReadDirectory);

    public static SignedInput<SummaryContent> Summary(
        JsonInput input,
        JsonElement wrapper,
        JsonPointer at
    ) => Wrapped(input, wrapper, at, ReadSummary);

    public static SignedInput<DetailContent> Detail(
        JsonInput input,
        JsonElement wrapper,
        JsonPointer at
    ) => Wrapped(input, wrapper, at, ReadDetail);

    public static SignedInput<PermissionContent> Permission(
        JsonInput input,
        JsonElement wrapper,
        JsonPointer at
    ) => Wrapped(input, wrapper, at, ReadPermission);

    /// <summary>Reads the stored text of an accepted checkpoint again.</summary>
    public static CheckpointContent FromStored(CheckpointKind kind, ReadOnlyMemory<byte> text)
    {
        var input = new JsonInput();
        using var document =
            input.Parse(text) ?? throw new InvalidDataException("A stored checkpoint is not JSON.");
        CheckpointContent content = kind switch
        {
            CheckpointKind.Directory => ReadDirectory(
                input,
                document.RootElement,
                JsonPointer.Root
            ),
            CheckpointKind.Summary => ReadSummary(input, document.RootElement, JsonPointer.Root),
            CheckpointKind.Detail => ReadDetail(input, document.RootElement, JsonPointer.Root),
            CheckpointKind.Permission or CheckpointKind.ItemPermission => ReadPermission(
                input,
                document.RootElement,
                JsonPointer.Root
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        return input.Error is null
            ? content
            : throw new InvalidDataException("A stored checkpoint has a wrong form.");
    }

    private static SignedInput<T> Wrapped<T>(
        JsonInput input,
        JsonElement wrapper,
        JsonPointer at,
        Func<JsonInput, JsonElement, JsonPointer, T> read
    )
        where T : CheckpointContent
    {
        input.Required(wrapper, at);
        var members = input.Members(wrapper, at, WrapperMembers);
        var checkpointAt = at.Member("checkpoint");
        var content = read(input, members[0], checkpointAt);
        var byAgent = members[2].ValueKind != JsonValueKind.Undefined;
        if (byAgent && members[1].ValueKind != JsonValueKind.Undefined)
        {
            input.Fail(
                at,
                "Exactly one of signerUserKeyPairId and signerEncryptionKeyId names the signer."
            );
        }

        var signer = byAgent
            ? input.Id(members[2], at.Member("signerEncryptionKeyId"))
            : input.Id(members[1], at.Member("signerUserKeyPairId"));
        var signature = CanonicalBase64.TryDecode(
            input.Text(members[3], at.Member("signature")),
            out var bytes
        )
            ? bytes
            : null;
        var text = input.Error is null ? CanonicalJson.Canonicalize(members[0]) : [];
        return new SignedInput<T>(
            content,
            text,
            byAgent ? PrincipalKind.Agent : PrincipalKind.User,
            signer,
            signature,
            at
        );
    }

    private static DirectoryContent ReadDirectory(
        JsonInput input,
        JsonElement element,
        JsonPointer at
    )
    {
        var m = Members(input, element, at, DirectoryMembers);
        return new DirectoryContent(
            input.Id(m[0], at.Member("vaultId")),
            Version(input, m[1], at),
            input.Text(m[2], at.Member("name")),
            input.OptionalId(m[3], at.Member("groupId")),
            Classification(input, m[4], at)
        );
    }

    private static SummaryContent ReadSummary(JsonInput input, JsonElement element, JsonPointer at)
    {
        var m = Members(input, element, at, SummaryMembers);
        return new SummaryContent(
            input.Id(m[0], at.Member("vaultId")),
            Version(input, m[1], at),
            input.Text(m[2], at.Member("name")),
            Classification(input, m[3], at),
            (int)input.WholeNumber(m[4], at.Member("currentDekVersion"), 1, int.MaxValue),
            input.List(m[5], at.Member("items"), MaxItems, ReadSummaryItem),
            input.List(m[6], at.Member("groups"), MaxItems, ReadSummaryGroup)
        );
    }

    private static SummaryItem ReadSummaryItem(JsonInput input, JsonElement element, JsonPointer at)
    {
        var m = input.Members(element, at, SummaryItemMembers);
        return new SummaryItem(
            input.Id(m[0], at.Member("id")),
            input.Text(m[1], at.Member("name")),
            ItemTypeOf(input, m[2], at),
            Websites(input, m[3], at.Member("websites")),
            input.OptionalId(m[4], at.Member("groupId"))
        );
    }

    private static SummaryGroup ReadSummaryGroup(
        JsonInput input,
        JsonElement element,
        JsonPointer at
    )
    {
        var m = input.Members(element, at, SummaryGroupMembers);
        return new SummaryGroup(
            input.Id(m[0], at.Member("id")),
            input.Text(m[1], at.Member("name"))
        );
    }

    private static DetailContent ReadDetail(JsonInput input, JsonElement element, JsonPointer at)
    {
        var m = Members(input, element, at, DetailMembers);
        return new DetailContent(
            input.Id(m[0], at.Member("vaultItemId")),
            input.Id(m[1], at.Member("vaultId")),
            Version(input, m[2], at),
            input.Text(m[3], at.Member("name")),
            ItemTypeOf(input, m[4], at),
            Websites(input, m[5], at.Member("websites")),
            input.OptionalId(m[6], at.Member("groupId")),
            input.List(m[7], at.Member("fields"), MaxFields, ReadDetailField)
        );
    }

    private static DetailField ReadDetailField(JsonInput input, JsonElement element, JsonPointer at)
    {
        var m = input.Members(element, at, DetailFieldMembers);
        return new DetailField(
            input.Id(m[0], at.Member("id")),
            input.Text(m[1], at.Member("name")),
            FieldTypeOf(input, m[2], at),
            (int)input.WholeNumber(m[3], at.Member("order"), 0, int.MaxValue),
            input.List(m[4], at.Member("fieldInstanceIds"), MaxFields, (i, e, p) => i.Id(e, p)),
            input.List(m[5], at.Member("assetIds"), MaxFields, (i, e, p) => i.Id(e, p))
        );
    }

    private static PermissionContent ReadPermission(
        JsonInput input,
        JsonElement element,
        JsonPointer at
    )
    {
        var m = Members(input, element, at, PermissionMembers);
        var asset = OneOf(input, m[0], at.Member("assetType"), "VAULT", "VAULT_ITEM");
        return new PermissionContent(
            (GrantedAsset)(asset + 1),
            input.Id(m[1], at.Member("assetId")),
            Version(input, m[2], at),
            input.List(m[3], at.Member("permissions"), MaxPrincipals, ReadPermissionEntry)
        );
    }

    private static PermissionEntry ReadPermissionEntry(
        JsonInput input,
        JsonElement element,
        JsonPointer at
    )
    {
        var m = input.Members(element, at, PermissionEntryMembers);
        var (kind, id, level) = Grant(input, m, at);
        var prints = input.List(
            m[3],
            at.Member("keyFingerprints"),
            MaxFields,
            (i, e, p) => i.Text(e, p)
        );
        return new PermissionEntry(kind, id, level, prints);
    }

    /// <summary>Who may do what: the values of <c>principalType</c>, <c>principalId</c> and <c>accessLevel</c>, in this order.</summary>
    public static (PrincipalKind Kind, PublicId Id, AccessLevel Level) Grant(
        JsonInput input,
        JsonElement[] members,
        JsonPointer at
    )
    {
        var kind = OneOf(input, members[0], at.Member("principalType"), "USER", "AGENT");
        var id = input.Id(members[1], at.Member("principalId"));
        var level = OneOf(input, members[2], at.Member("accessLevel"), "READ", "WRITE", "ADMIN");
        return ((PrincipalKind)(kind + 1), id, (AccessLevel)(level + 1));
    }

    private static JsonElement[] Members(
        JsonInput input,
        JsonElement element,
        JsonPointer at,
        string[] names
    ) =>
        input.Required(element, at)
            ? input.Members(element, at, names)
            : new JsonElement[names.Length];

    private static long Version(JsonInput input, JsonElement element, JsonPointer at) =>
        input.WholeNumber(element, at.Member("version"), 0, MaxVersion);

    private static DataClassification? Classification(
        JsonInput input,
        JsonElement element,
        JsonPointer at
    )
    {
        if (element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        var here = at.Member("dataClassification");
        if (WireNames.TryParse(input.Text(element, here), out DataClassification value))
        {
            return value;
        }

        input.Fail(here, "A classification is PUBLIC, INTERNAL, CONFIDENTIAL or CUI.");
        return null;
    }

    /// <summary>An item type by its wire name, from the member <c>type</c> of <paramref name="at"/>.</summary>
    public static ItemType ItemTypeOf(JsonInput input, JsonElement element, JsonPointer at)
    {
        var here = at.Member("type");
        if (!WireNames.TryParse(input.Text(element, here), out ItemType value))
        {
            input.Fail(here, "There is no such item type.");
        }

        return value;
    }

    /// <summary>A field type by its wire name, from the member <c>type</c> of <paramref name="at"/>.</summary>
    public static FieldType FieldTypeOf(JsonInput input, JsonElement element, JsonPointer at)
    {
        var here = at.Member("type");
        if (!WireNames.TryParse(input.Text(element, here), out FieldType value))
        {
            input.Fail(here, "There is no such field type.");
        }

        return value;
    }

    private static int OneOf(
        JsonInput input,
        JsonElement element,
        JsonPointer at,
        params string[] names
    )
    {
        var index = Array.IndexOf(names, input.Text(element, at));
        if (index < 0)
        {
            input.Fail(at, $"One of {string.Join(", ", names)} is expected here.");
        }

        return Math.Max(index, 0);
    }

    /// <summary>A list of websites, their texts not yet judged.</summary>
    public static string[] Websites(JsonInput input, JsonElement element, JsonPointer at) =>
        input.List(element, at, TextRules.MaxWebsites, (i, e, p) => i.Text(e, p));
}
