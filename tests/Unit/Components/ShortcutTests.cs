using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

/// <summary>What the navigation listens to, and what the list of shortcuts says.</summary>
public sealed partial class ShortcutTests
{
    private static readonly string Layout = Path.Combine(
        Repository.Root,
        "src/VaultPortal/Components/Layout"
    );

    [Fact]
    public async Task Every_key_of_the_navigation_stands_in_the_list_in_the_same_order()
    {
        var navigation = await File.ReadAllTextAsync(Path.Combine(Layout, "MainLayout.razor"));
        var list = await File.ReadAllTextAsync(Path.Combine(Layout, "ShortcutsDialog.razor"));
        var keys = Go().Matches(navigation).Select(key => key.Groups[1].Value).ToArray();

        Listed().Matches(list).Select(key => key.Groups[1].Value).ShouldBe(keys);
        keys.Distinct().Count().ShouldBe(keys.Length);
        // Every link of the navigation has one.
        keys.Length.ShouldBe(Link().Count(navigation));
        foreach (var key in keys)
        {
            navigation.ShouldContain($"(g {key})");
        }
    }

    [GeneratedRegex("data-go=\"([a-z])\"")]
    private static partial Regex Go();

    [GeneratedRegex("<NavLink ")]
    private static partial Regex Link();

    [GeneratedRegex("<kbd>g</kbd><kbd>([a-z])</kbd>")]
    private static partial Regex Listed();
}
