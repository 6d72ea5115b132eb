using Shouldly;
using VaultPortal.Components.Pages.Vaults;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class ItemOrderTests
{
    [Theory]
    [InlineData("abcde", "c", "a", "cabde")]
    [InlineData("abcde", "ae", "c", "baecd")]
    [InlineData("abcde", "b", null, "acdeb")]
    [InlineData("abcde", "bc", "b", "abcde")]
    [InlineData("abcde", "b", "x", "acdeb")]
    [InlineData("abcde", "x", "a", "abcde")]
    public void Put_sets_the_moved_ones_before_another(
        string ids,
        string moved,
        string? before,
        string expected
    ) => string.Concat(ItemOrder.Put(Each(ids), [.. Each(moved)], before)).ShouldBe(expected);

    [Theory]
    [InlineData("abcde", "c", true, "acbde")]
    [InlineData("abcde", "ab", true, "abcde")]
    [InlineData("abcde", "bd", true, "badce")]
    [InlineData("abcde", "c", false, "abdce")]
    [InlineData("abcde", "de", false, "abcde")]
    [InlineData("abcde", "bc", false, "adbce")]
    public void Shift_moves_by_one_place_and_stays_at_the_edge(
        string ids,
        string moved,
        bool up,
        string expected
    ) => string.Concat(ItemOrder.Shift(Each(ids), [.. Each(moved)], up)).ShouldBe(expected);

    [Fact]
    public void Kept_items_are_no_more_than_a_message_of_the_browser_holds()
    {
        var ids = Enumerable.Range(0, 2000).Select(i => $"{i:x24}").ToList();

        var order = new ItemOrder().WithItems(ids).WithGroups(ids);

        order.Items.Count.ShouldBe(ItemOrder.MostItems);
        order.Groups.Count.ShouldBe(ItemOrder.MostGroups);
        order.Items.ShouldBe(ids.Take(ItemOrder.MostItems));
    }

    [Fact]
    public void Items_of_another_group_keep_their_places()
    {
        var order = new ItemOrder { Items = ["a", "b", "x", "y"] };

        order.WithItems(["b", "a"]).Items.ShouldBe(["b", "a", "x", "y"]);
    }

    private static IEnumerable<string> Each(string ids) => ids.Select(id => id.ToString());
}
