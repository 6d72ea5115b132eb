using System.Net;
using System.Text.Json.Nodes;
using VaultPortal.Client;

namespace VaultPortal.Tests.Unit.Client;

/// <summary>A vault as a server tells of it, which says whatever a test has it say. Alice made it; Bob may write; Mallory left.</summary>
internal sealed class StagedVault : HttpMessageHandler
{
    public const string Id = "e6f0a1fbb43c89196dcfcbef";
    public const string ItemId = "4a33eacd5fa65f2b2e2871cd";

    public StagedVault()
    {
        Sign(Alice, PermissionOf(1, Alice.Is(AccessLevel.Admin), Mallory.Is(AccessLevel.Admin)));
        Sign(Alice, PermissionOf(2, Alice.Is(AccessLevel.Admin), Bob.Is(AccessLevel.Write)));
        Directory = SignedCheckpoint.Sign(Alice.Key, new DirectoryCheckpoint(Id, 1, "V"));
        Summary = SummaryOf(1);
    }

    public Person Alice { get; } = new("03be178a46c23c263a70dfb9", "132ce1ef1ad21fcf3f92fc81");

    public Person Bob { get; } = new("41533118cc47a8255a9bc01f", "d4bcea2fc650fa81a5103797");

    public Person Mallory { get; } = new("092c52c9f683ba093acf7a98", "29b8341dc94b3eb2b6e3f17f");

    public Person Carol { get; } = new("192c52c9f683ba093acf7a98", "39b8341dc94b3eb2b6e3f17f");

    public List<JsonObject> Permissions { get; } = [];

    public JsonNode? Directory { get; set; }

    public JsonObject Summary { get; set; }

    public JsonObject? Detail { get; set; }

    public List<WrappedDek> Wraps { get; } = [];

    public List<(string Path, JsonNode Body)> Writes { get; } = [];

    public static PermissionCheckpoint PermissionOf(int version, params Member[] members) =>
        new(PermissionCheckpoint.Vault, Id, version, members);

    public JsonObject SummaryOf(int version, int dekVersion = 1, params SummaryItem[] items) =>
        SignedCheckpoint.Sign(
            Alice.Key,
            new SummaryCheckpoint(Id, version, "V", dekVersion, items, [])
        );

    public void Sign(Person signer, PermissionCheckpoint checkpoint) =>
        Permissions.Add(SignedCheckpoint.Sign(signer.Key, checkpoint));

    public void Wrap(Person signer, Person recipient, int version, byte[] dek) =>
        Wraps.Add(
            DekWrapping.Wrap(signer.Key, Id, version, dek, KeyAccount.RecipientOf(recipient.Key))
        );

    public VaultPortalClient Client(Person who, IPinStore? pins = null) =>
        new(
            new Uri("http://portal.test/"),
            "rk_test",
            new()
            {
                Key = who.Key,
                Pins = pins ?? new MemoryPins(),
                Handler = this,
            }
        );

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var path = request.RequestUri!.AbsolutePath["/api/v1/machine/".Length..];
        if (request.Method != HttpMethod.Get)
        {
            var text = await request.Content!.ReadAsStringAsync(cancellationToken);
            Writes.Add((path, JsonNode.Parse(text)!));
            return new(HttpStatusCode.OK) { Content = new StringContent("{}") };
        }

        var answer = path switch
        {
            $"vault/{Id}" => new JsonObject
            {
                ["id"] = Id,
                ["accessLevel"] = "ADMIN",
                ["rekeyDue"] = false,
                ["directoryCheckpoint"] = Directory?.DeepClone(),
                ["summaryCheckpoint"] = Summary.DeepClone(),
                ["permissionCheckpoint"] = Permissions
                    .Last(signed => $"{signed["checkpoint"]!["assetType"]}" == "VAULT")
                    .DeepClone(),
            },
            $"vault/{Id}/checkpoints" => new()
            {
                // With an item in the query those of the item alone, as the contract has it.
                ["checkpoints"] = new JsonArray([
                    .. Permissions
                        .Where(one =>
                            !request.RequestUri.Query.Contains("itemId")
                            || $"{one["checkpoint"]!["assetType"]}" == "VAULT_ITEM"
                        )
                        .Select(one => one.DeepClone()),
                ]),
            },
            $"vault/{Id}/public-keys" => new()
            {
                ["keys"] = WireJson.Node(
                    new[] { Alice.Record, Bob.Record, Mallory.Record, Carol.Record }
                ),
            },
            $"vault/{Id}/wrapped-key" => new() { ["wrappedKeys"] = WireJson.Node(Wraps) },
            $"vault/{Id}/items/{ItemId}" => new JsonObject
            {
                ["fields"] = new JsonArray(),
                ["detailCheckpoint"] = Detail?.DeepClone(),
            },
            _ => throw new InvalidOperationException(path),
        };
        return new(HttpStatusCode.OK) { Content = new StringContent(answer.ToJsonString()) };
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var person in new[] { Alice, Bob, Mallory, Carol })
        {
            person.Key.Pair.Dispose();
        }

        base.Dispose(disposing);
    }

    internal sealed class Person(string id, string keyId)
    {
        public string Id => id;

        public MemberKey Key { get; } = new(keyId, KeyPair.Generate());

        public EndorsementRecord? Endorsement { get; set; }

        public PublicKeyRecord Record =>
            new(
                keyId,
                Key.Pair.PublicKeyPem,
                Key.Pair.Fingerprint,
                "active",
                PrincipalType.User,
                id,
                Key.Pair.EncryptionPublicKeyPem,
                Convert.ToBase64String(
                    Key.Pair.Sign(
                        Statement.UserKey(id, Key.Pair.Fingerprint, Key.Pair.EncryptionFingerprint!)
                    )
                ),
                Endorsement
            );

        public Member Is(AccessLevel level) =>
            new(PrincipalType.User, id, level, [Key.Pair.Fingerprint]);
    }
}
