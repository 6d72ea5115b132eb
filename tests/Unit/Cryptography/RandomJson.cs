using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace VaultPortal.Tests.Unit.Cryptography;

/// <summary>Random JSON values, at most four levels deep, with names and strings that need escapes and all planes of Unicode.</summary>
internal static class RandomJson
{
    public static Gen<string> Text { get; } =
        Gen.Elements(
                "a",
                "b",
                "Z",
                "0",
                " ",
                "\"",
                "\\",
                "/",
                "\n",
                "\t",
                "\u0001",
                "\u001f",
                "\u007f",
                "ö",
                "€",
                "\ud7ff",
                "\ufb33",
                "\uffff",
                "😂",
                "🔐"
            )
            .ArrayOf()
            .Select(string.Concat);

    public static Arbitrary<JsonNode> Arbitrary { get; } = Value(4).ToArbitrary();

    /// <summary>The same value with the members of every object in reverse order.</summary>
    public static JsonNode Reverse(JsonNode node) =>
        node switch
        {
            JsonObject members => new JsonObject(
                members
                    .Reverse()
                    .Select(m =>
                        KeyValuePair.Create(m.Key, m.Value is null ? null : Reverse(m.Value))
                    )
            ),
            JsonArray items => new JsonArray([
                .. items.Select(item => item is null ? null : Reverse(item)),
            ]),
            _ => node.DeepClone(),
        };

    private static Gen<JsonNode> Value(int depth) =>
        depth == 0 ? Leaf() : Gen.OneOf(Leaf(), Items(depth), Members(depth), Members(depth));

    private static Gen<JsonNode> Leaf() =>
        Gen.OneOf(
            Text.Select(text => (JsonNode)JsonValue.Create(text)),
            ArbMap.Default.GeneratorFor<int>().Select(number => (JsonNode)JsonValue.Create(number)),
            ArbMap
                .Default.GeneratorFor<NormalFloat>()
                .Select(number => (JsonNode)JsonValue.Create(number.Get)),
            Gen.Elements(true, false).Select(truth => (JsonNode)JsonValue.Create(truth))
        );

    private static Gen<JsonNode> Items(int depth) =>
        Gen.Choose(0, 4)
            .SelectMany(count => Value(depth - 1).ArrayOf(count))
            .Select(items => (JsonNode)new JsonArray([.. items.Select(item => item.DeepClone())]));

    private static Gen<JsonNode> Members(int depth) =>
        from count in Gen.Choose(0, 6)
        from names in Text.ArrayOf(count)
        from values in Value(depth - 1).ArrayOf(count)
        select (JsonNode)
            new JsonObject(
                names
                    .Zip(values)
                    .DistinctBy(m => m.First)
                    .Select(m => KeyValuePair.Create(m.First, (JsonNode?)m.Second.DeepClone()))
            );
}
