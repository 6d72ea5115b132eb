using Shouldly;
using Xunit;

namespace VaultPortal.Tests.Unit.Architecture;

/// <summary>A brace that is lost when branches meet takes every rule after it along, and nothing says so.</summary>
public sealed class StyleSheetTests
{
    [Theory]
    [InlineData("portal.css")]
    [InlineData("tokens.css")]
    public void Style_sheet_opens_no_rule_of_its_own_inside_another(string name)
    {
        var depth = 0;
        var inside = new List<string>();
        foreach (
            var line in File.ReadLines(
                Path.Combine(Repository.Root, "src", "VaultPortal", "wwwroot", "css", name)
            )
        )
        {
            // What begins at the margin stands by itself.
            if (depth > 0 && line.Length > 0 && line[0] is not (' ' or '}'))
            {
                inside.Add(line);
            }

            depth += line.Count(c => c == '{') - line.Count(c => c == '}');
        }

        inside.ShouldBeEmpty();
        depth.ShouldBe(0);
    }
}
