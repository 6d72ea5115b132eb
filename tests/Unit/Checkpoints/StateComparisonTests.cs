using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using Xunit;

namespace VaultPortal.Tests.Unit.Checkpoints;

/// <summary>Properties of comparing a received checkpoint with the state (machine.md section 4).</summary>
public sealed class StateComparisonTests
{
    private static readonly PublicId Vault = PublicId.Parse("507f1f77bcf86cd799439011");
    private static readonly PublicId ItemId = PublicId.Parse("507f1f77bcf86cd799439021");

    private static readonly Arbitrary<DetailContent> Details = (
        from name in Gen.Elements("Database", "  x", "ß", "😂")
        from type in Gen.Elements(Enum.GetValues<ItemType>())
        from websites in Gen.Elements("a.example", "b.example", "https://c.example/").ListOf()
        from fields in FieldGen().ListOf()
        select new DetailContent(
            ItemId,
            Vault,
            7,
            name,
            type,
            [.. websites.Take(TextRules.MaxWebsites)],
            null,
            [.. fields.DistinctBy(f => f.Id).Take(FieldPlan.MaxFields)]
        )
    ).ToArbitrary();

    [Fact]
    public void Detail_equals_itself_in_whatever_order_its_fields_stand() =>
        Prop.ForAll(
                Details,
                content =>
                    content.DifferenceFrom(
                        content with
                        {
                            Fields = [.. content.Fields.Reverse()],
                        },
                        JsonPointer.Root
                    )
                        is null
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Detail_read_from_its_own_text_equals_itself() =>
        Prop.ForAll(
                Details,
                content =>
                    (
                        (DetailContent)
                            CheckpointReader.FromStored(
                                CheckpointKind.Detail,
                                CheckpointText.Of(content)
                            )
                    ).DifferenceFrom(content, JsonPointer.Root)
                        is null
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Detail_with_any_one_member_changed_differs_there() =>
        Prop.ForAll(
                Details,
                content =>
                    Changes(content)
                        .All(change =>
                            change.Changed.DifferenceFrom(content, JsonPointer.Root)?.ToString()
                            == change.Path
                        )
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Field_that_stands_twice_is_a_mismatch()
    {
        var field = new DetailField(Vault, "a", FieldType.Text, 0, [ItemId], []);
        var state = Detail(field);

        Detail(field, field)
            .DifferenceFrom(state, JsonPointer.Root)!
            .ToString()
            .ShouldBe("/fields/1");
    }

    [Fact]
    public void Websites_in_another_order_differ() =>
        (Detail() with { Websites = ["a", "b"] })
            .DifferenceFrom(Detail() with { Websites = ["b", "a"] }, JsonPointer.Root)!
            .ToString()
            .ShouldBe("/websites");

    [Fact]
    public void Summary_without_an_item_of_the_state_differs_at_the_set()
    {
        var item = new SummaryItem(ItemId, "x", ItemType.Login, [], null);
        var state = new SummaryContent(Vault, 1, "v", null, 1, [item], []);

        (state with { Items = [] })
            .DifferenceFrom(state, JsonPointer.Root)!
            .ToString()
            .ShouldBe("/items");
    }

    [Fact]
    public void Permission_compares_fingerprints_as_a_set()
    {
        var entry = new PermissionEntry(PrincipalKind.User, ItemId, AccessLevel.Admin, ["a", "b"]);
        var state = new PermissionContent(GrantedAsset.Vault, Vault, 1, [entry]);

        Sent(["b", "a"]).DifferenceFrom(state, JsonPointer.Root).ShouldBeNull();
        Sent(["a", "a"])
            .DifferenceFrom(state, JsonPointer.Root)!
            .ToString()
            .ShouldBe("/permissions/0/keyFingerprints");

        PermissionContent Sent(string[] prints) =>
            state with
            {
                Permissions = [entry with { KeyFingerprints = prints }],
            };
    }

    [Theory]
    [InlineData("""{"vaultId":"507f1f77bcf86cd799439011","version":1,"name":"v"}""", null)]
    [InlineData(
        """{"vaultId":"507f1f77bcf86cd799439011","version":1,"name":"v","groupId":null,"dataClassification":null}""",
        null
    )]
    [InlineData("""{"vaultId":"507f1f77bcf86cd799439011","version":1}""", "/c/name")]
    [InlineData(
        """{"vaultId":"507f1f77bcf86cd799439011","version":1,"name":"v","extra":1}""",
        "/c/extra"
    )]
    [InlineData("""{"vaultId":"507F1F77BCF86CD799439011","version":1,"name":"v"}""", "/c/vaultId")]
    [InlineData(
        """{"vaultId":"507f1f77bcf86cd799439011","version":9007199254740992,"name":"v"}""",
        "/c/version"
    )]
    [InlineData("""{"vaultId":"507f1f77bcf86cd799439011","version":-1,"name":"v"}""", "/c/version")]
    [InlineData(
        """{"vaultId":"507f1f77bcf86cd799439011","version":1.5,"name":"v"}""",
        "/c/version"
    )]
    [InlineData(
        """{"vaultId":"507f1f77bcf86cd799439011","version":"1","name":"v"}""",
        "/c/version"
    )]
    [InlineData(
        """{"vaultId":"507f1f77bcf86cd799439011","version":1e400,"name":"v"}""",
        "/c/version"
    )]
    public void Directory_form_is_judged_member_by_member(string checkpoint, string? fault)
    {
        var input = new JsonInput();
        using var body = JsonDocument.Parse(
            $$"""{"checkpoint":{{checkpoint}},"signerUserKeyPairId":"507f1f77bcf86cd799439099","signature":"AA=="}"""
        );

        CheckpointReader.Directory(input, body.RootElement, JsonPointer.Root);

        input.Error?.Path.ShouldBe(fault?.Replace("/c/", "/checkpoint/", StringComparison.Ordinal));
        (input.Error is null).ShouldBe(fault is null);
    }

    private static DetailContent Detail(params DetailField[] fields) =>
        new(ItemId, Vault, 1, "x", ItemType.Login, [], null, fields);

    private static Gen<DetailField> FieldGen() =>
        from id in IdGen()
        from instance in IdGen()
        from name in Gen.Elements("Username", "Password", "é")
        from type in Gen.Elements(Enum.GetValues<FieldType>())
        from order in Gen.Choose(0, int.MaxValue)
        from asset in Gen.Elements(Array.Empty<PublicId>(), [ItemId])
        select new DetailField(id, name, type, order, [instance], asset);

    private static Gen<PublicId> IdGen() =>
        Gen.Choose(0, 255).Select(n => (byte)n).ArrayOf(PublicId.Size).Select(b => new PublicId(b));

    private static IEnumerable<(DetailContent Changed, string Path)> Changes(DetailContent content)
    {
        yield return (content with { ItemId = Vault }, "/vaultItemId");
        yield return (content with { VaultId = ItemId }, "/vaultId");
        yield return (content with { Name = content.Name + "x" }, "/name");
        yield return (content with { Websites = [.. content.Websites, "x"] }, "/websites");
        yield return (content with { GroupId = Vault }, "/groupId");
        if (content.Fields.Count == 0)
        {
            yield break;
        }

        var (first, rest) = (content.Fields[0], content.Fields.Skip(1));
        yield return (content with { Fields = [.. rest] }, "/fields");
        foreach (
            var (field, member) in new[]
            {
                (first with { Name = first.Name + "x" }, "name"),
                (first with { Order = first.Order ^ 1 }, "order"),
                (first with { InstanceIds = [] }, "fieldInstanceIds"),
                (first with { InstanceIds = [.. first.InstanceIds, Vault] }, "fieldInstanceIds"),
                (first with { AssetIds = [.. first.AssetIds, Vault] }, "assetIds"),
            }
        )
        {
            yield return (content with { Fields = [field, .. rest] }, $"/fields/0/{member}");
        }
    }
}
