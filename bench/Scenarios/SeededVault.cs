using VaultPortal.Core.Common;
using VaultPortal.Core.Porting;

namespace VaultPortal.Bench.Scenarios;

/// <summary>A vault as its only writer knows it.</summary>
internal sealed class SeededVault(int index)
{
    public string Id { get; } = SeededItem.NewId();

    public string Name { get; set; } = $"Vault {index}";

    public int DirectoryVersion { get; set; }

    public int SummaryVersion { get; set; }

    public List<SeededItem> Items { get; } = [];

    public SeedVault ToSeed() =>
        new(
            PublicId.Parse(Id),
            Name,
            null,
            1,
            DirectoryVersion,
            SummaryVersion,
            [.. Items.Select(item => item.ToSeed())]
        );

    public string Directory() =>
        $$"""{"dataClassification":null,"groupId":null,"name":"{{Name}}","vaultId":"{{Id}}","version":{{DirectoryVersion}}}""";

    public string Summary() =>
        $$"""{"currentDekVersion":1,"dataClassification":null,"groups":[],"items":[{{string.Join(',', Items.Select(item => item.SummaryEntry))}}],"name":"{{Name}}","vaultId":"{{Id}}","version":{{SummaryVersion}}}""";
}
