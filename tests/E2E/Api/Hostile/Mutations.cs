using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>A body with one thing wrong, or with something unusual that is not wrong.</summary>
/// <param name="IsGood">Whether its form is in order.</param>
/// <param name="At">The pointer that a fault is reported at; null = any.</param>
public sealed record Mutation(string Label, byte[] Body, bool IsGood, string? At)
{
    /// <summary>What was left out is optional, or what was put in is no part of what is signed: it might even succeed.</summary>
    public bool MaySucceed { get; init; }
}

/// <summary>Everything that can be done to a body, member by member.</summary>
public static class Mutations
{
    // Stands where raw bytes go.
    private const string Mark = "\u0001mark\u0001";
    private static readonly byte[] WrittenMark = Encoding.UTF8.GetBytes("\"\\u0001mark\\u0001\"");

    public static IEnumerable<Mutation> Of(Operation operation, JsonObject sample) =>
        [.. OfDocument(sample), .. OfObject(operation.Shape, sample, "")];

    private static IEnumerable<Mutation> OfDocument(JsonObject sample)
    {
        var text = Encoding.UTF8.GetBytes(Json.Text(sample));
        (string Label, byte[] Body)[] bad =
        [
            ("no body", []),
            ("blank body", " \r\n\t"u8.ToArray()),
            ("null", "null"u8.ToArray()),
            ("array", "[]"u8.ToArray()),
            ("text", "\"a\""u8.ToArray()),
            ("number", "7"u8.ToArray()),
            ("open brace", "{"u8.ToArray()),
            ("twice", [.. text, .. text]),
            ("something behind", [.. text, .. "x"u8]),
            ("NUL behind", [.. text, 0]),
            ("cut", text[..^1]),
            ("trailing comma", [.. text[..^1], .. ",}"u8]),
            ("line comment", [.. text, .. "// done"u8]),
            ("comment", [.. "/* a */"u8, .. text]),
            ("byte order mark", [0xEF, 0xBB, 0xBF, .. text]),
            ("UTF-16", Encoding.Unicode.GetBytes(Json.Text(sample))),
            ("in an array", [.. "["u8, .. text, .. "]"u8]),
            ("deep arrays", Encoding.UTF8.GetBytes(new string('[', 200_000))),
            (
                "deep objects",
                Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))
            ),
            ("long name", Encoding.UTF8.GetBytes($"{{\"{new string('a', 100_000)}\":1}}")),
            ("form", "name=a&id=b"u8.ToArray()),
            ("XML", "<vault/>"u8.ToArray()),
        ];
        foreach (var (label, body) in bad)
        {
            yield return new Mutation(label, body, false, null);
        }

        yield return new Mutation(
            "white space around",
            [.. " \r\n\t"u8, .. text, .. " \n"u8],
            true,
            null
        )
        {
            MaySucceed = true,
        };
    }

    private static IEnumerable<Mutation> OfObject(string shape, JsonObject root, string at)
    {
        var members = Shapes.Of(shape);
        var sample = at.Length == 0 ? root : root.At(at)!.AsObject();
        // A member that the table forgets, or the sample, would not be tested.
        sample
            .Select(member => member.Key)
            .Order(StringComparer.Ordinal)
            .ShouldBe(
                members.Select(member => member.Name).Order(StringComparer.Ordinal),
                $"{shape} at {at}"
            );

        foreach (
            var name in new[] { "unexpected", "Id", "__proto__", "", "name ", "nam\\u0065\\u0000" }
        )
        {
            yield return Added(
                root,
                at,
                $"\"{name}\":1",
                $"{at}: unknown member '{name}'",
                name.Contains('\\') ? null : $"{at}/{name}"
            );
        }

        yield return Added(
            root,
            at,
            "\"\\ud800\":1",
            $"{at}: member named by a lone surrogate",
            null
        );
        foreach (var member in members)
        {
            var here = $"{at}/{member.Name}";
            foreach (var mutation in OfMember(member, root, here))
            {
                yield return mutation;
            }

            foreach (
                var name in new[] { member.Name, $"\\u{(int)member.Name[0]:x4}{member.Name[1..]}" }
            )
            {
                yield return Added(
                    root,
                    at,
                    $"\"{name}\":{Json.Text(root.At(here))}",
                    $"{here}: twice as {name}",
                    here
                );
            }
        }
    }

    private static IEnumerable<Mutation> OfMember(Member member, JsonObject root, string at)
    {
        yield return new Mutation(
            $"{at}: missing",
            Changed(root, copy => copy.Set(at, Json.Absent)),
            member.Optional,
            at
        )
        {
            MaySucceed = true,
        };
        yield return Replaced(
            root,
            at,
            Value.Bad("null", "null") with
            {
                IsGood = member.Nullable,
            },
            member
        );
        foreach (
            var mutation in member.IsList ? OfList(member, root, at) : OfValue(member, root, at)
        )
        {
            yield return mutation;
        }
    }

    private static IEnumerable<Mutation> OfList(Member member, JsonObject root, string at)
    {
        foreach (
            var value in new[]
            {
                Value.Bad("number", "7"),
                Value.Bad("text", "\"a\""),
                Value.Bad("true", "true"),
                Value.Bad("object", "{}"),
                Value.Bad("list with null", "[null]"),
                Value.Bad("list in a list", "[[]]"),
                Value.Good("empty", "[]") with
                {
                    IsGood = member.Least == 0,
                },
            }
        )
        {
            var replaced = Replaced(root, at, value, member);
            yield return replaced with
            {
                // Of a wrong entry the pointer names the entry; of one too few sometimes what misses it.
                At =
                    value.Label.StartsWith("list", StringComparison.Ordinal) ? $"{at}/0"
                    : value.Label == "empty" ? null
                    : at,
                MaySucceed = replaced.MaySucceed || member.Optional,
            };
        }

        var many = string.Join(',', Enumerable.Repeat(0, member.Most + 1));
        yield return Replaced(
            root,
            at,
            Value.Bad($"{member.Most + 1} entries", $"[{many}]"),
            member
        );
        var first = root.At(at)!.AsArray().FirstOrDefault();
        if (first is not null)
        {
            foreach (var mutation in OfValue(member, root, $"{at}/0"))
            {
                yield return mutation;
            }
        }
    }

    private static IEnumerable<Mutation> OfValue(Member member, JsonObject root, string at)
    {
        // Nothing in the only place of a list makes it an empty one.
        foreach (var value in Values.Of(member.Kind).Where(v => v.Raw.Length > 0 || !member.IsList))
        {
            yield return Replaced(root, at, value, member);
        }

        if (Shapes.IsShape(member.Kind))
        {
            foreach (var mutation in OfObject(member.Kind, root, at))
            {
                yield return mutation;
            }
        }
    }

    private static Mutation Replaced(JsonObject root, string at, Value value, Member member)
    {
        var body = Changed(root, copy => copy.Set(at, Mark));
        var place = body.AsSpan().IndexOf(WrittenMark);
        // What is no JSON at all is reported where the parser stops.
        return new Mutation(
            $"{at}: {value.Label}",
            [.. body[..place], .. value.Raw, .. body[(place + WrittenMark.Length)..]],
            value.IsGood,
            IsJson(value.Raw) ? at : null
        )
        {
            MaySucceed =
                member.Kind == "envelope"
                || member.Nullable
                // The same in its canonical form.
                || value.Label is "escaped" or "minus zero"
                || value.Raw.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Json.Text(root.At(at)))),
        };
    }

    private static Mutation Added(
        JsonObject root,
        string at,
        string member,
        string label,
        string? pointer
    )
    {
        var inside = Json.Text(at.Length == 0 ? root : root.At(at));
        var replaced = Encoding.UTF8.GetBytes($"{inside[..^1]},{member}}}");
        if (at.Length == 0)
        {
            return new Mutation(label, replaced, false, pointer);
        }

        var body = Changed(root, copy => copy.Set(at, Mark));
        var place = body.AsSpan().IndexOf(WrittenMark);
        return new Mutation(
            label,
            [.. body[..place], .. replaced, .. body[(place + WrittenMark.Length)..]],
            false,
            pointer
        );
    }

    private static byte[] Changed(JsonObject root, Action<JsonObject> change)
    {
        var copy = root.Copy();
        change(copy);
        return Encoding.UTF8.GetBytes(Json.Text(copy));
    }

    private static bool IsJson(byte[] raw)
    {
        if (!System.Text.Unicode.Utf8.IsValid(raw))
        {
            return false;
        }

        try
        {
            System.Text.Json.JsonDocument.Parse(raw, new() { MaxDepth = 16 }).Dispose();
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
