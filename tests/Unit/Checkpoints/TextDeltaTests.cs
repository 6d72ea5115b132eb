using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VaultPortal.Core.Checkpoints;
using Xunit;

namespace VaultPortal.Tests.Unit.Checkpoints;

/// <summary>Whatever two texts are, the one is rebuilt from the other exactly; broken steps are an error.</summary>
public sealed class TextDeltaTests
{
    private const int Most = 1 << 20;

    private static readonly Gen<string> Element = Gen.Elements(
        """{"groupId":null,"id":"507f1f77bcf86cd799439011","name":"a"},""",
        """{"groupId":null,"id":"507f1f77bcf86cd799439012","name":"}}}}}}}}}}}}}}}}}}"},""",
        """{"id":"507f1f77bcf86cd799439013","name":"{{}}"},""",
        """{"id":"1","name":"a"}""",
        """{"id":"2","name":"}"}""",
        """{"id":"3","name":"{{}}"}""",
        "}",
        "}}",
        "{",
        ",",
        "",
        "ß😂",
        "no end"
    );

    private static readonly Arbitrary<(string Base, string Text)> Pairs = (
        from one in Element.ListOf()
        from other in Element.ListOf()
        from mixed in Gen.Shuffle(one.Concat(other.Take(2)).ToArray())
        from text in Gen.Elements(string.Concat(other), string.Concat(mixed), string.Concat(one))
        select (string.Concat(one), text)
    ).ToArbitrary();

    [Fact]
    public void Text_is_rebuilt_exactly_from_any_other() =>
        Prop.ForAll(
                Pairs,
                pair =>
                {
                    var (source, text) = (Bytes(pair.Base), Bytes(pair.Text));
                    return TextDelta
                        .Apply(source, TextDelta.Make(source, text), Most)
                        .AsSpan()
                        .SequenceEqual(text);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_rebuilt_exactly() =>
        Prop.ForAll<byte[], byte[]>(
                (source, text) =>
                    TextDelta
                        .Apply(source, TextDelta.Make(source, text), Most)
                        .AsSpan()
                        .SequenceEqual(text)
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Broken_steps_end_in_an_error_and_nothing_else() =>
        Prop.ForAll<byte[], byte[]>(
                (source, steps) =>
                {
                    try
                    {
                        return TextDelta.Apply(source, steps, Most).Length <= Most;
                    }
                    catch (InvalidDataException)
                    {
                        return true;
                    }
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Change_of_one_element_of_many_costs_little()
    {
        var before = Summary(2_000, "Item");
        var after = before.Replace("\"Item 1000\"", "\"Renamed\"", StringComparison.Ordinal);

        TextDelta.Make(Bytes(after), Bytes(before)).Length.ShouldBeLessThan(200);
    }

    [Fact]
    public void Change_of_a_few_bytes_costs_them_and_what_stands_around_is_copied()
    {
        var before = Summary(2_000, "Item");
        var after = before.Replace("7}", "8}", StringComparison.Ordinal);

        TextDelta.Make(Bytes(after), Bytes(before)).Length.ShouldBeLessThan(16);
    }

    [Fact]
    public void Elements_in_another_order_cost_less_than_themselves()
    {
        var elements = Enumerable.Range(0, 500).Select(Element1).ToArray();
        var before = Bytes(string.Concat(elements));
        var after = Bytes(string.Concat(elements.Reverse()));

        TextDelta.Make(after, before).Length.ShouldBeLessThan(before.Length / 10);
    }

    [Fact]
    public void Steps_that_make_too_much_are_refused()
    {
        var source = new byte[1_000];
        byte[] twice = [.. TextDelta.Make(source, source), .. TextDelta.Make(source, source)];

        Should.Throw<InvalidDataException>(() => TextDelta.Apply(source, twice, 1_500));
        TextDelta.Apply(source, twice, 2_000).Length.ShouldBe(2_000);
    }

    private static string Element1(int i) =>
        $$"""{"id":"507f1f77bcf86cd7994{{i:D5}}","name":"N"},""";

    private static string Summary(int items, string name) =>
        "{\"items\":["
        + string.Join(
            ',',
            Enumerable
                .Range(0, items)
                .Select(i => $$"""{"groupId":null,"id":"{{i:x24}}","name":"{{name}} {{i}}"}""")
        )
        + "],\"version\":7}";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
