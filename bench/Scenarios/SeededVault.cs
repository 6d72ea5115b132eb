using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VaultPortal.Client;
using VaultPortal.Core.Porting;
using CoreId = VaultPortal.Core.Common.PublicId;

namespace VaultPortal.Bench.Scenarios;

/// <summary>A vault as its only writer knows it: what the client keeps of one that it made, so that its builders write the requests.</summary>
internal sealed class SeededVault
{
    private readonly VaultContext _vault;
    private DirectoryCheckpoint _directory;

    public SeededVault(VaultPortalClient client, string name, IEnumerable<NewItem> items)
    {
        var id = PublicId.New();
        _directory = new(id, 1, name);
        _vault = new VaultContext(client, id)
        {
            Summary = new(id, 1, name, 1, [], []),
            Membership = new(id, 1, [], new KeyDirectory([])),
            Pins = new("", 1, ImmutableDictionary<string, SeenVersion>.Empty),
            AccessLevel = AccessLevel.Admin,
        };
        _vault.Deks.Add(1, DekRing.NewKey(), mayBeSealedWith: true);
        Items = [.. items.Select(item => new SeededItem(_vault, item))];
        _vault.Summary = _vault.Summary with { Items = [.. Items.Select(item => item.InSummary)] };
    }

    public string Id => _vault.Id;

    public IReadOnlyList<SeededItem> Items { get; }

    public SeedVault ToSeed() =>
        new(
            CoreId.Parse(Id),
            _directory.Name,
            null,
            _vault.DekVersion,
            _directory.Version,
            _vault.Summary.Version,
            [.. Items.Select(item => item.ToSeed())]
        );

    /// <summary>Gives the vault another name: the body of the request that says so.</summary>
    public JsonObject Rename()
    {
        var version = _directory.Version + 1;
        _directory = _directory with { Version = version, Name = $"Vault {Id[^6..]} {version}" };
        _vault.Summary = _vault.Summary with
        {
            Version = _vault.Summary.Version + 1,
            Name = _directory.Name,
        };
        return new JsonObject
        {
            ["name"] = _directory.Name,
            ["directoryCheckpoint"] = _vault.Sign(_directory),
            ["summaryCheckpoint"] = _vault.Sign(_vault.Summary),
        };
    }
}
