using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Common;
using VaultPortal.Core.Porting;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Bench.Scenarios;

/// <summary>An item as its only writer knows it. Checkpoints are written in their canonical form at once, members sorted.</summary>
internal sealed class SeededItem(string vaultId, int index, int fieldCount)
{
    private readonly (string Id, string Instance)[] _fields =
    [
        .. Enumerable.Range(0, fieldCount).Select(_ => (NewId(), NewId())),
    ];

    public string Id { get; } = NewId();

    public string VaultId => vaultId;

    public int Version { get; set; }

    // Ids of our own clients: 4 bytes of time, 8 random (WRITE-PATH point 4).
    public static string NewId() => PublicId.New(DateTimeOffset.UtcNow).ToString();

    public static string Envelope() =>
        $$"""{\"v\":3,\"iv\":\"{{Random(12)}}\",\"t\":\"{{Random(16)}}\",\"d\":\"{{Random(24)}}\"}""";

    public string SummaryEntry =>
        $$"""{"groupId":null,"id":"{{Id}}","name":"{{Name}}","type":"LOGIN","websites":[]}""";

    public string Detail()
    {
        var text = new StringBuilder("{\"fields\":[");
        for (var i = 0; i < _fields.Length; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $$"""{{(i == 0 ? "" : ",")}}{"assetIds":[],"fieldInstanceIds":["{{_fields[i].Instance}}"],"id":"{{_fields[i].Id}}","name":"Field {{i}}","order":{{i}},"type":"SECRET"}"""
            );
        }

        return text.Append(
                CultureInfo.InvariantCulture,
                $$"""],"groupId":null,"name":"{{Name}}","type":"LOGIN","vaultId":"{{vaultId}}","vaultItemId":"{{Id}}","version":{{Version}},"websites":[]}"""
            )
            .ToString();
    }

    public SeedItem ToSeed() =>
        new(
            PublicId.Parse(Id),
            Name,
            ItemType.Login,
            [],
            Version,
            [
                .. _fields.Select(
                    (field, i) =>
                        new SeedField(
                            PublicId.Parse(field.Id),
                            PublicId.Parse(field.Instance),
                            $"Field {i}",
                            FieldType.Secret,
                            Envelope().Replace("\\", "", StringComparison.Ordinal)
                        )
                ),
            ]
        );

    /// <summary>Gives one field a new instance and answers its entry of <c>updates</c>.</summary>
    public string UpdateOneField()
    {
        var i = Version % _fields.Length;
        _fields[i].Instance = NewId();
        Version++;
        return $$"""{"action":"update","fieldId":"{{_fields[i].Id}}","fieldInstanceId":"{{_fields[i].Instance}}","type":"SECRET","value":"{{Envelope()}}","dekVersion":1}""";
    }

    private string Name => $"Item {index}";

    private static string Random(int size) =>
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(size));
}
