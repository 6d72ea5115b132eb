using Bunit;
using Shouldly;
using VaultPortal.Components.Pages.Vaults;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class VaultItemPageTests
{
    [Fact]
    public async Task Page_shows_each_field_with_its_value_sealed()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);

        var page = Open(world, 0);

        page.FindAll("[data-testid^=field-row]").Count.ShouldBe(7);
        var row = page.Find($"[data-testid=field-row-{SampleVaults.FieldId(0, 0, 1)}]");
        row.TextContent.ShouldContain("Password field");
        row.TextContent.ShouldContain("order 1");
        row.TextContent.ShouldContain("Sealed");
        row.TextContent.ShouldContain("envelope version 3");
        row.TextContent.ShouldContain("DEK version 3");
        row.TextContent.ShouldContain($"{SampleVaults.Envelope.Length} bytes");
        row.TextContent.ShouldContain("Active");
    }

    [Fact]
    public async Task No_part_of_an_envelope_is_in_the_page()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);

        var page = Open(world, 0);

        page.Markup.ShouldContain("Password field");
        page.Markup.ShouldNotContain("c2FtcGxl");
        page.Markup.ShouldNotContain("AAAAAAAAAAAAAAAA");
    }

    [Fact]
    public async Task Page_shows_the_signed_detail_with_its_signer()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);

        var page = Open(world, 0, "checkpoints");

        var detail = page.Find("[data-testid=checkpoint-detail]");
        detail.GetAttribute("data-version").ShouldBe("12");
        detail.TextContent.ShouldContain("owner@example.org");
        detail.QuerySelector("[data-testid=checkpoint-standing]")!.TextContent.ShouldBe("Verified");
        detail
            .QuerySelector("[data-testid=checkpoint-fingerprint]")!
            .TextContent.Replace(" ", "")
            .Length.ShouldBe(64);
        detail
            .QuerySelector("[data-testid=checkpoint-text]")!
            .TextContent.ShouldContain("\n  \"fields\": [");
        page.FindAll("[data-testid=standing-alert]").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        "UPDATE checkpoint SET signature = zeroblob(64) WHERE kind = 3",
        "SignatureInvalid"
    )]
    [InlineData("UPDATE field SET name = 'Another label' WHERE id = 1", "StateDiffers")]
    [InlineData("UPDATE vault_item SET name = 'Another name'", "StateDiffers")]
    [InlineData("UPDATE field SET sort_order = 9 WHERE id = 1", "StateDiffers")]
    public async Task A_state_that_does_not_verify_is_said_loudly(string tampering, string standing)
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);
        world.Tamper(tampering);

        var page = Open(world, 0);

        page.Find("[data-testid=standing-alert]").GetAttribute("role").ShouldBe("alert");
        page.Find("[data-testid=item-standing]").GetAttribute("data-standing").ShouldBe(standing);
    }

    [Fact]
    public async Task Fields_of_an_expired_item_are_not_called_active()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 3);

        var page = Open(world, 2);

        page.FindAll("[data-testid=field-state]").Count.ShouldBe(7);
        page.FindAll("[data-testid=field-state]")
            .ShouldAllBe(state => state.TextContent == "Expired with its item");
        page.Find("[data-testid=item-head] [data-testid=expiry]")
            .GetAttribute("data-expiry")
            .ShouldBe("expired");
    }

    [Fact]
    public async Task An_empty_field_is_said_to_be_empty()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);
        world.Tamper("UPDATE field SET value = NULL WHERE id = 1");

        Open(world, 0).FindAll("[data-testid=field-value]")[0].TextContent.ShouldBe("Empty");
    }

    [Fact]
    public async Task The_editor_stays_when_another_tab_is_looked_at()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);

        Open(world, 0, "history")
            .Find("sealed-item")
            .ParentElement!.HasAttribute("hidden")
            .ShouldBeTrue();
        Open(world, 0).Find("sealed-item").ParentElement!.HasAttribute("hidden").ShouldBeFalse();
    }

    [Fact]
    public async Task An_unknown_tab_is_not_found()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);

        Open(world, 0, "nowhere").Find("[data-testid=refusal]").ShouldNotBeNull();
    }

    [Fact]
    public async Task An_item_of_another_vault_is_not_found_here()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 2, items: _ => 1);
        var vault = SampleVaults.VaultId(1).ToString();
        var item = SampleVaults.ItemId(0, 0).ToString();

        var page = world.Open<VaultItemPage>(
            $"vaults/{vault}/items/{item}",
            ("Id", vault),
            ("ItemId", item)
        );

        page.WaitForElement("[data-testid=refusal]")
            .GetAttribute("data-code")
            .ShouldBe("vault_item_not_found");
    }

    private static IRenderedComponent<VaultItemPage> Open(
        PageWorld world,
        int item,
        string? tab = null
    ) =>
        world.Open<VaultItemPage>(
            $"vaults/{SampleVaults.VaultId(0)}/items/{SampleVaults.ItemId(0, item)}"
                + (tab is null ? "" : $"/{tab}"),
            ("Id", SampleVaults.VaultId(0).ToString()),
            ("ItemId", SampleVaults.ItemId(0, item).ToString()),
            ("Tab", tab!)
        );
}
